"""How what the directory knows is put into the items of HSDS, in the language of the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict
from uuid import uuid5

from common.http.languages import Language
from common.http.words import label
from common.service_list import ServicePlace
from common.vocabulary import StationTier
from registry.domain.directory import Door
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
from registry.entrypoints.http.hsds_places import addresses_of, schedules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from registry.domain.directory import Entry, ListedService, Provider, Whereabouts
    from registry.domain.taxonomies import Tag


class _FromTheList(TypedDict, total=False):
    assured_date: date
    fees_description: str
    eligibility_description: str


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
            name=self._names(service)[0],
            alternate_name=self._names(service)[1],
            description=self._about(service),
            **self._listed(service),
            status="active" if service.ended_on is None else "defunct",
            last_modified=service.modified_at,
            organization=self.organization(service.provider, is_full=False),
            wushe_tier=_tier(service.provider),
            wushe_opened_on=service.opened_on,
            wushe_ended_on=service.ended_on,
        )
        if not is_full:
            return plain
        entry = service.entry
        tags: Sequence[Tag] = (service.provider.kind, *([entry.code] if entry else []))
        return plain.model_copy(
            update={
                "service_areas": [self._area(service)],
                "service_at_locations": [self._at_location(service)],
                "attributes": self._attributes(service.id, "service", tags),
                "schedules": schedules_of(service.id, entry.hours, self.language)
                if entry
                else None,
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
            description=self._about(service),
            location=self._place(service),
        )

    def _place(self, service: ListedService) -> HSDSLocation | None:
        entry, provider = service.entry, service.provider
        if entry is None:
            return self._location(provider)
        if entry.given is ServicePlace.AT_HOME:
            return None
        if entry.given is ServicePlace.REMOTE:
            return HSDSLocation(
                id=service.id,
                location_type="virtual",
                name=provider.name,
                description=label(entry.given, self.language),
            )
        # Organisations have no door of their own, so theirs is where the service is.
        has_own = entry.door != Door() or not isinstance(provider.kind, StationTier)
        if not has_own:
            return self._location(provider)
        return self._located(service.id, provider.name, entry.door, service.where)

    def _location(self, station: Provider) -> HSDSLocation:
        shaped = self._located(station.id, station.name, station.door, station.where)
        schedules = schedules_of(station.id, station.hours, self.language)
        return shaped.model_copy(update={"schedules": schedules})

    def _located(self, of: UUID, name: str, door: Door, where: Whereabouts) -> HSDSLocation:
        return HSDSLocation(
            id=of,
            name=name,
            description=self._path(where),
            latitude=door.position.latitude if door.position else None,
            longitude=door.position.longitude if door.position else None,
            addresses=addresses_of(of, door, where),
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

    def _names(self, service: ListedService) -> tuple[str, str | None]:
        title_en = service.entry.title_en if service.entry else None
        if title_en is None or self.language is not Language.EN:
            return service.name, title_en
        return title_en, service.name

    def _about(self, service: ListedService) -> str:
        entry, provider = service.entry, service.provider
        if entry is None:
            return self._description(provider, service.where)
        code, given = label(entry.code, self.language), label(entry.given, self.language)
        place = self._path(service.where)
        return self._say(
            f"{code}（{given}），由{provider.name}提供，所在区划：{place}",
            f"{code} ({given}) by {provider.name} in {place}",
        )

    def _listed(self, service: ListedService) -> _FromTheList:
        entry = service.entry
        if entry is None:
            return {}
        said: _FromTheList = {
            "assured_date": entry.verified_on,
            "fees_description": self._fee(entry),
        }
        groups = [label(each, self.language) for each in entry.audiences]
        if entry.is_for_residents:
            groups.append(self._say("辖区居民", "Residents of the area"))
        return said | {"eligibility_description": "; ".join(groups)} if groups else said

    def _fee(self, entry: Entry) -> str:
        kind = label(entry.cost.kind, self.language)
        return kind if entry.cost.fen is None else f"{kind}: CNY {entry.cost.fen / 100:.2f}"

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
