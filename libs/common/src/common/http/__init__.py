"""The HTTP edge: problems, pages, tokens, permissions, idempotent routes, health."""
