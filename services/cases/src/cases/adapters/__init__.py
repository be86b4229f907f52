"""How the outside world keeps the promises of the ports."""
