"""Whether two parties look like one that was entered twice, and why; never who they are."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from common.vocabulary import Labelled
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sameness(Labelled):
    """What two records have in common."""

    ID_NUMBER = "id_number", "身份证号相同", "The same ID number"
    ID_TAIL = "id_tail", "身份证号末四位相同", "The same last four characters of the ID number"
    PHONE = "phone", "电话相同", "The same telephone number"
    NAME = "name", "姓名相同", "The same name"
    CERTIFICATE_NUMBER = "certificate_number", "证书编号相同", "The same certificate number"
    ORGANISATION = "organisation", "所属机构相同", "The same organisation"
    PUBLIC_NAME = "public_name", "公开名称相同", "The same public name"


_POINTS: Final[Mapping[Sameness, int]] = MappingProxyType(
    {
        Sameness.ID_NUMBER: 100,
        Sameness.CERTIFICATE_NUMBER: 90,
        Sameness.PUBLIC_NAME: 60,
        Sameness.NAME: 40,
        Sameness.PHONE: 40,
        Sameness.ID_TAIL: 30,
        Sameness.ORGANISATION: 15,
    }
)
LEAST: Final = 50
"""A name alone, a telephone alone (families share one), or a tail and an organisation are less."""
MOST: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A party that may be the same as another one."""

    party_id: PartyId
    reasons: frozenset[Sameness]

    @property
    def points(self) -> int:
        """How much speaks for it, at most 100."""
        return min(MOST, sum(_POINTS[reason] for reason in self.reasons))

    @property
    def is_likely(self) -> bool:
        """Whether it is worth somebody's look."""
        return self.points >= LEAST
