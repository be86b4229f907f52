"""The ways in: HTTP, events, and the planner's own clock."""
