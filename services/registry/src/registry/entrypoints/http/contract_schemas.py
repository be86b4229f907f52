"""Service contracts as callers send and receive them."""

from datetime import date
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import ChosenId, Day, Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.keep_contracts import SignContract
from registry.domain.contract import Contract, TerminationReason

Fen: TypeAlias = Annotated[
    int, Field(strict=True, ge=0, le=10**13, description="In hundredths of a yuan.")
]

_AGENCY = "0192d3c4-5b6a-7890-8abc-def012345678"
_CONTRACT = {
    "buyer": "临沂市民政局",
    "agency_id": _AGENCY,
    "scheme": "nbs",
    "area": "3713",
    "station_ids": ["0192d3c4-5b6a-7890-8abc-def0123456aa"],
    "amount_fen": 60750000,
    "begins_on": "2023-01-01",
    "ends_on": "2023-12-31",
}


class ContractToSign(Body):
    """What was bought: of which agency, for which stations, for how much, until which day."""

    model_config = example(**_CONTRACT)

    id: ChosenId = None
    buyer: Name
    agency_id: UUID
    scheme: AreaScheme
    area: Code
    station_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    amount_fen: Fen
    begins_on: Day
    ends_on: Day

    def command(self) -> SignContract:
        """Return what is to be done."""
        return SignContract(
            id=self.id,
            buyer=self.buyer,
            agency=self.agency_id,
            area=AreaRef(self.scheme, self.area),
            stations=tuple(self.station_ids),
            amount_fen=self.amount_fen,
            begins_on=self.begins_on,
            ends_on=self.ends_on,
        )


class ContractToRenew(Body):
    """For how much the work goes on, and until which day."""

    model_config = example(amount_fen=65000000, ends_on="2024-12-31")

    id: ChosenId = None
    amount_fen: Fen
    ends_on: Day


class ContractToTerminate(Body):
    """The last day of a contract that ends before its time, and why."""

    model_config = example(ended_on="2023-09-30", reason="agreed")

    ended_on: Day
    reason: TerminationReason


class ContractView(View):
    """A service contract; a renewal names the contract before."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def0123456bb",
        version=1,
        **_CONTRACT,
        renews=None,
        terminated_on=None,
        termination_reason=None,
        termination_reason_label=None,
    )

    id: UUID
    version: int
    buyer: str
    agency_id: UUID
    scheme: AreaScheme
    area: str
    station_ids: list[UUID]
    amount_fen: int
    begins_on: date
    ends_on: date
    renews: UUID | None
    terminated_on: date | None
    termination_reason: TerminationReason | None
    termination_reason_label: str | None

    @classmethod
    def of(cls, contract: Contract, language: Language) -> Self:
        """Show a contract to somebody who reads this language."""
        termination = contract.termination
        return cls(
            id=contract.id,
            version=contract.version,
            buyer=contract.buyer,
            agency_id=contract.agency,
            scheme=contract.area.scheme,
            area=contract.area.code,
            station_ids=list(contract.stations),
            amount_fen=contract.amount_fen,
            begins_on=contract.term.begins_on,
            ends_on=contract.term.ends_on,
            renews=contract.renews,
            terminated_on=termination.ended_on if termination else None,
            termination_reason=termination.reason if termination else None,
            termination_reason_label=label(termination.reason, language) if termination else None,
        )
