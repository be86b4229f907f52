"""A service's means to keep people: their keys, its indexes, and where both come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine

from common.persistence.engine import create_engine
from common.personal.blind_index import BlindIndex
from common.personal.key_ring import RingAtHand
from common.personal.key_store import KeyStore
from common.personal.postgres_keys import MIGRATIONS, PostgresKeys
from common.service import SideDatabase

if TYPE_CHECKING:
    from common.personal.settings import PersonalSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What an adapter needs that seals and finds; the engine is to be closed with the frame."""

    keys: KeyStore
    index: BlindIndex
    ring: RingAtHand
    engine: AsyncEngine
    database: SideDatabase

    def turn(self) -> int:
        """Give the ring a new version and return its number.

        Raises:
            KeyRingUnusable: The ring is not in a file, so whoever keeps it has to.
        """
        return self.ring.turn().current


def keeping_of(name: str, settings: PersonalSettings) -> Keeping:
    """Put the means of a service together; nothing is connected before it is used."""
    ring = RingAtHand(settings.key_ring.get_secret_value())
    engine = create_engine(
        settings.keys_database_url,
        pool=settings.keys_database_pool,
        application_name=f"{name}-keys",
    )
    return Keeping(
        keys=PostgresKeys(engine, ring),
        index=BlindIndex(ring.ring),
        ring=ring,
        engine=engine,
        database=SideDatabase(
            package=MIGRATIONS,
            url=settings.keys_database_url,
            migrate_url=settings.migrate_keys_database_url,
        ),
    )
