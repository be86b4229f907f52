"""New identifiers: UUIDv7, so that later rows sort after earlier ones."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """Return a fresh UUIDv7 as the standard library's type."""
    return UUID(int=uuid_utils.uuid7().int)
