"""Ways into the service: HTTP and events."""
