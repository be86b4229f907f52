"""The public directory in PostgreSQL, as anybody is shown it.

Nothing here asks who calls: ``directory_sources`` says what everybody may see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import and_, false, func, or_, select, tuple_
from sqlmodel import col
from typing_extensions import override

from common.areas import AreaRow
from common.places import AreaRef, Position
from common.service_list import Audience, CostKind, ServicePlace
from common.vocabulary import AreaScheme, ServiceCode, Society, StationTier
from registry.adapters.postgres.directory_sources import PROVIDERS, SERVICES
from registry.app.ports.directory import Directory, ProviderFilter, ServiceFilter, Stretch
from registry.domain.directory import Door, Entry, ListedService, Provider, Whereabouts
from registry.domain.hours import OpeningHours
from registry.domain.service_entry import Cost

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row

    from common.areas import Areas
    from common.persistence.unit_of_work import UnitOfWork
    from registry.domain.taxonomies import Tag


_HOURS: Final = TypeAdapter(OpeningHours)


class _Listed(NamedTuple):
    name: str
    ancestors: Sequence[str]


class PostgresDirectory(Directory):
    """What may be shown to everybody, as of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def count_services(self, wanted: ServiceFilter, /) -> int:
        return await self._count(SERVICES, self._service_claims(wanted))

    @override
    async def services(self, wanted: ServiceFilter, stretch: Stretch, /) -> Sequence[ListedService]:
        claims = [*self._service_claims(wanted), *_following(SERVICES, stretch)]
        return await self._read_services(claims, stretch)

    @override
    async def service(self, service_id: UUID, /) -> ListedService | None:
        found = await self._read_services([SERVICES.c.id == service_id], Stretch(limit=1))
        return found[0] if found else None

    @override
    async def services_of(self, providers: Collection[UUID], /) -> Sequence[ListedService]:
        claims = [SERVICES.c.provider_id.in_(providers), SERVICES.c.ended_on.is_(None)]
        return await self._read_services(claims, None)

    @override
    async def count_providers(self, wanted: ProviderFilter, /) -> int:
        return await self._count(PROVIDERS, self._provider_claims(wanted))

    @override
    async def providers(self, wanted: ProviderFilter, stretch: Stretch, /) -> Sequence[Provider]:
        claims = [*self._provider_claims(wanted), *_following(PROVIDERS, stretch)]
        return await self._read_providers(claims, stretch)

    @override
    async def provider(self, provider_id: UUID, /) -> Provider | None:
        found = await self._read_providers([PROVIDERS.c.id == provider_id], Stretch(limit=1))
        return found[0] if found else None

    async def _count(self, source: Any, claims: Iterator[ColumnElement[bool]]) -> int:  # noqa: ANN401 - a subquery
        counted = select(func.count()).select_from(source).where(*claims)
        async with self._unit_of_work.transaction() as session:
            return (await (await session.connection()).execute(counted)).scalar_one()

    async def _read(
        self,
        source: Any,  # noqa: ANN401 - a subquery
        claims: Sequence[ColumnElement[bool]],
        stretch: Stretch | None,
    ) -> Sequence[Row[Any]]:
        wanted = select(source).where(*claims).order_by(source.c.id)
        if stretch is not None:
            wanted = wanted.limit(stretch.limit).offset(stretch.skip)
        async with self._unit_of_work.transaction() as session:
            return (await (await session.connection()).execute(wanted)).all()

    async def _read_services(
        self, claims: Sequence[ColumnElement[bool]], stretch: Stretch | None
    ) -> Sequence[ListedService]:
        rows = await self._read(SERVICES, claims, stretch)
        places = await self._whereabouts(
            {_area(row) for row in rows} | {_provider_area(row) for row in rows}
        )
        return [_to_service(row, places) for row in rows]

    async def _read_providers(
        self, claims: Sequence[ColumnElement[bool]], stretch: Stretch
    ) -> Sequence[Provider]:
        rows = await self._read(PROVIDERS, claims, stretch)
        places = await self._whereabouts({_area(row) for row in rows})
        return [_to_provider(row, places[_area(row)]) for row in rows]

    async def _whereabouts(self, refs: Collection[AreaRef]) -> Mapping[AreaRef, Whereabouts]:
        """Return the names of everything above each area, and its own."""
        above = await self._listed(refs)
        around = {AreaRef(ref.scheme, code) for ref, one in above.items() for code in one.ancestors}
        listed = {**above, **await self._listed(around - above.keys())}
        return {ref: Whereabouts(area=ref, names=tuple(_names(ref, listed))) for ref in refs}

    async def _listed(self, refs: Collection[AreaRef]) -> dict[AreaRef, _Listed]:
        if not refs:
            return {}
        key = tuple_(col(AreaRow.scheme), col(AreaRow.code))
        wanted = select(
            col(AreaRow.scheme), col(AreaRow.code), col(AreaRow.name), col(AreaRow.ancestors)
        ).where(key.in_([(ref.scheme.value, ref.code) for ref in refs]))
        async with self._unit_of_work.transaction() as session:
            rows = (await (await session.connection()).execute(wanted)).all()
        return {
            AreaRef(AreaScheme(row.scheme), row.code): _Listed(row.name, row.ancestors)
            for row in rows
        }

    def _service_claims(self, wanted: ServiceFilter) -> Iterator[ColumnElement[bool]]:
        yield from self._claims(SERVICES, wanted.words, wanted.within)
        yield from (_is_tagged(tags) for tags in wanted.tags)
        if wanted.provider is not None:
            yield SERVICES.c.provider_id == wanted.provider
        if wanted.modified_after is None:
            yield SERVICES.c.ended_on.is_(None)
        else:
            yield SERVICES.c.modified_at >= wanted.modified_after

    def _provider_claims(self, wanted: ProviderFilter) -> Iterator[ColumnElement[bool]]:
        yield from self._claims(PROVIDERS, wanted.words, wanted.within)
        yield PROVIDERS.c.ended_on.is_(None)

    def _claims(
        self,
        source: Any,  # noqa: ANN401 - a subquery
        words: Sequence[str],
        within: AreaRef | None,
    ) -> Iterator[ColumnElement[bool]]:
        for word in words:
            is_named = source.c.name.icontains(word, autoescape=True)
            yield or_(is_named, _lies_where_named(source, word))
        if within is not None:
            yield self._areas.under(frozenset({within}), source.c.scheme, source.c.area)


def _following(source: Any, stretch: Stretch) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - a subquery
    if stretch.after is not None:
        yield source.c.id > stretch.after


def _is_tagged(tags: frozenset[Tag]) -> ColumnElement[bool]:
    # No two of the code lists share a code.
    codes = [tag.value for tag in tags]
    columns = (SERVICES.c.provider_tier, SERVICES.c.provider_society, SERVICES.c.code)
    return or_(*(column.in_(codes) for column in columns)) if codes else false()


def _lies_where_named(source: Any, word: str) -> ColumnElement[bool]:  # noqa: ANN401 - a subquery
    return or_(
        *(
            and_(source.c.scheme == scheme.value, source.c.area.in_(_codes_named(scheme, word)))
            for scheme in AreaScheme
        )
    )


def _codes_named(scheme: AreaScheme, word: str) -> Any:  # noqa: ANN401 - a select of one column
    is_listed = col(AreaRow.scheme) == scheme.value
    is_named = col(AreaRow.name).icontains(word, autoescape=True)
    named = select(func.array_agg(col(AreaRow.code))).where(is_listed, is_named).scalar_subquery()
    lies_there = col(AreaRow.ancestors).bool_op("&&")(named)
    return select(col(AreaRow.code)).where(is_listed, lies_there)


def _area(row: Row[Any]) -> AreaRef:
    return AreaRef(AreaScheme(row.scheme), row.area)


def _names(ref: AreaRef, listed: Mapping[AreaRef, _Listed]) -> Iterator[str]:
    if (one := listed.get(ref)) is not None:
        for code in one.ancestors:
            if (above := listed.get(AreaRef(ref.scheme, code))) is not None:
                yield above.name


def _provider_area(row: Row[Any]) -> AreaRef:
    return AreaRef(AreaScheme(row.provider_scheme), row.provider_area)


def _to_provider(row: Row[Any], where: Whereabouts) -> Provider:
    return Provider(
        id=row.id,
        name=row.name,
        kind=_to_kind(row.tier, row.society),
        where=where,
        modified_at=row.modified_at,
        door=_to_door(row.address, row.longitude, row.latitude),
        hours=_to_hours(row.hours),
    )


def _to_service(row: Row[Any], places: Mapping[AreaRef, Whereabouts]) -> ListedService:
    return ListedService(
        id=row.id,
        name=row.name,
        provider=Provider(
            id=row.provider_id,
            name=row.provider_name,
            kind=_to_kind(row.provider_tier, row.provider_society),
            where=places[_provider_area(row)],
            modified_at=row.provider_modified_at,
            door=_to_door(row.provider_address, row.provider_longitude, row.provider_latitude),
            hours=_to_hours(row.provider_hours),
        ),
        where=places[_area(row)],
        opened_on=row.opened_on,
        ended_on=row.ended_on,
        modified_at=row.modified_at,
        entry=None if row.code is None else _to_entry(row),
    )


def _to_entry(row: Row[Any]) -> Entry:
    return Entry(
        code=ServiceCode(row.code),
        title_en=row.title_en,
        given=ServicePlace(row.given),
        audiences=tuple(map(Audience, row.audiences)),
        is_for_residents=row.is_for_residents,
        cost=Cost(kind=CostKind(row.cost), fen=row.cost_fen),
        door=_to_door(row.address, row.longitude, row.latitude),
        hours=_to_hours(row.hours),
        verified_on=row.verified_on,
    )


def _to_kind(tier: str | None, society: str | None) -> StationTier | Society:
    if tier is not None:
        return StationTier(tier)
    assert society is not None, "whoever is no station is of a society"
    return Society(society)


def _to_door(address: str | None, longitude: float | None, latitude: float | None) -> Door:
    if longitude is None or latitude is None:
        return Door(address=address)
    return Door(address=address, position=Position(longitude=longitude, latitude=latitude))


def _to_hours(stored: object) -> OpeningHours:
    return OpeningHours() if stored is None else _HOURS.validate_python(stored)
