"""What the service can do: each use case orders the steps and holds no rules."""
