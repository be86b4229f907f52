"""Fixtures that never ship: real databases, brokers and callers for tests."""
