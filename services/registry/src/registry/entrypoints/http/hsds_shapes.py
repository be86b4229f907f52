"""How what the directory knows is put into the items of HSDS, in the language of the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid5

from common.http.languages import Language
from common.http.words import label
from common.vocabulary import StationTier
from registry.domain.taxonomies import TaxonomyKey, Term, taxonomy_id, term_id, term_of
from registry.entrypoints.http.hsds_items import (
    HSDSAttribute,
    HSDSLocation,
    HSDSMinimalService,
    HSDSOrganization,
    HSDSService,
    HSDSServiceArea,
    HSDSServiceAtLocation,
    HSDSTaxonomy,
    HSDSTaxonomyTerm,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from registry.domain.directory import ListedService, Provider, Whereabouts
    from registry.domain.taxonomies import Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaping:
    """Shapes items for one request: ``address`` is where the facade is reached, without a slash."""

    address: str
    language: Language

    def taxonomy(self, key: TaxonomyKey) -> HSDSTaxonomy:
        """Shape a taxonomy."""
        of = taxonomy_id(key)
        return HSDSTaxonomy(
            id=of,
            name=label(key, self.language),
            description=self._say(f"{key.zh}的分类", f"How things are sorted here: {key.en}"),
            uri=f"{self.address}/taxonomies/{of}",
            version="1",
        )

    def term(self, term: Term) -> HSDSTaxonomyTerm:
        """Shape a term, with its taxonomy."""
        taxonomy = self.taxonomy(term.taxonomy)
        parent = term.parent
        return HSDSTaxonomyTerm(
            id=term.id,
            code=term.code.value,
            name=label(term.code, self.language),
            description=f"{taxonomy.name}: {label(term.code, self.language)}",
            parent_id=None if parent is None else term_id(term.taxonomy, parent),
            taxonomy=taxonomy.name,
            taxonomy_detail=taxonomy,
            taxonomy_id=taxonomy.id,
            language=self.language.value,
            term_uri=f"{self.address}/taxonomy_terms/{term.id}",
        )

    def minimal(self, service: ListedService) -> HSDSMinimalService:
        """Shape what a keeper of copies compares."""
        return HSDSMinimalService(id=service.id, modified_date=service.modified_at)

    def service(self, service: ListedService, *, is_full: bool) -> HSDSService:
        """Shape a service; in full, with all that belongs to it."""
        plain = HSDSService(
            id=service.id,
            name=service.name,
            description=self._description(service.provider, service.where),
            status="active" if service.ended_on is None else "defunct",
            last_modified=service.modified_at,
            organization=self.organization(service.provider, is_full=False),
            wushe_tier=_tier(service.provider),
            wushe_opened_on=service.opened_on,
            wushe_ended_on=service.ended_on,
        )
        if not is_full:
            return plain
        tags: Sequence[Tag] = (service.provider.kind, *service.codes)
        return plain.model_copy(
            update={
                "service_areas": [self._area(service)],
                "service_at_locations": [self._at_location(service)],
                "attributes": self._attributes(service.id, "service", tags),
            }
        )

    def service_at_location(
        self, service: ListedService, *, is_full: bool
    ) -> HSDSServiceAtLocation:
        """Shape a service at its place."""
        shaped = self.service(service, is_full=is_full)
        inner = shaped.model_copy(update={"service_at_locations": None})
        return self._at_location(service).model_copy(update={"service": inner})

    def organization(
        self,
        provider: Provider,
        *,
        is_full: bool,
        services: Sequence[ListedService] | None = None,
    ) -> HSDSOrganization:
        """Shape a provider; ``services`` are its own, in full, when they are asked for."""
        plain = HSDSOrganization(
            id=provider.id,
            name=provider.name,
            description=self._description(provider, provider.where),
            wushe_tier=_tier(provider),
            wushe_society=None if isinstance(provider.kind, StationTier) else provider.kind,
        )
        more: dict[str, object] = {}
        if is_full:
            more["attributes"] = self._attributes(provider.id, "organization", [provider.kind])
            if isinstance(provider.kind, StationTier):
                more["locations"] = [self._location(provider)]
        if services is not None:
            more["services"] = [self.service(service, is_full=True) for service in services]
        return plain.model_copy(update=more)

    def _at_location(self, service: ListedService) -> HSDSServiceAtLocation:
        return HSDSServiceAtLocation(
            id=service.id,
            description=self._description(service.provider, service.where),
            location=self._location(service.provider),
        )

    def _location(self, station: Provider) -> HSDSLocation:
        where = station.where
        return HSDSLocation(
            id=station.id,
            name=station.name,
            description=self._path(where),
            wushe_area_scheme=where.area.scheme,
            wushe_area_code=where.area.code,
            wushe_area_names=where.names,
        )

    def _area(self, service: ListedService) -> HSDSServiceArea:
        where = service.where
        return HSDSServiceArea(
            id=uuid5(service.id, f"{where.area.scheme.value}:{where.area.code}"),
            name=where.names[-1] if where.names else where.area.code,
            description=self._path(where),
            wushe_area_scheme=where.area.scheme,
            wushe_area_code=where.area.code,
            wushe_area_names=where.names,
        )

    def _attributes(
        self, link_id: UUID, entity: str, tags: Iterable[Tag]
    ) -> Sequence[HSDSAttribute]:
        terms = [term_of(tag) for tag in tags]
        return [
            HSDSAttribute(
                id=uuid5(link_id, f"{entity}:{term.id}"),
                link_id=link_id,
                link_entity=entity,
                taxonomy_term_id=term.id,
                taxonomy_term=self.term(term),
            )
            for term in terms
        ]

    def _description(self, provider: Provider, where: Whereabouts) -> str:
        kind, place = label(provider.kind, self.language), self._path(where)
        return self._say(f"{kind}，所在区划：{place}", f"{kind} in {place}")

    def _path(self, where: Whereabouts) -> str:
        if not where.names:
            return f"{where.area.scheme.value}:{where.area.code}"
        return self._say("".join(where.names), ", ".join(reversed(where.names)))

    def _say(self, zh: str, en: str) -> str:
        return en if self.language is Language.EN else zh


def _tier(provider: Provider) -> StationTier | None:
    return provider.kind if isinstance(provider.kind, StationTier) else None
