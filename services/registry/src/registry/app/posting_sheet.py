"""Postings as a sheet: a row posts a worker to a station, or gives a posting its last day."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from common.errors import DomainError
from common.places import AreaRef
from common.vocabulary import Society, StationTier
from registry.app.halves import by_halves
from registry.app.meant import one_living, one_serving
from registry.app.party_sheet import PartyLookup
from registry.app.permissions import WRITE_POSTINGS
from registry.app.places import is_within
from registry.app.ports.areas import Areas
from registry.app.ports.imports import Attempts
from registry.app.ports.postings import Postings
from registry.app.ports.stations import Stations
from registry.app.posting_columns import COLUMNS
from registry.app.sheets import (
    RowDiffers,
    RowIncomplete,
    RowNamesNothing,
    Sheet,
    Taken,
    Values,
)
from registry.app.station_sheet import StationLookup
from registry.domain.errors.stations import StationChangedMeanwhile
from registry.domain.imports import Outcome
from registry.domain.posting import Posting, PostingId, post_worker
from registry.domain.station import Station

if TYPE_CHECKING:
    from common.grants import Scope
    from registry.app.list_postings import PostingFound
    from registry.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    posting: Posting
    station: Station
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingPostings:
    """Does what rows about postings ask for, many at a time."""

    postings: Postings
    stations: Stations
    by_name: StationLookup
    parties: PartyLookup
    areas: Areas
    work: Attempts
    new_id: Callable[[], UUID]

    def sheet(self) -> Sheet:
        """Return the subject."""
        return Sheet(
            code="postings",
            zh="岗位派驻",
            en="Postings",
            columns=COLUMNS,
            write=WRITE_POSTINGS,
            key=natural_key,
            claim=_nothing_else,
            take=self.take,
        )

    async def take(self, rows: Sequence[Values], scope: Scope) -> Sequence[Taken]:
        """Do what each row asks for; what is wrong with one stops none of the others."""
        stations, workers = await self._stations(rows), await self._workers(rows)
        there = await self.postings.among(
            ids=[row["id"] for row in rows if row["id"]],
            workers=[worker.id for worker in workers.values()],
        )
        asked = [
            await self._asked(row, stations.get(at), workers.get(at), there, scope)
            for at, row in enumerate(rows)
        ]
        wanted = [each for each in asked if isinstance(each, _Wanted)]
        stored = iter(await by_halves(wanted, self._store, work=self.work))
        return [next(stored) if isinstance(each, _Wanted) else each for each in asked]

    async def _stations(self, rows: Sequence[Values]) -> Mapping[int, Station]:
        by_id = await self.by_name.find_many(
            [row["station_id"] for row in rows if row["station_id"]]
        )
        keys = {_station_key(row) for row in rows if not row["station_id"] and row["station_name"]}
        named = await self.by_name.named(keys)
        found: dict[int, Station | None] = {}
        for at, row in enumerate(rows):
            if row["station_id"]:
                found[at] = by_id.get(row["station_id"])
            elif row["station_name"]:
                found[at] = one_serving(named.get(_station_key(row), ()))
        return {at: station for at, station in found.items() if station is not None}

    async def _workers(self, rows: Sequence[Values]) -> Mapping[int, Party]:
        by_id = await self.parties.find_many([row["worker_id"] for row in rows if row["worker_id"]])
        keys = {_worker_key(row) for row in rows if not row["worker_id"] and row["worker_name"]}
        named = await self.parties.named(keys)
        found: dict[int, Party | None] = {}
        for at, row in enumerate(rows):
            if row["worker_id"]:
                found[at] = one_living(
                    [by_id[row["worker_id"]]] if row["worker_id"] in by_id else ()
                )
            elif row["worker_name"]:
                found[at] = one_living(named.get(_worker_key(row), ()))
        return {at: worker for at, worker in found.items() if worker is not None}

    async def _asked(
        self,
        row: Values,
        station: Station | None,
        worker: Party | None,
        there: Sequence[Posting],
        scope: Scope,
    ) -> _Wanted | Taken:
        try:
            _refuse_unnamed(row)
            if station is None or not await self._is_within(scope, station.area):
                raise RowNamesNothing(columns=(_named(row, "station_id", "station_name"),))
            if worker is None or not await self._is_within(scope, worker.area, worker.id):
                raise RowNamesNothing(columns=(_named(row, "worker_id", "worker_name"),))
            known = _known(row, station, worker, there)
            if known is None:
                new = self._posting(row, station, worker)
                return _Wanted(posting=new, station=station, is_new=True)
            _refuse_other(row, known, station, worker)
            return _ending(row, known, station)
        except DomainError as refusal:
            return refusal

    async def _is_within(self, scope: Scope, area: AreaRef, org: UUID | None = None) -> bool:
        return await is_within(scope, area, areas=self.areas, org=org)

    def _posting(self, row: Values, station: Station, worker: Party) -> Posting:
        return post_worker(
            PostingId(row["id"] or self.new_id()),
            worker=worker,
            station=station,
            is_full_time=row["is_full_time"],
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
        )

    async def _store(self, wanted: Sequence[_Wanted]) -> Sequence[Taken]:
        # Held, so that nobody closes one who has not seen these postings.
        held = await self.stations.hold({each.station.id for each in wanted if each.is_new})
        taken: list[Taken] = []
        new: list[Posting] = []
        for each in wanted:
            if not each.is_new:
                await self.postings.save(each.posting)
                taken.append(Outcome.CHANGED)
            elif (now := held.get(each.station.id)) is None or now.version != each.station.version:
                taken.append(StationChangedMeanwhile(station_id=each.station.id))
            else:
                new.append(each.posting)
                taken.append(Outcome.CREATED)
        await self.postings.add_all(new)
        return taken


def natural_key(row: Values) -> Hashable:
    """Return what makes a posting the same; of two part-time ones alike only the id can tell."""
    if (own := row["id"]) is not None:
        return ("id", own)
    station = row["station_id"] or _station_key(row)
    worker = row["worker_id"] or _worker_key(row)
    return station, worker, row["starts_on"], row["is_full_time"]


def _nothing_else(_row: Values) -> None:
    return None


def _station_key(row: Values) -> tuple[StationTier, AreaRef, str]:
    area = AreaRef(row["scheme"], row["area"])
    return row["tier"] or StationTier.STATION, area, row["station_name"]


def _worker_key(row: Values) -> tuple[Society, AreaRef, str]:
    area = AreaRef(row["scheme"], row["worker_area"] or row["area"])
    return Society.SOCIAL_WORKER, area, row["worker_name"]


def _refuse_unnamed(row: Values) -> None:
    named = (("station_name", "station_id"), ("worker_name", "worker_id"))
    if missing := tuple(name for name, by_id in named if not (row[name] or row[by_id])):
        raise RowIncomplete(columns=missing)


def _known(
    row: Values, station: Station, worker: Party, there: Sequence[Posting]
) -> Posting | None:
    if row["id"]:
        return next((each for each in there if each.id == row["id"]), None)
    wanted = (station.id, worker.id, row["starts_on"], row["is_full_time"])
    return next((each for each in there if _said_of(each) == wanted), None)


def _said_of(posting: Posting) -> tuple[object, ...]:
    return posting.station_id, posting.worker_id, posting.starts_on, posting.is_full_time


def _refuse_other(row: Values, known: Posting, station: Station, worker: Party) -> None:
    there = {
        _named(row, "station_id", "station_name"): (station.id, known.station_id),
        _named(row, "worker_id", "worker_name"): (worker.id, known.worker_id),
        "starts_on": (row["starts_on"], known.starts_on),
        "is_full_time": (row["is_full_time"], known.is_full_time),
    }
    if other := tuple(column for column, (told, is_so) in there.items() if told != is_so):
        raise RowDiffers(columns=other)


def _named(row: Values, by_id: str, by_name: str) -> str:
    return by_id if row[by_id] else by_name


def _ending(row: Values, known: Posting, station: Station) -> _Wanted | Taken:
    """Return the posting with the last day that the row gives it, if that is an earlier one."""
    ends_on = row["ends_on"]
    if ends_on is None or ends_on == known.ends_on:
        return Outcome.UNCHANGED
    if known.ends_on is not None and ends_on > known.ends_on:
        raise RowDiffers(columns=("ends_on",))
    return _Wanted(posting=known.end(ends_on=ends_on), station=station, is_new=False)


def values_of(found: PostingFound) -> Values:
    """Return a posting as the row that would change nothing about it."""
    posting, station, worker = found.posting, found.station, found.worker
    return {
        "id": posting.id,
        "scheme": station.area.scheme,
        "area": station.area.code,
        "tier": station.tier,
        "station_name": station.name,
        "station_id": station.id,
        "worker_name": worker.public_name,
        "worker_area": worker.area.code,
        "worker_id": worker.id,
        "is_full_time": posting.is_full_time,
        "starts_on": posting.starts_on,
        "ends_on": posting.ends_on,
    }
