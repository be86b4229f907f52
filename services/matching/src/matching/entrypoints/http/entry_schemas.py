"""Entries of the service list as callers receive them with what stands for them."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from matching.domain.entry import Entry


class EntryView(View):
    """What the service list says of an offer; for whom it is and what it costs a worker judges."""

    model_config = example(
        entry_id="0192d3c4-5b6a-7890-8abc-0000000000aa",
        capacity=20,
        period="day",
        period_label="每天",
        audiences=["older_people"],
        audience_labels=["老年人"],
        is_for_residents=True,
        cost="fixed",
        cost_label="定价收费",
        cost_fen=800,
        given="at_home",
        given_label="上门",
        is_confidential=False,
        offered_from="2026-01-01",
        offered_until=None,
        verified_on="2026-03-01",
        lapses_on="2026-08-28",
    )

    entry_id: UUID
    capacity: int
    period: Annotated[CapacityPeriod, Field(description="In which time it has the capacity.")]
    period_label: str
    audiences: Annotated[list[Audience], Field(description="For whom; nobody means everybody.")]
    audience_labels: list[str]
    is_for_residents: Annotated[
        bool, Field(description="Only for who lives in the area; it serves no other.")
    ]
    cost: CostKind
    cost_label: str
    cost_fen: Annotated[int | None, Field(description="For each unit.")] = None
    given: ServicePlace
    given_label: str
    is_confidential: Annotated[bool, Field(description="Nobody is told where it is given.")]
    offered_from: date
    offered_until: date | None = None
    verified_on: date
    lapses_on: Annotated[date, Field(description="The last day that the verification counts.")]

    @classmethod
    def of(cls, entry: Entry | None, language: Language) -> Self | None:
        """Show an entry, if there is one, to somebody who reads this language."""
        if entry is None:
            return None
        return cls(
            entry_id=entry.id,
            capacity=entry.capacity,
            period=entry.period,
            period_label=label(entry.period, language),
            audiences=list(entry.audiences),
            audience_labels=[label(each, language) for each in entry.audiences],
            is_for_residents=entry.is_for_residents,
            cost=entry.cost,
            cost_label=label(entry.cost, language),
            cost_fen=entry.cost_fen,
            given=entry.given,
            given_label=label(entry.given, language),
            is_confidential=entry.is_confidential,
            offered_from=entry.offered_from,
            offered_until=entry.offered_until,
            verified_on=entry.verified_on,
            lapses_on=entry.lapses_on,
        )
