"""In which area a position lies, where borders are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.clock import CHINA
from common.vocabulary import AreaLevel
from registry.app.ports.areas import RecordedArea, Surrounding
from registry.domain.area_history import trace
from registry.domain.errors.areas import NoAreaThere

if TYPE_CHECKING:
    from common.clock import Clock
    from common.places import Position
    from common.vocabulary import AreaScheme
    from registry.app.ports.areas import AreaRecords, Borders, Successions
    from registry.app.ports.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedArea:
    """The prefecture that a position lies in now, and the border by which that was found."""

    record: RecordedArea
    surrounding: Surrounding


async def locate_area(
    position: Position,
    scheme: AreaScheme,
    *,
    unit_of_work: UnitOfWork,
    records: AreaRecords,
    successions: Successions,
    borders: Borders,
    clock: Clock,
) -> LocatedArea:
    """Return the prefecture that a position lies in.

    Borders are older than lists: what has become part of another prefecture since is that one's.

    Raises:
        NoAreaThere: No border that is known goes around it, or the list has no such area.
    """
    surrounding = await borders.around(position)
    if surrounding is None:
        raise NoAreaThere
    today = clock.now().astimezone(CHINA).date()
    async with unit_of_work.transaction():
        known = await successions.of_scheme(scheme)
        traced = trace([surrounding.code], known, since=surrounding.drawn_on, until=today)
        heirs = await records.many(scheme, traced.codes, None)
        above = {code for heir in heirs.values() for code in heir.area.ancestors}
        found = await records.many(scheme, above, None)
    prefectures = [record for record in found.values() if record.area.level is AreaLevel.PREFECTURE]
    if len(prefectures) != 1:
        raise NoAreaThere
    return LocatedArea(record=prefectures[0], surrounding=surrounding)
