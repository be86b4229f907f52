"""The code lists by which the public directory sorts what it shows, as taxonomies of terms.

The ids follow from the codes, so they are the same in every installation and for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import NAMESPACE_DNS, UUID, uuid5

from common.vocabulary import (
    KIND_OF_SERVICE,
    Labelled,
    LineKind,
    ServiceCode,
    Society,
    StationTier,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Tag: TypeAlias = StationTier | Society | LineKind | ServiceCode
"""A code that says of what sort something is."""


class TaxonomyKey(Labelled):
    """What a taxonomy sorts by."""

    STATION_TIER = "station_tier", "站点层级", "Tier of station"
    SOCIETY = "society", "五社", "The five societies"
    SERVICE = "service", "服务类别", "Kind of service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A code in its taxonomy; ``parent`` is the code it is a part of."""

    id: UUID
    taxonomy: TaxonomyKey
    code: Tag
    parent: Tag | None = None


def taxonomy_id(key: TaxonomyKey) -> UUID:
    """Return the identifier of a taxonomy."""
    return uuid5(NAMESPACE_DNS, f"wushe:{key.value}")


def term_id(key: TaxonomyKey, code: Tag) -> UUID:
    """Return the identifier of a term."""
    return uuid5(taxonomy_id(key), code.value)


def _terms() -> Iterator[Term]:
    for key, codes in (
        (TaxonomyKey.STATION_TIER, StationTier),
        (TaxonomyKey.SOCIETY, Society),
        (TaxonomyKey.SERVICE, LineKind),
    ):
        yield from (Term(id=term_id(key, code), taxonomy=key, code=code) for code in codes)
    for code, kind in KIND_OF_SERVICE.items():
        of = TaxonomyKey.SERVICE
        yield Term(id=term_id(of, code), taxonomy=of, code=code, parent=kind)


TERMS: Final[Mapping[UUID, Term]] = MappingProxyType({term.id: term for term in _terms()})
TAXONOMIES: Final[Mapping[UUID, TaxonomyKey]] = MappingProxyType(
    {taxonomy_id(key): key for key in TaxonomyKey}
)
_TERM_OF_CODE: Final[Mapping[Tag, Term]] = MappingProxyType(
    {term.code: term for term in TERMS.values()}
)


def term_of(code: Tag) -> Term:
    """Return the term of a code; no two taxonomies share one."""
    return _TERM_OF_CODE[code]


def tags_under(term: Term) -> frozenset[Tag]:
    """Return the codes that a term stands for: its own, and those that are a part of it."""
    parts = {other.code for other in TERMS.values() if other.parent is term.code}
    return frozenset({term.code, *parts})


def tags_of(key: TaxonomyKey) -> frozenset[Tag]:
    """Return all codes of a taxonomy."""
    return frozenset(term.code for term in TERMS.values() if term.taxonomy is key)
