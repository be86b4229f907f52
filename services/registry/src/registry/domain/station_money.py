"""Money that a station received: by kind, source and day; amounts are in fen, whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NewType
from uuid import UUID

from common.stations import FundingKind, FundingSource
from common.vocabulary import Labelled
from registry.domain.errors.station_profile import FundingAlreadyCancelled

FundingId = NewType("FundingId", UUID)


class CancellationReason(Labelled):
    """Why an entry of money received counts no longer."""

    MISTAKEN = "mistaken", "登记有误", "Entered by mistake"
    RETURNED = "returned", "资金退回", "The money was returned"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """The end of an entry; it stays to be seen."""

    cancelled_on: date
    reason: CancellationReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """One sum of money received; ``document`` is the number of the paper that granted it."""

    id: FundingId
    kind: FundingKind
    source: FundingSource
    amount_fen: int
    received_on: date
    document: str | None = None
    cancellation: Cancellation | None = None

    def cancel(self, cancellation: Cancellation) -> Funding:
        """Return the entry as it stands when it counts no longer.

        Raises:
            FundingAlreadyCancelled: It was taken back before.
        """
        if self.cancellation is not None:
            raise FundingAlreadyCancelled(
                funding_id=self.id, cancelled_on=self.cancellation.cancelled_on
            )
        return replace(self, cancellation=cancellation)

    def has_content_of(self, other: Funding) -> bool:
        """Tell whether both were entered alike, whether or not one was cancelled since."""
        return replace(self, cancellation=None) == replace(other, cancellation=None)
