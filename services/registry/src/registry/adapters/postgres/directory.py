"""The public directory in PostgreSQL, as anybody is shown it.

Nothing here asks who calls: the walls show the public what has served, and who is no person but a
partner. The conditions are repeated in the statements, so that wider eyes see no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import (
    DateTime,
    Text,
    and_,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlmodel import col
from typing_extensions import override

from common.areas import AreaRow
from common.places import AreaRef
from common.vocabulary import AreaScheme, PartyStanding, Society, StationTier
from registry.adapters.postgres.station_tables import StationRow
from registry.adapters.postgres.tables import PartyRow
from registry.app.ports.directory import Directory, ProviderFilter, ServiceFilter, Stretch
from registry.domain.directory import ListedService, Provider, Whereabouts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row

    from common.areas import Areas
    from common.persistence.unit_of_work import UnitOfWork
    from registry.domain.taxonomies import Tag


_LISTED: Final = [PartyStanding.APPROVED.value, PartyStanding.RECERTIFICATION_REQUIRED.value]
"""Who was only invited is nobody's partner yet, and who was merged lives on as another."""


def _modified_at(table: str) -> ColumnElement[Any]:
    # Kept by the database alone: no row writes it, so no row has it.
    return literal_column(f"{table}.modified_at", DateTime(timezone=True)).label("modified_at")


_STATIONS: Final = select(
    col(StationRow.id).label("id"),
    col(StationRow.name).label("name"),
    col(StationRow.tier).label("tier"),
    cast(null(), Text).label("society"),
    col(StationRow.scheme).label("scheme"),
    col(StationRow.area).label("area"),
    col(StationRow.opened_on).label("opened_on"),
    col(StationRow.closed_on).label("ended_on"),
    _modified_at("station"),
).where(col(StationRow.opened_on).is_not(None))
_PARTIES: Final = select(
    col(PartyRow.id).label("id"),
    col(PartyRow.public_name).label("name"),
    cast(null(), Text).label("tier"),
    col(PartyRow.society).label("society"),
    col(PartyRow.scheme).label("scheme"),
    col(PartyRow.area).label("area"),
    # No row is without these two, which parties do not have; types follow the stations'.
    null().label("opened_on"),
    null().label("ended_on"),
    _modified_at("party"),
).where(
    ~col(PartyRow.is_person),
    col(PartyRow.suspended_on).is_(None),
    col(PartyRow.standing).in_(_LISTED),
)

_provider: Final = union_all(_STATIONS, _PARTIES).subquery("provider")
# A station is who provides, where, and what is done there: social work for its area.
_service: Final = _STATIONS.subquery("service")


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
        return await self._count(_service, self._service_claims(wanted))

    @override
    async def services(self, wanted: ServiceFilter, stretch: Stretch, /) -> Sequence[ListedService]:
        claims = [*self._service_claims(wanted), *_following(_service, stretch)]
        return await self._read_services(claims, stretch)

    @override
    async def service(self, service_id: UUID, /) -> ListedService | None:
        found = await self._read_services([_service.c.id == service_id], Stretch(limit=1))
        return found[0] if found else None

    @override
    async def services_of(self, providers: Collection[UUID], /) -> Sequence[ListedService]:
        claims = [_service.c.id.in_(providers), _service.c.ended_on.is_(None)]
        return await self._read_services(claims, None)

    @override
    async def count_providers(self, wanted: ProviderFilter, /) -> int:
        return await self._count(_provider, self._provider_claims(wanted))

    @override
    async def providers(self, wanted: ProviderFilter, stretch: Stretch, /) -> Sequence[Provider]:
        claims = [*self._provider_claims(wanted), *_following(_provider, stretch)]
        return await self._read_providers(claims, stretch)

    @override
    async def provider(self, provider_id: UUID, /) -> Provider | None:
        found = await self._read_providers([_provider.c.id == provider_id], Stretch(limit=1))
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
    ) -> tuple[Sequence[Row[Any]], Mapping[AreaRef, Whereabouts]]:
        wanted = select(source).where(*claims).order_by(source.c.id)
        if stretch is not None:
            wanted = wanted.limit(stretch.limit).offset(stretch.skip)
        async with self._unit_of_work.transaction() as session:
            rows = (await (await session.connection()).execute(wanted)).all()
        return rows, await self._whereabouts({_area(row) for row in rows})

    async def _read_services(
        self, claims: Sequence[ColumnElement[bool]], stretch: Stretch | None
    ) -> Sequence[ListedService]:
        rows, places = await self._read(_service, claims, stretch)
        return [_to_service(row, places[_area(row)]) for row in rows]

    async def _read_providers(
        self, claims: Sequence[ColumnElement[bool]], stretch: Stretch
    ) -> Sequence[Provider]:
        rows, places = await self._read(_provider, claims, stretch)
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
        yield from self._claims(_service, wanted.words, wanted.within)
        yield from (_is_tagged(tags) for tags in wanted.tags)
        if wanted.provider is not None:
            yield _service.c.id == wanted.provider
        if wanted.modified_after is None:
            yield _service.c.ended_on.is_(None)
        else:
            yield _service.c.modified_at >= wanted.modified_after

    def _provider_claims(self, wanted: ProviderFilter) -> Iterator[ColumnElement[bool]]:
        yield from self._claims(_provider, wanted.words, wanted.within)
        yield _provider.c.ended_on.is_(None)

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
    tiers = [tag.value for tag in tags if isinstance(tag, StationTier)]
    return _service.c.tier.in_(tiers) if tiers else false()


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


def _to_provider(row: Row[Any], where: Whereabouts) -> Provider:
    return Provider(
        id=row.id,
        name=row.name,
        kind=Society(row.society) if row.tier is None else StationTier(row.tier),
        where=where,
        modified_at=row.modified_at,
    )


def _to_service(row: Row[Any], where: Whereabouts) -> ListedService:
    return ListedService(
        id=row.id,
        name=row.name,
        provider=_to_provider(row, where),
        where=where,
        opened_on=row.opened_on,
        ended_on=row.ended_on,
        codes=(),
        modified_at=row.modified_at,
    )
