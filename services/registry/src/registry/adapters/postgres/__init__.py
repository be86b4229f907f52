"""The registry's data in PostgreSQL."""
