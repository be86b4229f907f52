"""The areas as the registry last published them, kept by every service for itself.

Which area lies within which is asked of this table and of nothing else: the prefix of a code says
where a township is, not who administers it. The table of a scheme is replaced as a whole, so a
reader sees one list or the next and never a mixture; and an area that was read holds for as long as
the list that it was read from.
"""

from __future__ import annotations

import time
from collections import OrderedDict, defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Text, and_, cast, false, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, col, select

from common.persistence.table import Row, instant
from common.places import Area, AreaOfOtherScheme, AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaLevel, AreaScheme

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.grants import Scope
    from common.persistence.unit_of_work import UnitOfWork

FRESH_SECONDS: Final = 5.0
_REMEMBERED: Final = 8192


class AreaRow(Row, table=True):
    """A unit of the code list in force, with the codes of everything above it and its own."""

    __tablename__: ClassVar[Any] = "area"

    scheme: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    level: str
    is_formal: bool
    parent: str | None
    ancestors: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportCallIssue, reportArgumentType]
    pool_id: UUID
    list_id: UUID


class AreaListRow(Row, table=True):
    """A list that was announced, and when this service took it over."""

    __tablename__: ClassVar[Any] = "area_list"

    list_id: UUID = Field(primary_key=True)
    scheme: str
    edition: date
    count: int
    sha256: str
    path: str
    announced_at: datetime = instant()
    loaded_at: datetime | None = instant(nullable=True)


class Areas:
    """Finds areas of the lists in force."""

    def __init__(
        self, unit_of_work: UnitOfWork, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._unit_of_work: Final = unit_of_work
        self._now: Final = now
        self._in_force: Final[dict[AreaScheme, tuple[float, UUID | None]]] = {}
        # With the list that was in force; of a code that it does not have, that it has not.
        self._seen: Final[OrderedDict[AreaRef, tuple[UUID, Area | None]]] = OrderedDict()

    async def find(self, ref: AreaRef) -> Area:
        """Return an area.

        Raises:
            UnknownArea: The list in force has no such code.
            AreaOfOtherScheme: And that of another scheme does.
            AreasNotReady: No list of this scheme has been loaded yet.
        """
        list_id = await self._list_in_force(ref.scheme)
        if self._is_known(ref, list_id):
            self._seen.move_to_end(ref)
            _, seen = self._seen[ref]
            if seen is None:
                raise UnknownArea(scheme=ref.scheme, area=ref.code)
            return seen
        async with self._unit_of_work.transaction() as session:
            row = await _read(session, ref)
        area = _to_area(row)
        # Under the list that it is of: whoever reads in an older snapshot may see an older one.
        self._remember(ref, row.list_id, area)
        return area

    async def learn(self, refs: Collection[AreaRef]) -> None:
        """Read areas that are about to be asked for one by one, in one go."""
        for scheme, codes in _by_scheme(frozenset(refs)).items():
            list_id = await self._list_in_force(scheme)
            known = self._is_known
            wanted = [code for code in codes if not known(AreaRef(scheme, code), list_id)]
            # Without a list no code is known to be none, which is another answer.
            if list_id is not None and wanted:
                await self._learn(scheme, list_id, frozenset(wanted[:_REMEMBERED]))

    async def _learn(self, scheme: AreaScheme, list_id: UUID, codes: frozenset[str]) -> None:
        wanted = select(AreaRow).where(
            col(AreaRow.scheme) == scheme.value, col(AreaRow.code).in_(codes)
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        for code in codes - {row.code for row in rows}:
            self._remember(AreaRef(scheme, code), list_id, None)
        for row in rows:
            self._remember(AreaRef(scheme, row.code), row.list_id, _to_area(row))

    async def lies_within(self, ref: AreaRef, other: AreaRef) -> bool:
        """Tell whether an area is another one or part of it; unknown areas are part of nothing."""
        if ref.scheme is not other.scheme:
            return False
        try:
            return (await self.find(ref)).lies_within(other)
        except (UnknownArea, AreasNotReady):
            return ref == other

    def within(
        self,
        scope: Scope,
        scheme: Any,  # noqa: ANN401 - a column of whichever kind
        code: Any,  # noqa: ANN401
    ) -> ColumnElement[bool]:
        """Return the condition that a row's area is within the areas of a scope."""
        return true() if scope.is_everywhere else self.under(scope.areas, scheme, code)

    def under(
        self,
        roots: frozenset[AreaRef],
        scheme: Any,  # noqa: ANN401
        code: Any,  # noqa: ANN401
    ) -> ColumnElement[bool]:
        """Return the condition that a row's area is one of these areas or part of one."""
        return or_(
            false(),
            *(
                and_(scheme == of.value, code.in_(_codes_under(of, codes)))
                for of, codes in _by_scheme(roots).items()
            ),
        )

    async def _list_in_force(self, scheme: AreaScheme) -> UUID | None:
        """Return which list holds, as of a moment ago."""
        looked = self._in_force.get(scheme)
        if looked is not None and self._now() - looked[0] < FRESH_SECONDS:
            return looked[1]
        of_any = (
            select(AreaRow.list_id)
            .where(col(AreaRow.scheme) == scheme.value)
            .order_by(col(AreaRow.code))
            .limit(1)
        )
        at = self._now()
        async with self._unit_of_work.transaction() as session:
            list_id = (await session.exec(of_any)).first()
        if list_id is not None:
            self._in_force[scheme] = at, list_id
        return list_id

    def _is_known(self, ref: AreaRef, list_id: UUID | None) -> bool:
        seen = self._seen.get(ref)
        return seen is not None and seen[0] == list_id

    def _remember(self, ref: AreaRef, list_id: UUID, area: Area | None) -> None:
        self._seen[ref] = list_id, area
        self._seen.move_to_end(ref)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)


async def _read(session: AsyncSession, ref: AreaRef) -> AreaRow:
    row = await session.get(AreaRow, (ref.scheme.value, ref.code))
    if row is not None:
        return row
    any_row = select(AreaRow.code).where(col(AreaRow.scheme) == ref.scheme.value).limit(1)
    if (await session.exec(any_row)).first() is None:
        raise AreasNotReady
    elsewhere = select(AreaRow.scheme).where(
        col(AreaRow.scheme) != ref.scheme.value, col(AreaRow.code) == ref.code
    )
    if (other := (await session.exec(elsewhere)).first()) is not None:
        raise AreaOfOtherScheme(scheme=ref.scheme, area=ref.code, known_in=other)
    raise UnknownArea(scheme=ref.scheme, area=ref.code)


def _codes_under(scheme: AreaScheme, roots: list[str]) -> Any:  # noqa: ANN401 - a select of one column
    overlapping = col(AreaRow.ancestors).bool_op("&&")(cast(roots, ARRAY(Text)))
    return select(AreaRow.code).where(col(AreaRow.scheme) == scheme.value, overlapping)


def _by_scheme(roots: frozenset[AreaRef]) -> Mapping[AreaScheme, list[str]]:
    codes: defaultdict[AreaScheme, list[str]] = defaultdict(list)
    for root in sorted(roots):
        codes[root.scheme].append(root.code)
    return codes


def _to_area(row: AreaRow) -> Area:
    return Area(
        ref=AreaRef(AreaScheme(row.scheme), row.code),
        name=row.name,
        level=AreaLevel(row.level),
        is_formal=row.is_formal,
        pool_id=row.pool_id,
        ancestors=frozenset(row.ancestors),
    )
