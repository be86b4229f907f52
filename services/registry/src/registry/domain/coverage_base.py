"""How many townships a figure of coverage is a share of, and by which rule they were counted.

A base without its list, day and rule is not a base: Dalian has 152 codes of townships, of which
149 have a government; ten townships lie in Jiyang, of which Jiyang runs seven.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from common.vocabulary import Labelled
from registry.domain.area_list import ListedArea


class Counted(Labelled):
    """Which units of the township level count."""

    FORMAL = "formal", "建制乡镇（街道）", "Townships and subdistricts with a government"
    ALL = "all", "含类似乡级单位", "Also units like a township (zones, farms, prisons)"


class Belonging(Labelled):
    """What makes a township one of an area's."""

    ADMINISTERED = "administered", "按管理归属", "Run by the area's authority"
    LOCATED = "located", "按名录归属", "Lying in the area by the list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How townships are counted."""

    counted: Counted = Counted.FORMAL
    belonging: Belonging = Belonging.ADMINISTERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The units of the township level that have to do with an area, by what sets them apart.

    ``located`` lie in the area by the list and ``run_by_others`` are those of them that another
    authority runs; ``run_elsewhere`` lie outside and are run by this area's. Each is a pair: those
    with a government, and the pseudo units beside them.
    """

    located: tuple[int, int]
    run_by_others: tuple[int, int]
    run_elsewhere: tuple[int, int]

    def count(self, rule: Rule) -> int:
        """Return how many townships there are by a rule."""
        formal, pseudo = (self._of(index, rule.belonging) for index in (0, 1))
        return formal + (pseudo if rule.counted is Counted.ALL else 0)

    def _of(self, index: int, belonging: Belonging) -> int:
        located = self.located[index]
        if belonging is Belonging.LOCATED:
            return located
        return located - self.run_by_others[index] + self.run_elsewhere[index]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageBase:
    """The number of townships of an area by a rule, with all that is needed to find it again."""

    area: ListedArea
    as_of: date
    edition: date
    rule: Rule
    tally: Tally

    @property
    def count(self) -> int:
        """Return how many townships there are."""
        return self.tally.count(self.rule)
