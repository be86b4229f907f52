"""Who relays what: slots under advisory locks, shared fairly among the relays that live.

A lock belongs to the session of the connection: when the connection ends, however it ends, others
may have the slots, and nothing more can be marked over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from common.failpoints import Step, failpoint
from common.ids import new_id
from common.persistence.outbox import SLOTS

if TYPE_CHECKING:
    from uuid import UUID

SEEN_SECONDS: Final = 3
"""A relay that was not seen for so long has no claim to a share."""

# Only the database's clock counts: machines differ about the time.
_BEAT: Final = """
    insert into relay_member (member, seen_at) values ($1, clock_timestamp())
    on conflict (member) do update set seen_at = excluded.seen_at
"""
_LIVING: Final = """
    select count(*) from relay_member
    where seen_at > clock_timestamp() - make_interval(secs => $1)
"""
_FORGET: Final = "delete from relay_member where seen_at < clock_timestamp() - interval '1 minute'"


class Slots:
    """The slots that one relay holds."""

    def __init__(self, connection: Any, service: str) -> None:  # noqa: ANN401
        self._connection: Final = connection
        # Databases have their own locks; the class keeps ours apart from other uses in there.
        self._lock_class: Final = crc32(f"outbox:{service}".encode()) - 2**31
        self._member: Final[UUID] = new_id()
        self._held: set[int] = set()

    @property
    def held(self) -> frozenset[int]:
        """The slots whose locks are ours."""
        return frozenset(self._held)

    async def share(self) -> frozenset[int]:
        """Say that we live, and take or give back slots; returns those that are newly ours."""
        await self._connection.execute(_BEAT, self._member)
        await self._connection.execute(_FORGET)
        living: int = await self._connection.fetchval(_LIVING, SEEN_SECONDS)
        fair = -(-SLOTS // max(1, living))
        for slot in sorted(self._held)[fair:]:
            await self._unlock(slot)
        return await self._lock_up_to(fair)

    async def give_back(self) -> None:
        """Let others have all slots at once."""
        for slot in sorted(self._held):
            await self._unlock(slot)
        await self._connection.execute("delete from relay_member where member = $1", self._member)

    async def _lock_up_to(self, fair: int) -> frozenset[int]:
        gained: set[int] = set()
        for slot in range(SLOTS):
            if len(self._held) >= fair:
                break
            if slot not in self._held and await self._lock(slot):
                self._held.add(slot)
                gained.add(slot)
        return frozenset(gained)

    async def _lock(self, slot: int) -> bool:
        locked: bool = await self._connection.fetchval(
            "select pg_try_advisory_lock($1, $2)", self._lock_class, slot
        )
        failpoint(Step.SLOT_LOCKED)
        return locked

    async def _unlock(self, slot: int) -> None:
        self._held.discard(slot)
        await self._connection.execute("select pg_advisory_unlock($1, $2)", self._lock_class, slot)
        failpoint(Step.SLOT_UNLOCKED)
