"""What may happen to a meeting, a need and a service record, as pure functions."""
