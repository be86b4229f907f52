"""The standing of a party as columns; what an older release has written is understood too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from common.vocabulary import PartyStanding
from registry.domain.standing import (
    Approval,
    Invitation,
    Merger,
    Recertification,
    Standing,
    Suspension,
    SuspensionReason,
    name_of,
    since,
)

if TYPE_CHECKING:
    from registry.adapters.postgres.tables import PartyRow


def to_standing(row: PartyRow) -> Standing:
    """Return the standing that a row holds."""
    if row.suspended_on is not None and row.suspension_reason is not None:
        # An older release suspends without knowing of standings.
        reason = SuspensionReason(row.suspension_reason)
        return Suspension(suspended_on=row.suspended_on, reason=reason)
    day = row.standing_since
    match PartyStanding(row.standing):
        case PartyStanding.INVITED if day is not None:
            return Invitation(invited_on=day)
        case PartyStanding.RECERTIFICATION_REQUIRED if day and row.recertify_by:
            return Recertification(required_on=day, due_on=row.recertify_by)
        case PartyStanding.MERGED if day and row.merged_into:
            return Merger(merged_on=day, survivor_id=row.merged_into)
        case _:
            return Approval(approved_on=day)


def of_standing(standing: Standing) -> dict[str, Any]:
    """Return the columns of a standing."""
    suspension = standing if isinstance(standing, Suspension) else None
    return {
        "standing": name_of(standing).value,
        "standing_since": since(standing),
        "recertify_by": standing.due_on if isinstance(standing, Recertification) else None,
        "merged_into": standing.survivor_id if isinstance(standing, Merger) else None,
        "suspended_on": suspension.suspended_on if suspension else None,
        "suspension_reason": suspension.reason.value if suspension else None,
    }
