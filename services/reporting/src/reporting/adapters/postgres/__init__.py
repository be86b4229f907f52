"""The journal and the facts in PostgreSQL."""
