"""Parties as a sheet: a row registers a party, vets or suspends it, or says what is so already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import Society
from registry.app.amend_parties import AmendParty
from registry.app.creations import Outcome as Creation
from registry.app.permissions import WRITE_PARTIES
from registry.app.register_parties import RegisterParty
from registry.app.sheets import RowDiffers, RowIncomplete, Sheet, Taken, Values
from registry.domain import cells
from registry.domain.columns import (
    ID,
    PLACE,
    Column,
    Kind,
    choice_column,
    day_column,
    text_column,
)
from registry.domain.imports import Outcome
from registry.domain.party import Party, Vetting
from registry.domain.standing import Suspension, SuspensionReason

if TYPE_CHECKING:
    from uuid import UUID

COLUMNS: Final[tuple[Column, ...]] = (
    ID,
    choice_column(
        "society",
        "类别",
        "Society",
        list(Society),
        is_required=True,
        synonyms=("主体类别", "五社类别", "类型"),
        example="volunteer",
    ),
    text_column(
        "public_name",
        "公开名称",
        "Public name",
        is_required=True,
        synonyms=("名称", "机构名称", "组织名称", "公开编号", "志愿者编号", "队伍名称", "单位名称"),
        example="新华路街道周末陪伴志愿服务队",
    ),
    Column(
        code="is_person",
        zh="是否个人",
        en="Is a person",
        kind=Kind.FLAG,
        parse=cells.yes_or_no,
        is_required=True,
        synonyms=("个人", "是否为个人"),
        example="否",
    ),
    *PLACE,
    day_column("vetted_on", "审查日期", "Vetted on", synonyms=("审核日期",)),
    day_column(
        "vetting_valid_until", "审查有效期至", "Vetting valid until", synonyms=("有效期至",)
    ),
    day_column("suspended_on", "暂停日期", "Suspended on"),
    choice_column("suspension_reason", "暂停原因", "Suspension reason", list(SuspensionReason)),
)


class PartyLookup(Protocol):
    """Parties by what people know them by."""

    async def named(
        self, keys: Collection[tuple[Society, AreaRef, str]], /
    ) -> Mapping[tuple[Society, AreaRef, str], Sequence[Party]]:
        """Return the parties of a society, in an area, with a public name."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Party]:
        """Return those of the parties that exist."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingParties:
    """Does what rows about parties ask for."""

    register: Callable[[Sequence[RegisterParty], Scope], Awaitable[Sequence[Creation[Party]]]]
    amend: Callable[[Sequence[AmendParty], Scope], Awaitable[Sequence[Party | DomainError]]]
    lookup: PartyLookup

    def sheet(self) -> Sheet:
        """Return the subject."""
        return Sheet(
            code="parties",
            zh="五社主体",
            en="Parties",
            columns=COLUMNS,
            write=WRITE_PARTIES,
            key=natural_key,
            claim=_nothing_else,
            take=self.take,
        )

    async def take(self, rows: Sequence[Values], scope: Scope) -> Sequence[Taken]:
        """Do what each row asks for; what is wrong with one stops none of the others."""
        there = await self._there(rows)
        asked = [_asked(row, there.get(at)) for at, row in enumerate(rows)]
        new = [each for each in asked if isinstance(each, RegisterParty)]
        known = [each for each in asked if isinstance(each, AmendParty)]
        registered = iter(await self.register(new, scope))
        amended = iter(await self.amend(known, scope))
        taken: list[Taken] = []
        for each in asked:
            if isinstance(each, RegisterParty):
                taken.append(_taken(next(registered)))
            elif isinstance(each, AmendParty):
                taken.append(_changed(next(amended)))
            else:
                taken.append(each)
        return taken

    async def _there(self, rows: Sequence[Values]) -> Mapping[int, Party]:
        by_id = await self.lookup.find_many([row["id"] for row in rows if row["id"]])
        by_name = await self.lookup.named({_name(row) for row in rows if not row["id"]})
        found = {
            at: by_id.get(row["id"]) if row["id"] else _meant(by_name.get(_name(row), ()))
            for at, row in enumerate(rows)
        }
        return {at: party for at, party in found.items() if party is not None}


def _asked(row: Values, party: Party | None) -> RegisterParty | AmendParty | Taken:
    if missing := _missing(row):
        return RowIncomplete(columns=tuple(missing))
    if party is None:
        return _registering(row)
    if other := _differences(row, party):
        return RowDiffers(columns=tuple(other))
    vetting = _vetting(row)
    amending = AmendParty(
        party_id=party.id,
        vetting=None if vetting == party.vetting else vetting,
        suspension=None if party.suspension is not None else _suspension(row),
    )
    return Outcome.UNCHANGED if amending.is_nothing else amending


def _meant(alike: Sequence[Party]) -> Party | None:
    # One that was merged into another has left its name to it.
    alive = (party for party in alike if party.survivor_id is None)
    return next(alive, next(iter(alike), None))


def natural_key(row: Values) -> Hashable:
    """Return what makes a party the same to those who keep lists of them."""
    return _name(row)


def _nothing_else(_row: Values) -> None:
    return None


def _name(row: Values) -> tuple[Society, AreaRef, str]:
    return row["society"], AreaRef(row["scheme"], row["area"]), row["public_name"]


def _vetting(row: Values) -> Vetting | None:
    if row["vetted_on"] is None or row["vetting_valid_until"] is None:
        return None
    return Vetting(vetted_on=row["vetted_on"], valid_until=row["vetting_valid_until"])


def _suspension(row: Values) -> Suspension | None:
    if row["suspended_on"] is None:
        return None
    reason = row["suspension_reason"] or SuspensionReason.OTHER
    return Suspension(suspended_on=row["suspended_on"], reason=reason)


def _missing(row: Values) -> Sequence[str]:
    # One day without the other is half a vetting.
    days = ("vetted_on", "vetting_valid_until")
    return [day for day in days if row[day] is None] if any(row[day] for day in days) else []


def _differences(row: Values, party: Party) -> Sequence[str]:
    suspension = party.suspension
    there = {
        "society": party.society,
        "public_name": party.public_name,
        "is_person": party.is_person,
        "scheme": party.area.scheme,
        "area": party.area.code,
        "suspended_on": suspension.suspended_on if suspension else None,
        "suspension_reason": suspension.reason if suspension else None,
    }
    return [
        column
        for column, value in there.items()
        if row[column] is not None and value is not None and row[column] != value
    ]


def _registering(row: Values) -> RegisterParty:
    return RegisterParty(
        id=row["id"],
        society=row["society"],
        public_name=row["public_name"],
        is_person=row["is_person"],
        area=AreaRef(row["scheme"], row["area"]),
        vetting=_vetting(row),
        suspension=_suspension(row),
    )


def _taken(made: Creation[Party]) -> Taken:
    if isinstance(made, DomainError):
        return made
    return Outcome.CREATED if made.is_new else Outcome.UNCHANGED


def _changed(amended: Party | DomainError) -> Taken:
    return amended if isinstance(amended, DomainError) else Outcome.CHANGED


def values_of(party: Party) -> Values:
    """Return a party as the row that would change nothing about it."""
    vetting, suspension = party.vetting, party.suspension
    return {
        "id": party.id,
        "society": party.society,
        "public_name": party.public_name,
        "is_person": party.is_person,
        "scheme": party.area.scheme,
        "area": party.area.code,
        "vetted_on": vetting.vetted_on if vetting else None,
        "vetting_valid_until": vetting.valid_until if vetting else None,
        "suspended_on": suspension.suspended_on if suspension else None,
        "suspension_reason": suspension.reason if suspension else None,
    }
