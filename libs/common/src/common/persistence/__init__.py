"""State and what it promises to others, stored in one transaction."""
