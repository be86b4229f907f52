"""What use cases ask of the outside world."""
