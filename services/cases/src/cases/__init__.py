"""What is needed and what was done: meetings, needs with their lines, service records."""
