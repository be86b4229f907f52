"""A service contract (政府购买服务): an authority buys the work of an agency at stations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import Labelled
from registry.domain.errors.contracts import ContractEndsEarlier, ContractTerminated
from registry.domain.term import Term, refuse_disorder

if TYPE_CHECKING:
    from common.places import Area

ContractId = NewType("ContractId", UUID)


class TerminationReason(Labelled):
    """Why a contract ended before its time; a list, so that no free text is kept."""

    AGREED = "agreed", "双方协商解除", "Both sides agreed"
    BREACH = "breach", "违约解除", "A side broke it"
    FUNDS = "funds", "资金中止", "The funds ended"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """The end of a contract before its time."""

    ended_on: date
    reason: TerminationReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What was bought, of whom, for which stations, for how much, from when until when.

    Days count whole, the last one too. A station is under one contract at a time. A renewal is a
    contract of its own that names the one before, so that each year's amount stays what it was.
    """

    id: ContractId
    version: int
    buyer: str
    agency: UUID
    area: AreaRef
    stations: tuple[UUID, ...]
    amount_fen: int
    term: Term
    renews: ContractId | None = None
    termination: Termination | None = None

    @property
    def org(self) -> UUID:
        """Return the agency, which may see its own contracts."""
        return self.agency

    @property
    def last_on(self) -> date:
        """Return the last day on which it holds."""
        return self.term.ends_on if self.termination is None else self.termination.ended_on

    def renewed(
        self, contract_id: ContractId, *, amount_fen: int, ends_on: date, at: datetime
    ) -> Change[Contract, ContractFact]:
        """Sign the next contract for the same work, from the day after this one ends.

        Raises:
            ContractTerminated: It ended before its time; there is nothing to renew.
            DaysOutOfOrder: The next one would end before it begins.
        """
        if self.termination is not None:
            raise ContractTerminated(contract_id=self.id, ended_on=self.termination.ended_on)
        begins_on = self.term.ends_on + timedelta(days=1)
        following = replace(
            self,
            id=contract_id,
            version=1,
            amount_fen=amount_fen,
            term=Term(begins_on=begins_on, ends_on=ends_on),
            renews=self.id,
        )
        return Change(following, (ContractWasSigned(contract=following, at=at),))

    def terminate(
        self, *, ended_on: date, reason: TerminationReason, at: datetime
    ) -> Change[Contract, ContractFact]:
        """End the contract before its time.

        Raises:
            ContractTerminated: It was ended before.
            DaysOutOfOrder: It would end before it began.
            ContractEndsEarlier: By then it has ended anyway.
        """
        if self.termination is not None:
            raise ContractTerminated(contract_id=self.id, ended_on=self.termination.ended_on)
        refuse_disorder(self.term.begins_on, ended_on)
        if ended_on >= self.term.ends_on:
            raise ContractEndsEarlier(contract_id=self.id, ends_on=self.term.ends_on)
        termination = Termination(ended_on=ended_on, reason=reason)
        ended = replace(self, version=self.version + 1, termination=termination)
        fact = ContractWasTerminated(contract=ended, termination=termination, at=at)
        return Change(ended, (fact,))

    def has_content_of(self, other: Contract) -> bool:
        """Tell whether both were signed alike, whatever has happened to either since."""
        return replace(self, version=1, termination=None) == replace(
            other, version=1, termination=None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractWasSigned:
    """An authority has bought the work of an agency."""

    contract: Contract
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractWasTerminated:
    """A contract ended before its time."""

    contract: Contract
    termination: Termination
    at: datetime


ContractFact = ContractWasSigned | ContractWasTerminated


def sign_contract(
    contract_id: ContractId,
    *,
    buyer: str,
    agency: UUID,
    area: Area,
    stations: tuple[UUID, ...],
    amount_fen: int,
    term: Term,
    at: datetime,
) -> Change[Contract, ContractFact]:
    """Note a contract that was signed."""
    contract = Contract(
        id=contract_id,
        version=1,
        buyer=buyer,
        agency=agency,
        area=area.ref,
        stations=tuple(sorted(set(stations))),
        amount_fen=amount_fen,
        term=term,
    )
    return Change(contract, (ContractWasSigned(contract=contract, at=at),))
