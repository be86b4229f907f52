"""What is said about parties as sheets: a row registers a party where needed, and describes it.

A blank cell says nothing, so what is known stays. What the file says otherwise than the registry
takes its place, as it does when somebody describes the party; only who a party is stays as it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import Society
from registry.app.creations import Outcome as Creation
from registry.app.halves import by_halves
from registry.app.meant import one_living
from registry.app.party_sheet import PartyLookup
from registry.app.permissions import WRITE_PARTIES
from registry.app.places import is_within
from registry.app.ports.areas import Areas
from registry.app.ports.imports import Attempts
from registry.app.ports.profiles import Shelf
from registry.app.register_parties import RegisterParty
from registry.app.sheets import RowDiffers, Sheet, Taken, Values
from registry.domain.columns import Column, text_column
from registry.domain.errors.parties import PartyNotFound, PartyWasMerged
from registry.domain.imports import Outcome
from registry.domain.organisation import Organisation
from registry.domain.party import Party, PartyId
from registry.domain.social_worker import SocialWorker
from registry.domain.volunteer import Volunteer

P = TypeVar("P", SocialWorker, Volunteer, Organisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Describing(Generic[P]):
    """One kind of profile as a sheet.

    ``said`` returns what a row says of a party beyond what is known, or raises what is wrong with
    it; it is not in a hurry to decide whether that is anything new.
    """

    code: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    society: Callable[[Values], Society]
    is_person: bool
    said: Callable[[Values, Party, P | None], P]
    claim: Callable[[Values], Hashable | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted(Generic[P]):
    registering: RegisterParty | None
    profile: P


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingProfiles(Generic[P]):
    """Does what rows about one kind of profile ask for, many at a time."""

    describing: Describing[P]
    register: Callable[[Sequence[RegisterParty], Scope], Awaitable[Sequence[Creation[Party]]]]
    lookup: PartyLookup
    profiles: Shelf[P]
    areas: Areas
    work: Attempts
    new_id: Callable[[], UUID]

    def sheet(self) -> Sheet:
        """Return the subject."""
        return Sheet(
            code=self.describing.code,
            zh=self.describing.zh,
            en=self.describing.en,
            columns=self.describing.columns,
            write=WRITE_PARTIES,
            key=self._name,
            claim=self.describing.claim,
            take=self.take,
        )

    async def take(self, rows: Sequence[Values], scope: Scope) -> Sequence[Taken]:
        """Do what each row asks for; what is wrong with one stops none of the others."""
        there = await self._there(rows)
        known = await self.profiles.find_many([party.id for party in there.values()])
        asked = [await self._asked(row, there.get(at), known, scope) for at, row in enumerate(rows)]
        wanted = [each for each in asked if isinstance(each, _Wanted)]

        async def store(some: Sequence[_Wanted[P]]) -> Sequence[Taken]:
            return await self._store(some, scope)

        stored = iter(await by_halves(wanted, store, work=self.work))
        return [next(stored) if isinstance(each, _Wanted) else each for each in asked]

    async def _there(self, rows: Sequence[Values]) -> Mapping[int, Party]:
        by_id = await self.lookup.find_many([row["id"] for row in rows if row["id"]])
        by_name = await self.lookup.named({self._name(row) for row in rows if not row["id"]})
        found = {
            at: by_id.get(row["id"]) if row["id"] else one_living(by_name.get(self._name(row), ()))
            for at, row in enumerate(rows)
        }
        return {at: party for at, party in found.items() if party is not None}

    async def _asked(
        self, row: Values, party: Party | None, known: Mapping[PartyId, P], scope: Scope
    ) -> _Wanted[P] | Taken:
        try:
            if party is None:
                new = self._registering(row)
                said = self.describing.said(row, _party_of(new), None)
                return _Wanted(registering=new, profile=said)
            await self._refuse(row, party, scope)
            before = known.get(party.id)
            said = self.describing.said(row, party, before)
        except DomainError as refusal:
            return refusal
        if said == before:
            return Outcome.UNCHANGED
        version = 1 if before is None else before.version + 1
        return _Wanted(registering=None, profile=replace(said, version=version))

    async def _refuse(self, row: Values, party: Party, scope: Scope) -> None:
        if party.survivor_id is not None:
            raise PartyWasMerged(party_id=party.id, survivor_id=party.survivor_id)
        if not await is_within(scope, party.area, areas=self.areas, org=party.id):
            raise PartyNotFound(party_id=party.id)
        there = {
            "society": (self.describing.society(row), party.society),
            "public_name": (row["public_name"], party.public_name),
            "scheme": (row["scheme"], party.area.scheme),
            "area": (row["area"], party.area.code),
        }
        if other := [column for column, (told, is_so) in there.items() if told != is_so]:
            raise RowDiffers(columns=tuple(other))

    async def _store(self, wanted: Sequence[_Wanted[P]], scope: Scope) -> Sequence[Taken]:
        new = [each.registering for each in wanted if each.registering is not None]
        registered = iter(await self.register(new, scope))
        taken: list[Taken] = []
        for each in wanted:
            made = None if each.registering is None else next(registered)
            is_new = Outcome.CHANGED if made is None else Outcome.CREATED
            taken.append(made if isinstance(made, DomainError) else is_new)
        good = (
            each.profile
            for each, done in zip(wanted, taken, strict=True)
            if not isinstance(done, DomainError)
        )
        await self.profiles.put_all(list(good))
        return taken

    def _registering(self, row: Values) -> RegisterParty:
        society, area, public_name = self._name(row)
        return RegisterParty(
            id=row["id"] or self.new_id(),
            society=society,
            public_name=public_name,
            is_person=self.describing.is_person,
            area=area,
        )

    def _name(self, row: Values) -> tuple[Society, AreaRef, str]:
        return (
            self.describing.society(row),
            AreaRef(row["scheme"], row["area"]),
            row["public_name"],
        )


def public_name_column(*synonyms: str, example: str) -> Column:
    """Return the column that tells a party from the others of its area."""
    return text_column(
        "public_name",
        "公开名称",
        "Public name",
        is_required=True,
        synonyms=("公开编号", *synonyms),
        example=example,
    )


def nothing_else(_row: Values) -> None:
    """Claim nothing that another row could not have too."""


def or_known(row: Values, code: str, known: object) -> Any:  # noqa: ANN401 - of the column's kind
    """Return what a cell says, or what is known where it says nothing."""
    return known if row[code] is None else row[code]


def identity_of(party: Party) -> Values:
    """Return the cells that tell which party a row is about."""
    return {
        "id": party.id,
        "society": party.society,
        "public_name": party.public_name,
        "scheme": party.area.scheme,
        "area": party.area.code,
    }


def _party_of(new: RegisterParty) -> Party:
    assert new.id is not None, "whoever registers from a file chooses the ids"
    return Party(
        id=PartyId(new.id),
        version=1,
        society=new.society,
        public_name=new.public_name,
        is_person=new.is_person,
        area=new.area,
    )
