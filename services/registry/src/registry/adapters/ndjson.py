"""A list of areas as others fetch it: one JSON object a line, the same bytes every time.

Names of fields, their order and the spelling of JSON are part of the promise, because the digest
that was announced is taken over these bytes.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.domain.area_list import PublishedArea


def line_of(area: PublishedArea) -> bytes:
    """Return one line, with its end."""
    members = {
        "scheme": area.ref.scheme.value,
        "code": area.ref.code,
        "name": area.name,
        "level": area.level.value,
        "is_formal": area.is_formal,
        "parent": area.parent,
        "ancestors": area.ancestors,
        "pool_id": str(area.pool_id),
    }
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def digest_of(areas: Iterable[PublishedArea]) -> str:
    """Return the SHA-256 of all lines, in hexadecimal."""
    digest = sha256()
    for area in areas:
        digest.update(line_of(area))
    return digest.hexdigest()
