"""A service of one table, to test the edge on: notes are handed in, listed and closed."""
