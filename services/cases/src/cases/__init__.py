"""What is needed and what was done."""
