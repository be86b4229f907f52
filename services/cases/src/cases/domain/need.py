"""A need: what somebody lacks, from the day it is told to the day it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, NewType, TypeAlias
from uuid import UUID

from cases.domain.errors import (
    ClientOfGroupGiven,
    LineIdsRepeated,
    NeedAlreadyEnded,
    NeedLinesOpen,
    NeedStaysInItsPool,
    PlaceLeftBehind,
    PlaceOfHomeGiven,
)
from cases.domain.line import LineId, NeedLine
from cases.domain.meeting import MeetingId
from cases.domain.need_change import Edit, ToPlace, apart_from_time_and_place, edited
from common.change import Change
from common.errors import PreconditionFailed
from common.places import AreaRef, Position
from common.vocabulary import Beneficiary, Labelled

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

NeedId = NewType("NeedId", UUID)
Urgency: TypeAlias = Literal[1, 2, 3, 4]

HOMES: Final = frozenset({Beneficiary.PERSON, Beneficiary.HOUSEHOLD})


class NeedState(Labelled):
    """Where a need stands."""

    OPEN = "open", "进行中", "Open"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    CLOSED = "closed", "已结案", "Closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedDescription:
    """What is needed, where, for whom and how urgently, as it was told."""

    area: AreaRef
    beneficiary: Beneficiary
    persons: int
    urgency: Urgency
    title: str
    lines: tuple[NeedLine, ...]
    place: Position | None = None
    meeting_id: MeetingId | None = None
    client_ref: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Nobody needs it any more, or it was told by mistake."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Its worker ended it: met, or not and why."""

    is_met: bool
    at: datetime
    note: str | None = None


Ending: TypeAlias = Withdrawal | Closure


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that a person, a household, a group or a public place lacks.

    A need is open until it has an ending, and an ending is final: who needs it again tells it
    again, so that waiting times stay honest. When and where it is may change while it is open;
    all other words it keeps, and its pool for ever.
    """

    id: NeedId
    version: int
    pool_id: UUID
    description: NeedDescription
    submitted_at: datetime
    changed_at: datetime | None = None
    """When its time or place changed last."""
    ending: Ending | None = None

    @classmethod
    def submit(
        cls, need_id: NeedId, description: NeedDescription, *, pool_id: UUID, at: datetime
    ) -> Change[Need, NeedWasSubmitted]:
        """Tell a need for the first time.

        Raises:
            PlaceOfHomeGiven: It is for a home and has an exact place.
            ClientOfGroupGiven: It is for a group or a place and has a client.
            LineIdsRepeated: Two of its lines have one id.
        """
        _refuse_what_a_home_or_a_group_must_not_tell(description)
        _refuse_repeated(description.lines)
        need = cls(id=need_id, version=1, pool_id=pool_id, description=description, submitted_at=at)
        return Change(need, (NeedWasSubmitted(need),))

    def change(self, edits: Sequence[Edit], *, at: datetime) -> Change[Need, NeedWasChanged]:
        """Say when and where in its pool it is now; no facts if that is as it was.

        Raises:
            NeedAlreadyEnded: It has an ending, whatever that is.
            PlaceLeftBehind: It has an exact place, of which nothing is said with the new area.
            PlaceOfHomeGiven: It is for a home and has an exact place.
            LineNotFound: It has no such line.
        """
        self.refuse_if_ended()
        before, told = self.description, edited(self.description, edits)
        is_placed = any(isinstance(edit, ToPlace) for edit in edits)
        if told.area != before.area and before.place is not None and not is_placed:
            raise PlaceLeftBehind(need_id=self.id)
        _refuse_what_a_home_or_a_group_must_not_tell(told)
        if told == before:
            return Change(self, ())
        need = replace(self, version=self.version + 1, description=told, changed_at=at)
        return Change(need, (NeedWasChanged(need, at),))

    def withdraw(self, *, at: datetime) -> Change[Need, NeedWasWithdrawn]:
        """Take the need back.

        Raises:
            NeedAlreadyEnded: It has an ending, whatever that is.
        """
        withdrawal = Withdrawal(at=at)
        need = self._ended(withdrawal)
        return Change(need, (NeedWasWithdrawn(need, withdrawal),))

    def close(
        self,
        *,
        is_met: bool,
        fulfilled: Collection[LineId],
        at: datetime,
        note: str | None = None,
    ) -> Change[Need, NeedWasClosed]:
        """End work on the need.

        Args:
            is_met: The claim that everybody got what was asked for.
            fulfilled: The lines known to be fulfilled. Lines that were only derived are not among
                those that must be: nobody asked for them.
            at: Now.
            note: Why, if it was not met; what is worth knowing, if it was.

        Raises:
            NeedAlreadyEnded: It has an ending, whatever that is.
            NeedLinesOpen: It is said to be met, and a line is not fulfilled.
        """
        closure = Closure(is_met=is_met, at=at, note=note)
        need = self._ended(closure)
        waiting = tuple(line.id for line in self.description.lines if line.id not in fulfilled)
        if is_met and waiting:
            raise NeedLinesOpen(need_id=self.id, line_ids=waiting)
        return Change(need, (NeedWasClosed(need, closure),))

    @property
    def state(self) -> NeedState:
        """Where the need stands, as its ending says."""
        match self.ending:
            case None:
                return NeedState.OPEN
            case Withdrawal():
                return NeedState.WITHDRAWN
            case Closure():
                return NeedState.CLOSED

    def is_told_by(self, told: NeedDescription) -> bool:
        """Tell whether these are its words; when and where it is may have changed since."""
        if self.changed_at is not None:
            told = apart_from_time_and_place(told, self.description)
        return told == self.description

    def refuse_unless_seen(self, version: int | None) -> None:
        """Let nobody decide about what they have not seen; ``None`` says that it does not matter.

        Raises:
            PreconditionFailed: The need has changed since.
        """
        if version not in {None, self.version}:
            raise PreconditionFailed(version=self.version)

    def refuse_pool(self, pool_id: UUID, *, of: AreaRef) -> None:
        """Let it go nowhere but to areas of its pool.

        Raises:
            NeedStaysInItsPool: The area belongs to another pool.
        """
        if pool_id != self.pool_id:
            raise NeedStaysInItsPool(need_id=self.id, scheme=of.scheme, area=of.code)

    def refuse_if_ended(self) -> None:
        """Let nothing happen to a need that has ended.

        Raises:
            NeedAlreadyEnded: It has.
        """
        if self.ending is not None:
            raise NeedAlreadyEnded(need_id=self.id, state=self.state, ended_at=self.ending.at)

    def _ended(self, ending: Ending) -> Need:
        self.refuse_if_ended()
        return replace(self, version=self.version + 1, ending=ending)


@dataclass(frozen=True, slots=True)
class NeedWasSubmitted:
    """A need was told for the first time."""

    need: Need


@dataclass(frozen=True, slots=True)
class NeedWasChanged:
    """The time or the place of a need is other than it was."""

    need: Need
    at: datetime


@dataclass(frozen=True, slots=True)
class NeedWasWithdrawn:
    """A need was taken back."""

    need: Need
    withdrawal: Withdrawal


@dataclass(frozen=True, slots=True)
class NeedWasClosed:
    """Work on a need has ended."""

    need: Need
    closure: Closure


NeedFact: TypeAlias = NeedWasSubmitted | NeedWasChanged | NeedWasWithdrawn | NeedWasClosed


def _refuse_what_a_home_or_a_group_must_not_tell(description: NeedDescription) -> None:
    is_home = description.beneficiary in HOMES
    if is_home and description.place is not None:
        raise PlaceOfHomeGiven(beneficiary=description.beneficiary)
    if not is_home and description.client_ref is not None:
        raise ClientOfGroupGiven(beneficiary=description.beneficiary)


def _refuse_repeated(lines: tuple[NeedLine, ...]) -> None:
    seen: set[LineId] = set()
    for line in lines:
        if line.id in seen:
            raise LineIdsRepeated(line_id=line.id)
        seen.add(line.id)
