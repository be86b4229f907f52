"""The site beside the API: what Wushe is, how to call it, and what its refusals mean.

What is generated lies here too, put by ``make site`` and kept in git, so that a service answers
with the documents it was built with.
"""
