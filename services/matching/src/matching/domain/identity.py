"""Identifiers, so that one kind is never handed in for another."""

from typing import NewType
from uuid import UUID

NeedId = NewType("NeedId", UUID)
LineId = NewType("LineId", UUID)
OfferId = NewType("OfferId", UUID)
EntryId = NewType("EntryId", UUID)
AllotmentId = NewType("AllotmentId", UUID)
PartyId = NewType("PartyId", UUID)
MatchId = NewType("MatchId", UUID)
PoolId = NewType("PoolId", UUID)
SessionId = NewType("SessionId", UUID)
HoursId = NewType("HoursId", UUID)
NoShowId = NewType("NoShowId", UUID)
FeedbackId = NewType("FeedbackId", UUID)
