"""Who helps whom, and why."""
