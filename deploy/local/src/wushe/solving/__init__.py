"""``wushe solve``: an allocation problem in a file, solved by the matching kernel alone."""
