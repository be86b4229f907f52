"""The matching kernel: arrays in, a result that proves itself out.

No database, no clock, no logging; limits are arguments. Equal input gives equal output, and the
order in which lines, offers and pairs are given makes no difference.
"""

from matching.engine.assign import Limits, assign
from matching.engine.problem import Problem
from matching.engine.result import UNASSIGNED, Result, Status

ENGINE_VERSION = "exact-1"
"""Changes whenever equal input may give another plan; stored with every decision."""

__all__ = ["ENGINE_VERSION", "UNASSIGNED", "Limits", "Problem", "Result", "Status", "assign"]
