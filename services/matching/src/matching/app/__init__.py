"""What matching can do, one function for each ability; the rules are the domain's."""
