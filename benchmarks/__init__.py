"""How fast the system is: measured in one run, as ratios, beside the limit of the machine."""
