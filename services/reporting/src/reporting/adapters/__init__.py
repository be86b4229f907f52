"""Where the reports are kept."""
