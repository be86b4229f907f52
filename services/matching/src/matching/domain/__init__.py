"""Who may help whom, what that is worth, and what may become of a match.

Pure: values in, values out. Rules and score terms are written over aligned columns of numbers, so
that the one predicate which explains a single pair also judges a hundred thousand of them.
"""
