"""Wushe on one machine: everything that the services need, and the services."""
