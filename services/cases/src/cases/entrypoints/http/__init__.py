"""The HTTP API of cases: what callers send and receive, and the routes between."""
