"""Stations as a sheet: a row plans a station, opens it or closes it, or says what is so already."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import StationTier
from registry.app.close_station import CloseStation
from registry.app.creations import Outcome as Creation
from registry.app.open_station import OpenStation
from registry.app.permissions import WRITE_STATIONS
from registry.app.plan_stations import PlanStation
from registry.app.ports.imports import Attempts
from registry.app.sheets import RowDiffers, Sheet, Taken, Values
from registry.domain.columns import ID, PLACE, choice_column, day_column, text_column
from registry.domain.imports import Outcome
from registry.domain.station import ClosureReason, Station, StationId

if TYPE_CHECKING:
    from uuid import UUID

    from registry.domain.columns import Column

COLUMNS: Final[tuple[Column, ...]] = (
    ID,
    choice_column(
        "tier",
        "层级",
        "Tier",
        list(StationTier),
        is_required=True,
        synonyms=("站点层级", "站点类型", "级别", "类别"),
        example="station",
    ),
    text_column(
        "name",
        "名称",
        "Name",
        is_required=True,
        synonyms=("站点名称", "社工站名称", "社会工作站名称", "机构名称", "站名", "驻点名称"),
        example="新华路街道社工站",
    ),
    *PLACE,
    day_column(
        "planned_on",
        "立项日期",
        "Planned on",
        is_required=True,
        synonyms=("立项时间", "批复时间", "建设时间", "筹建时间", "建站时间"),
        example="2024-03-01",
    ),
    day_column(
        "opened_on",
        "启用日期",
        "Opened on",
        synonyms=("启用时间", "挂牌时间", "投入使用时间", "运营时间", "揭牌时间"),
        example="2024-06-18",
    ),
    day_column("closed_on", "关闭日期", "Closed on", synonyms=("关闭时间", "撤销时间")),
    choice_column(
        "closure_reason",
        "关闭原因",
        "Closure reason",
        list(ClosureReason),
        synonyms=("撤销原因",),
    ),
)


class StationLookup(Protocol):
    """Stations by what people know them by."""

    async def named(
        self, keys: Collection[tuple[StationTier, AreaRef, str]], /
    ) -> Mapping[tuple[StationTier, AreaRef, str], Sequence[Station]]:
        """Return the stations of a tier, in an area, with a name."""
        ...

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        """Return those of the stations that exist."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingStations:
    """Does what rows about stations ask for."""

    plan: Callable[[Sequence[PlanStation], Scope], Awaitable[Sequence[Creation[Station]]]]
    open: Callable[[OpenStation, Scope], Awaitable[Station]]
    close: Callable[[CloseStation, Scope], Awaitable[Station]]
    lookup: StationLookup
    work: Attempts

    def sheet(self) -> Sheet:
        """Return the subject."""
        return Sheet(
            code="stations",
            zh="社工站",
            en="Stations",
            columns=COLUMNS,
            write=WRITE_STATIONS,
            key=natural_key,
            claim=_served_area,
            take=self.take,
        )

    async def take(self, rows: Sequence[Values], scope: Scope) -> Sequence[Taken]:
        """Do what each row asks for; what is wrong with one stops none of the others."""
        there = await self._there(rows)
        done: dict[int, Taken] = {}
        plain = [at for at in range(len(rows)) if at not in there and not _is_closed(rows[at])]
        # A station that is closed already leaves its area to the next, so it comes first.
        for at, row in enumerate(rows):
            if at in there or _is_closed(row):
                settled = _settled(row, there.get(at))
                done[at] = settled or await self._alone(row, there.get(at), scope)
        planned = await self.plan([_plan(rows[at]) for at in plain], scope)
        done.update(zip(plain, map(_taken, planned), strict=True))
        return [done[at] for at in range(len(rows))]

    async def _there(self, rows: Sequence[Values]) -> Mapping[int, Station]:
        by_id = await self.lookup.find_many([row["id"] for row in rows if row["id"]])
        by_name = await self.lookup.named({_name(row) for row in rows if not row["id"]})
        found = {
            at: by_id.get(row["id"]) if row["id"] else _meant(row, by_name.get(_name(row), ()))
            for at, row in enumerate(rows)
        }
        return {at: station for at, station in found.items() if station is not None}

    async def _alone(self, row: Values, station: Station | None, scope: Scope) -> Taken:
        try:
            async with self.work.attempt():
                if station is None:
                    (made,) = await self.plan([_plan(row)], scope)
                    if isinstance(made, DomainError):
                        return made
                    await self._go_on(row, made.thing, scope)
                    return Outcome.CREATED
                return await self._go_on(row, station, scope)
        except DomainError as refusal:
            return refusal

    async def _go_on(self, row: Values, station: Station, scope: Scope) -> Outcome:
        changed = Outcome.UNCHANGED
        if row["opened_on"] is not None and station.operation is None:
            opening = OpenStation(station_id=station.id, opened_on=row["opened_on"])
            station, changed = await self.open(opening, scope), Outcome.CHANGED
        if _is_closed(row) and not _has_closed(station):
            closing = CloseStation(
                station_id=StationId(station.id),
                closed_on=row["closed_on"],
                reason=row["closure_reason"] or ClosureReason.OTHER,
            )
            await self.close(closing, scope)
            changed = Outcome.CHANGED
        return changed


def natural_key(row: Values) -> Hashable:
    """Return what makes a station the same to those who keep lists of them."""
    return (*_name(row), row["planned_on"])


def _name(row: Values) -> tuple[StationTier, AreaRef, str]:
    return row["tier"], AreaRef(row["scheme"], row["area"]), row["name"]


def _served_area(row: Values) -> Hashable | None:
    if row["opened_on"] is None or _is_closed(row):
        return None
    return row["tier"], row["scheme"], row["area"]


def _is_closed(row: Values) -> bool:
    return row["closed_on"] is not None


def _meant(row: Values, alike: Sequence[Station]) -> Station | None:
    for station in alike:
        if station.planned_on == row["planned_on"]:
            return station
    # One that serves no longer has made room for another of its name.
    return next((each for each in alike if not _has_closed(each)), None)


def _settled(row: Values, station: Station | None) -> Taken | None:
    """Return what becomes of a row that asks for nothing, or for what cannot be."""
    if station is None:
        return None
    if other := _differences(row, station):
        return RowDiffers(columns=tuple(other))
    is_open_already = row["opened_on"] is None or station.operation is not None
    is_closed_already = not _is_closed(row) or _has_closed(station)
    return Outcome.UNCHANGED if is_open_already and is_closed_already else None


def _has_closed(station: Station) -> bool:
    return station.operation is not None and station.operation.closure is not None


def _differences(row: Values, station: Station) -> Sequence[str]:
    operation = station.operation
    closure = operation.closure if operation else None
    there: Mapping[str, Any] = {
        "tier": station.tier,
        "name": station.name,
        "scheme": station.area.scheme,
        "area": station.area.code,
        "planned_on": station.planned_on,
        "opened_on": operation.opened_on if operation else None,
        "closed_on": closure.closed_on if closure else None,
        "closure_reason": closure.reason if closure else None,
    }
    return [
        column
        for column, value in there.items()
        # A blank cell says nothing, and what is not there yet can become so.
        if row[column] is not None and value is not None and row[column] != value
    ]


def _plan(row: Values) -> PlanStation:
    return PlanStation(
        id=row["id"],
        tier=row["tier"],
        name=row["name"],
        area=AreaRef(row["scheme"], row["area"]),
        planned_on=row["planned_on"],
        opened_on=None if _is_closed(row) else row["opened_on"],
    )


def _taken(made: Creation[Station]) -> Taken:
    if isinstance(made, DomainError):
        return made
    return Outcome.CREATED if made.is_new else Outcome.UNCHANGED


def values_of(station: Station) -> Values:
    """Return a station as the row that would change nothing about it."""
    operation = station.operation
    closure = operation.closure if operation else None
    return {
        "id": station.id,
        "tier": station.tier,
        "name": station.name,
        "scheme": station.area.scheme,
        "area": station.area.code,
        "planned_on": station.planned_on,
        "opened_on": operation.opened_on if operation else None,
        "closed_on": closure.closed_on if closure else None,
        "closure_reason": closure.reason if closure else None,
    }
