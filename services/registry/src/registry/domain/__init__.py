"""What may happen to stations, parties and accounts, and how a list of areas is built."""
