"""The cases in PostgreSQL."""
