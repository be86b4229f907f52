"""The story that shows the whole system at work, told through the gateway with real parts.

The parents' waiting room of 民警社区, 先进街道, Dalian: a true kind of story with invented figures,
names and positions.
"""
