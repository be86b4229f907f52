"""The service list as a sheet: a row lists a service, says more of it, verifies or withdraws it.

A confidential place is in no file, neither out nor in: files lie about. What a file cannot say,
such as a position or the hours of a holiday, stays as it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import Society, StationTier
from registry.app.creations import Made
from registry.app.creations import Outcome as Creation
from registry.app.list_services import ListService, ReviseService, VerifyService, WithdrawService
from registry.app.meant import one_living, one_serving
from registry.app.party_sheet import PartyLookup
from registry.app.permissions import WRITE_SERVICE_ENTRIES
from registry.app.places import is_within
from registry.app.ports.areas import Areas
from registry.app.ports.imports import Attempts
from registry.app.ports.service_entries import ServiceEntries
from registry.app.service_columns import COLUMNS
from registry.app.service_rows import offering_of
from registry.app.sheets import (
    RowDiffers,
    RowIncomplete,
    RowNamesNothing,
    Sheet,
    Taken,
    Values,
)
from registry.app.station_sheet import StationLookup
from registry.domain.imports import Outcome
from registry.domain.service_entry import Offering, Provider, ServiceEntry

if TYPE_CHECKING:
    from uuid import UUID

    from registry.domain.party import Party
    from registry.domain.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gone:
    """A row about a service that is new here and withdrawn already."""

    row: Values
    new: ListService


@dataclass(frozen=True, slots=True, kw_only=True)
class _More:
    """A row about an entry that is there, and what it offers by the row."""

    row: Values
    entry: ServiceEntry
    offering: Offering

    @property
    def is_nothing_new(self) -> bool:
        """Tell whether all of it is so already."""
        return (
            self.offering == self.entry.offering
            and not _is_verified_since(self.row, self.entry)
            and not _is_withdrawn_since(self.row, self.entry)
        )


class _There:
    """The entries of some providers, by id and by what people know them by."""

    def __init__(self, entries: Sequence[ServiceEntry]) -> None:
        self._by_id: Final = {entry.id: entry for entry in entries}
        self._by_name: Final[dict[Hashable, list[ServiceEntry]]] = {}
        for entry in entries:
            self._by_name.setdefault(_name_of(entry), []).append(entry)

    def meant(self, row: Values, provider: UUID) -> ServiceEntry | None:
        """Return the entry that a row is about, if there is one.

        Raises:
            RowDiffers: Another provider has it.
        """
        if row["id"]:
            known = self._by_id.get(row["id"])
            if known is not None and provider not in {known.provider.station, known.provider.party}:
                raise RowDiffers(columns=(_naming(row),))
            return known
        name = (provider, row["service"], row["title_zh"], row["offered_from"])
        # One that was withdrawn is another one, unless the row says that of it.
        meant = {None, row["withdrawn_on"]}
        alike = [each for each in self._by_name.get(name, ()) if each.withdrawn_on in meant]
        return min(alike, key=lambda entry: entry.withdrawn_on is not None, default=None)


def _name_of(entry: ServiceEntry) -> Hashable:
    offering = entry.offering
    provider = entry.provider.station or entry.provider.party
    return provider, offering.service, offering.title_zh, offering.offered_from


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingServices:
    """Does what rows about services ask for, by the commands that everybody uses."""

    add: Callable[[ListService, Scope], Awaitable[Made[ServiceEntry]]]
    add_each: Callable[[Sequence[ListService], Scope], Awaitable[Sequence[Creation[ServiceEntry]]]]
    revise: Callable[[ReviseService, Scope], Awaitable[ServiceEntry]]
    verify: Callable[[VerifyService, Scope], Awaitable[ServiceEntry]]
    withdraw: Callable[[WithdrawService, Scope], Awaitable[ServiceEntry]]
    entries: ServiceEntries
    stations: StationLookup
    parties: PartyLookup
    areas: Areas
    work: Attempts

    def sheet(self) -> Sheet:
        """Return the subject."""
        return Sheet(
            code="service_entries",
            zh="服务清单",
            en="Service list",
            columns=COLUMNS,
            write=WRITE_SERVICE_ENTRIES,
            key=natural_key,
            claim=_nothing_else,
            take=self.take,
        )

    async def take(self, rows: Sequence[Values], scope: Scope) -> Sequence[Taken]:
        """Do what each row asks for; what is wrong with one stops none of the others."""
        providers = await self._providers(rows)
        there = _There(
            await self.entries.among(
                ids=[row["id"] for row in rows if row["id"]],
                providers=[each.id for each in providers.values()],
            )
        )
        asked = [
            await self._asked(row, providers.get(at), there, scope) for at, row in enumerate(rows)
        ]
        new = [each for each in asked if isinstance(each, ListService)]
        listed = iter(await self.add_each(new, scope))
        taken: list[Taken] = []
        for each in asked:
            if isinstance(each, ListService):
                made = next(listed)
                taken.append(made if isinstance(made, DomainError) else Outcome.CREATED)
            elif isinstance(each, (_Gone, _More)):
                taken.append(await self._alone(each, scope))
            else:
                taken.append(each)
        return taken

    async def _providers(self, rows: Sequence[Values]) -> Mapping[int, Station | Party]:
        stations = await self.stations.find_many(_ids(rows, "station_id"))
        parties = await self.parties.find_many(_ids(rows, "party_id"))
        named_stations = await self.stations.named(
            {_station_key(row) for row in rows if row["station_name"] and not row["station_id"]}
        )
        named_parties = await self.parties.named(
            {_party_key(row) for row in rows if row["party_name"] and not row["party_id"]}
        )
        found: dict[int, Station | Party | None] = {}
        for at, row in enumerate(rows):
            if row["station_id"]:
                found[at] = stations.get(row["station_id"])
            elif row["party_id"]:
                found[at] = parties.get(row["party_id"])
            elif row["station_name"]:
                found[at] = one_serving(named_stations.get(_station_key(row), ()))
            elif row["party_name"]:
                found[at] = one_living(named_parties.get(_party_key(row), ()))
        return {at: provider for at, provider in found.items() if provider is not None}

    async def _asked(
        self, row: Values, provider: Station | Party | None, there: _There, scope: Scope
    ) -> ListService | _Gone | _More | Taken:
        try:
            _refuse_unnamed(row)
            if provider is None or not await is_within(
                scope, provider.area, areas=self.areas, org=provider.id
            ):
                raise RowNamesNothing(columns=(_naming(row),))
            known = there.meant(row, provider.id)
            if known is not None:
                _refuse_other_end(row, known)
                more = _More(row=row, entry=known, offering=offering_of(row, known.offering))
                return Outcome.UNCHANGED if more.is_nothing_new else more
            new = _listing(row, provider)
            return new if row["withdrawn_on"] is None else _Gone(row=row, new=new)
        except DomainError as refusal:
            return refusal

    async def _alone(self, asked: _Gone | _More, scope: Scope) -> Taken:
        try:
            async with self.work.attempt():
                if isinstance(asked, _Gone):
                    entry = (await self.add(asked.new, scope)).thing
                    await self._withdraw(entry, asked.row, scope)
                    return Outcome.CREATED
                await self._go_on(asked.row, asked.entry, asked.offering, scope)
                return Outcome.CHANGED
        except DomainError as refusal:
            return refusal

    async def _go_on(
        self, row: Values, entry: ServiceEntry, offering: Offering, scope: Scope
    ) -> None:
        if offering != entry.offering:
            entry = await self.revise(ReviseService(entry_id=entry.id, offering=offering), scope)
        if _is_verified_since(row, entry):
            verifying = VerifyService(entry_id=entry.id, verified_on=row["verified_on"])
            entry = await self.verify(verifying, scope)
        if _is_withdrawn_since(row, entry):
            await self._withdraw(entry, row, scope)

    async def _withdraw(self, entry: ServiceEntry, row: Values, scope: Scope) -> None:
        command = WithdrawService(entry_id=entry.id, withdrawn_on=row["withdrawn_on"])
        await self.withdraw(command, scope)


def natural_key(row: Values) -> Hashable:
    """Return what makes an entry the same to those who keep the list."""
    if (own := row["id"]) is not None:
        return ("id", own)
    station = row["station_id"] or (row["station_name"] and _station_key(row))
    party = row["party_id"] or (row["party_name"] and _party_key(row))
    return station or party, row["service"], row["title_zh"], row["offered_from"]


def _nothing_else(_row: Values) -> None:
    return None


def _ids(rows: Sequence[Values], column: str) -> Sequence[UUID]:
    return [row[column] for row in rows if row[column]]


def _station_key(row: Values) -> tuple[StationTier, AreaRef, str]:
    area = AreaRef(row["scheme"], row["area"])
    return row["tier"] or StationTier.STATION, area, row["station_name"]


def _party_key(row: Values) -> tuple[Society, AreaRef, str]:
    area = AreaRef(row["scheme"], row["area"])
    return row["society"] or Society.SOCIAL_ORGANISATION, area, row["party_name"]


_NAMES: Final = ("station_id", "party_id", "station_name", "party_name")


def _naming(row: Values) -> str:
    return next(column for column in _NAMES if row[column])


def _refuse_unnamed(row: Values) -> None:
    if not any(row[column] for column in _NAMES):
        raise RowIncomplete(columns=("station_name",))


def _refuse_other_end(row: Values, entry: ServiceEntry) -> None:
    told, is_so = row["withdrawn_on"], entry.withdrawn_on
    if told is not None and is_so is not None and told != is_so:
        raise RowDiffers(columns=("withdrawn_on",))


def _listing(row: Values, provider: Station | Party) -> ListService:
    is_station = bool(row["station_id"] or row["station_name"])
    return ListService(
        id=row["id"],
        provider=Provider(
            station=provider.id if is_station else None,
            party=None if is_station else provider.id,
        ),
        offering=offering_of(row, None),
    )


def _is_verified_since(row: Values, entry: ServiceEntry) -> bool:
    told = row["verified_on"]
    is_newer = told is not None and told > entry.verification.verified_on
    return is_newer and entry.withdrawn_on is None


def _is_withdrawn_since(row: Values, entry: ServiceEntry) -> bool:
    return row["withdrawn_on"] is not None and entry.withdrawn_on is None
