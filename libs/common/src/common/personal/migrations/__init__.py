"""The tables of the database of keys."""
