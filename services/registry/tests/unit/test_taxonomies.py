"""The classifications of the public directory: codes under ids that never change."""

from __future__ import annotations

from uuid import UUID

from common.vocabulary import LineKind, ServiceCode, Society, StationTier
from registry.domain.taxonomies import (
    TAXONOMIES,
    TERMS,
    TaxonomyKey,
    tags_of,
    tags_under,
    taxonomy_id,
    term_id,
    term_of,
)


def test_every_code_has_one_term_of_its_own() -> None:
    codes = [*StationTier, *Society, *LineKind, *ServiceCode]

    assert [term_of(code).code for code in codes] == codes
    assert len({term_of(code).id for code in codes}) == len(codes) == len(TERMS)


def test_ids_follow_from_codes_and_stay_what_they_are() -> None:
    assert taxonomy_id(TaxonomyKey.SOCIETY) == UUID("17bda960-ae93-5213-822c-59fc2047504b")
    assert term_id(TaxonomyKey.SOCIETY, Society.VOLUNTEER) == UUID(
        "563d1159-b7b8-558a-adf6-793d6aee0e2e"
    )
    assert TAXONOMIES[taxonomy_id(TaxonomyKey.SOCIETY)] is TaxonomyKey.SOCIETY


def test_a_kind_of_service_stands_for_what_is_a_part_of_it() -> None:
    assert tags_under(term_of(LineKind.VENUE)) == {
        LineKind.VENUE,
        ServiceCode.WAITING_ROOM,
        ServiceCode.ACTIVITY_ROOM,
    }
    assert tags_under(term_of(ServiceCode.TUTORING)) == {ServiceCode.TUTORING}


def test_a_taxonomy_stands_for_all_of_its_codes() -> None:
    assert tags_of(TaxonomyKey.STATION_TIER) == set(StationTier)
    assert tags_of(TaxonomyKey.SERVICE) == {*LineKind, *ServiceCode}
