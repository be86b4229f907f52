"""Where a party is in its life: invited, approved, to be certified anew, suspended, or merged.

Each is a value of its own, so that no party can be suspended without a reason, or have to be
certified anew without a day by which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from common.vocabulary import Labelled, PartyStanding


class SuspensionReason(Labelled):
    """Why a party may not be matched; a list, so that no free text about anybody is kept."""

    COMPLAINT = "complaint", "投诉核查", "A complaint is being looked into"
    LICENCE_LAPSED = "licence_lapsed", "登记证书失效", "Its licence lapsed"
    NOT_REACHED = "not_reached", "联系不上", "It cannot be reached"
    NOT_RECERTIFIED = "not_recertified", "未按期重新核证", "It was not certified anew in time"
    OWN_WISH = "own_wish", "本人申请", "Its own wish"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Asked to join, and not approved yet: it may prepare, and is not matched."""

    invited_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """In good standing; since when is not known of parties from before approvals were noted."""

    approved_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recertification:
    """Still in good standing, and to show until a day that it deserves it."""

    required_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A stop to all matching of a party, until it is approved again."""

    suspended_on: date
    reason: SuspensionReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """The end: the party was entered twice, and lives on as another one."""

    merged_on: date
    survivor_id: UUID


Standing: TypeAlias = Invitation | Approval | Recertification | Suspension | Merger


def name_of(standing: Standing) -> PartyStanding:
    """Return the code of a standing."""
    match standing:
        case Invitation():
            return PartyStanding.INVITED
        case Approval():
            return PartyStanding.APPROVED
        case Recertification():
            return PartyStanding.RECERTIFICATION_REQUIRED
        case Suspension():
            return PartyStanding.SUSPENDED
        case Merger():
            return PartyStanding.MERGED


def since(standing: Standing) -> date | None:
    """Return the day on which a standing began, if it is known."""
    match standing:
        case Invitation(invited_on=day) | Approval(approved_on=day) | Merger(merged_on=day):
            return day
        case Recertification(required_on=day) | Suspension(suspended_on=day):
            return day
