"""What can be refused about the public directory."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import NotFound, RuleViolated


@dataclass(eq=False)
class ListedServiceNotFound(
    NotFound, code="listed-service-not-found", zh="公开目录中没有这项服务。"
):
    """The directory lists no such service."""

    service_id: UUID


@dataclass(eq=False)
class ListedOrganizationNotFound(
    NotFound, code="listed-organization-not-found", zh="公开目录中没有这个机构。"
):
    """The directory lists no such organisation."""

    organization_id: UUID


@dataclass(eq=False)
class TaxonomyNotFound(NotFound, code="taxonomy-not-found", zh="没有这个分类法。"):
    """There is no such taxonomy."""

    taxonomy_id: UUID


@dataclass(eq=False)
class TaxonomyTermNotFound(NotFound, code="taxonomy-term-not-found", zh="没有这个分类词条。"):
    """There is no such term of any taxonomy."""

    term_id: UUID


@dataclass(eq=False)
class PostcodesNotKnown(
    RuleViolated, code="postcodes-not-known", zh="目录不含邮政编码，请按行政区划筛选。"
):
    """The directory knows no postcodes; ask by area instead."""
