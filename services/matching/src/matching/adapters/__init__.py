"""How matching keeps what it knows, and how it tells of it."""
