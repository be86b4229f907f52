"""Areas as callers receive them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Self
from uuid import UUID

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import AreaLevel, AreaScheme
from registry.app.locate_area import LocatedArea
from registry.app.ports.areas import RecordedArea
from registry.domain.administration import Administration
from registry.domain.area_list import AreaKind

_XIANJIN = {
    "scheme": "nbs",
    "code": "210213009",
    "name": "先进街道",
    "pinyin": "xianjinjiedao",
    "initials": "xjjd",
    "kind": "subdistrict",
    "kind_label": "街道",
    "level": "township",
    "level_label": "乡级",
    "is_formal": True,
    "parent": "210213",
    "located_in": "210213",
    "ancestors": ["21", "2102", "210213", "210213009"],
    "pool_id": "0d3f2b6a-7d0c-5c40-9d0e-6f0f8a529e11",
    "valid_from": "2023-06-30",
    "valid_until": None,
}


class AreaView(View):
    """An area, with the codes of all it lies within and its own, as administered.

    `located_in` is what the list puts it in: another than `parent` where another authority runs it.
    All of this is so from `valid_from` and, unless it is null, until the day before `valid_until`.
    """

    model_config = example(**_XIANJIN)

    scheme: AreaScheme
    code: str
    name: str
    pinyin: str
    initials: str
    kind: AreaKind
    kind_label: str
    level: AreaLevel
    level_label: str
    is_formal: bool
    parent: str | None
    located_in: str | None
    ancestors: Sequence[str]
    pool_id: UUID
    valid_from: date
    valid_until: date | None

    @classmethod
    def of(cls, record: RecordedArea, language: Language) -> Self:
        """Show an area to somebody who reads this language."""
        area = record.area
        return cls(
            scheme=area.ref.scheme,
            code=area.ref.code,
            name=area.name,
            pinyin=record.pinyin,
            initials=record.initials,
            kind=area.kind,
            kind_label=label(area.kind, language),
            level=area.level,
            level_label=label(area.level, language),
            is_formal=area.is_formal,
            parent=area.parent,
            located_in=area.located_in,
            ancestors=area.ancestors,
            pool_id=area.pool_id,
            valid_from=record.valid_from,
            valid_until=record.valid_until,
        )


class AreasView(View):
    """Some areas, all of them at once."""

    model_config = example(items=[_XIANJIN])

    items: Sequence[AreaView]


class LocatedAreaView(View):
    """The prefecture that a position in WGS-84 lies in, and how far that is to be trusted.

    The border was drawn on about `drawn_on`, then as that of `drawn_code`. Its own datum is not
    stated; where `is_near_border`, within about a kilometre, it may as well be the neighbour's.
    """

    area: AreaView
    drawn_code: str
    drawn_name: str
    drawn_on: date
    is_near_border: bool

    @classmethod
    def of(cls, found: LocatedArea, language: Language) -> Self:
        """Show where a position lies to somebody who reads this language."""
        return cls(
            area=AreaView.of(found.record, language),
            drawn_code=found.surrounding.code,
            drawn_name=found.surrounding.name,
            drawn_on=found.surrounding.drawn_on,
            is_near_border=found.surrounding.is_near_border,
        )


class AdministrationView(View):
    """An area that another authority runs than that of the area which the list puts it in."""

    model_config = example(
        scheme="nbs",
        code="370115003",
        administered_by="3701",
        authority="济南新旧动能转换起步区管理委员会",
        since_on="2018-07-09",
        until_on=None,
        document="济南新旧动能转换先行区管委会代管区域划转工作方案",
    )

    scheme: AreaScheme
    code: str
    administered_by: str
    authority: str
    since_on: date
    until_on: date | None
    document: str

    @classmethod
    def of(cls, each: Administration) -> Self:
        """Show who runs an area."""
        return cls(
            scheme=each.area.scheme,
            code=each.area.code,
            administered_by=each.administered_by,
            authority=each.authority,
            since_on=each.since_on,
            until_on=each.until_on,
            document=each.document,
        )


class AdministrationsView(View):
    """All administrations of a scheme, in the order of codes and days."""

    items: Sequence[AdministrationView]

    @classmethod
    def of(cls, administrations: Iterable[Administration]) -> Self:
        """Show them."""
        return cls(items=[AdministrationView.of(each) for each in administrations])
