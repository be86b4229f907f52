"""What the figures mean: pure functions from reported facts to answers."""
