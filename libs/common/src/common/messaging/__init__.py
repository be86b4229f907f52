"""Events on their way: envelopes, consumers, dead letters."""
