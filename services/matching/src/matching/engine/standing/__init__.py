"""The standing plan: an exact transport plan that stays optimal from event to event."""

from matching.engine.standing.plan import StandingPlan
from matching.engine.standing.proof import Certificate, Unproved
from matching.engine.standing.snapshot import Snapshot
from matching.engine.standing.transport import Transport

__all__ = ["Certificate", "Snapshot", "StandingPlan", "Transport", "Unproved"]
