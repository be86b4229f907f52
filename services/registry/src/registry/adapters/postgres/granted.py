"""A grant in columns, together with where it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme

if TYPE_CHECKING:
    from uuid import UUID


class Granted(Protocol):
    """A row that has such columns."""

    role: str
    scheme: str | None
    area: str | None
    org: UUID | None


def place_in(row: Granted) -> AreaRef | None:
    """Return where the grant of a row reaches, none when it reaches everywhere."""
    if row.scheme is None or row.area is None:
        return None
    return AreaRef(AreaScheme(row.scheme), row.area)


def grant_in(row: Granted) -> Grant:
    """Return the grant of a row; the area of an organisation's is not the grant's."""
    return Grant(role=Role(row.role), area=None if row.org else place_in(row), org=row.org)


def columns_of(grant: Grant, place: AreaRef | None) -> dict[str, Any]:
    """Return a grant as such columns."""
    return {
        "role": grant.role.value,
        "scheme": place.scheme.value if place else None,
        "area": place.code if place else None,
        "org": grant.org,
    }
