"""Where the outside reaches the registry: HTTP and the command line."""
