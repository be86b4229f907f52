"""A service of one table, to test the frame on: entries come in and are counted."""
