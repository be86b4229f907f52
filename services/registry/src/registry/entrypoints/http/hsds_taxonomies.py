"""Taxonomies and their terms as HSDS lists them."""

from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Query, Response

from common.http.permissions import public
from common.http.problems import documented
from common.http.route import router
from registry.domain.errors.directory import TaxonomyNotFound, TaxonomyTermNotFound
from registry.domain.taxonomies import TAXONOMIES, TERMS, Term, taxonomy_id, term_id
from registry.entrypoints.http.hsds_items import HSDSTaxonomy, HSDSTaxonomyTerm
from registry.entrypoints.http.hsds_pages import (
    PREFIX,
    Asking,
    Shapes,
    Words,
    described,
    written,
)

routes = router(PREFIX, tags=["hsds"])


@routes.get(
    "/taxonomies",
    dependencies=[public()],
    response_model=None,
    responses=described(HSDSTaxonomy),
)
async def list_taxonomies(words: Words, asked: Asking, shapes: Shapes) -> Response:
    """List the classifications by which things are sorted here."""
    found = [
        key
        for of, key in sorted(TAXONOMIES.items())
        if _has_words(words, shapes.taxonomy(TAXONOMIES[of]))
    ]
    return asked.of_all(found, shapes.taxonomy)


@routes.get(
    "/taxonomies/{taxonomy_id}",
    dependencies=[public()],
    response_model=None,
    responses={200: {"model": HSDSTaxonomy}, **documented(TaxonomyNotFound)},
)
async def show_taxonomy(taxonomy_id: UUID, shapes: Shapes) -> Response:
    """Show one classification."""
    if taxonomy_id not in TAXONOMIES:
        raise TaxonomyNotFound(taxonomy_id=taxonomy_id)
    return written(shapes.taxonomy(TAXONOMIES[taxonomy_id]))


@routes.get(
    "/taxonomy_terms",
    dependencies=[public()],
    response_model=None,
    responses=described(HSDSTaxonomyTerm),
)
async def list_taxonomy_terms(
    words: Words,
    asked: Asking,
    shapes: Shapes,
    of: Annotated[
        UUID | None, Query(alias="taxonomy_id", description="Only of this taxonomy.")
    ] = None,
    top_only: Annotated[bool, Query(description="Only terms that are part of no other.")] = False,  # noqa: FBT002 - a parameter of the query
    parent_id: Annotated[UUID | None, Query(description="Only parts of this term.")] = None,
) -> Response:
    """List the terms of all classifications, or of one."""
    found = [
        term
        for _, term in sorted(TERMS.items())
        if (of is None or taxonomy_id(term.taxonomy) == of)
        and not (top_only and term.parent is not None)
        and (parent_id is None or _parent_of(term) == parent_id)
        and _has_words(words, shapes.term(term))
    ]
    return asked.of_all(found, shapes.term)


@routes.get(
    "/taxonomy_terms/{term_id}",
    dependencies=[public()],
    response_model=None,
    responses={200: {"model": HSDSTaxonomyTerm}, **documented(TaxonomyTermNotFound)},
)
async def show_taxonomy_term(term_id: UUID, shapes: Shapes) -> Response:
    """Show one term, with its classification."""
    if term_id not in TERMS:
        raise TaxonomyTermNotFound(term_id=term_id)
    return written(shapes.term(TERMS[term_id]))


class _Described(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...


def _has_words(words: tuple[str, ...], item: _Described) -> bool:
    text = f"{item.name} {item.description}".casefold()
    return all(word.casefold() in text for word in words)


def _parent_of(term: Term) -> UUID | None:
    return None if term.parent is None else term_id(term.taxonomy, term.parent)
