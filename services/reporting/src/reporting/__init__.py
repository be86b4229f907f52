"""What it adds up to: every figure drawn from the same events."""
