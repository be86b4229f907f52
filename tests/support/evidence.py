"""What the system holds: read from its databases and through its API, to set against a ledger."""

from __future__ import annotations

from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import asyncpg
import httpx

from support.conditions import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection

    from wushe.state import Status

SUBMITTED: Final = "cases.need.submitted.v1"
SERVICES: Final = ("registry", "cases", "matching", "reporting")
SETTLED_WITHIN_SECONDS: Final = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What reporting heard, in the order in which it heard it."""

    submitted: Counter[str]
    doubled: list[str]
    disordered: list[str]


async def needs_in_matching(gateway: str, token: str) -> Counter[str]:
    """Count the needs that the pages of matching show."""
    shown: Counter[str] = Counter()
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=gateway, headers=headers, timeout=20.0, trust_env=False
    ) as client:
        cursor: str | None = None
        while True:
            params = {"limit": "100", **({"cursor": cursor} if cursor else {})}
            answer = await client.get("/matching/v1/needs", params=params)
            assert answer.is_success, answer.text
            page: dict[str, Any] = answer.json()
            shown.update(str(item["id"]) for item in page["items"])
            cursor = page["next"]
            if cursor is None:
                return shown


async def journal_of(status: Status) -> Journal:
    """Read reporting's journal as it is now."""
    async with connection_to(status, "reporting") as database:
        submitted = await database.fetch(
            "select subject, count(*) as times from journal where type = $1 group by subject",
            SUBMITTED,
        )
        doubled = await database.fetch(
            "select source, id from journal group by source, id having count(*) > 1"
        )
        # Every subject is told of from its first version on, one after the other.
        disordered = await database.fetch(_DISORDERED)
    return Journal(
        submitted=Counter({row["subject"]: row["times"] for row in submitted}),
        doubled=[str(row["id"]) for row in doubled],
        disordered=[f"{row['topic']} {row['subject']}" for row in disordered],
    )


async def is_journalled(status: Status, need: str) -> bool:
    """Tell whether reporting has heard of a need."""
    async with connection_to(status, "reporting") as database:
        found: bool = await database.fetchval(
            "select exists (select from journal where type = $1 and subject = $2)", SUBMITTED, need
        )
    return found


async def await_needs(status: Status, token: str, needs: Collection[str]) -> None:
    """Return when matching and reporting both hold all of these needs."""

    async def missing() -> dict[str, int]:
        journal = await journal_of(status)
        shown = await needs_in_matching(status.gateway, token)
        return {
            "reporting": len(set(needs) - set(journal.submitted)),
            "matching": len(set(needs) - set(shown)),
        }

    await eventually(
        missing,
        lambda left: not any(left.values()),
        what="every accepted need in matching and reporting",
        seconds=SETTLED_WITHIN_SECONDS,
    )


async def await_areas(status: Status) -> None:
    """Return when every service has fetched the list of areas, as each does after its start."""

    async def without() -> list[str]:
        return [service for service in SERVICES if not await _count_areas(status, service)]

    await eventually(
        without,
        lambda left: not left,
        what="the list of areas in every service",
        seconds=SETTLED_WITHIN_SECONDS,
    )


async def await_quiet(status: Status) -> None:
    """Return when no outbox has anything left to send and nothing waits to be retried."""

    async def waiting() -> dict[str, int]:
        left: dict[str, int] = {}
        for service in SERVICES:
            async with connection_to(status, service) as database:
                left[f"{service} unsent"] = await database.fetchval(
                    "select count(*) from outbox where sent_at is null"
                )
                left[f"{service} held"] = await database.fetchval(
                    "select count(*) from held_event where state not in ('dead', 'discarded')"
                )
        return left

    await eventually(
        waiting,
        lambda left: not any(left.values()),
        what="empty outboxes and no held events",
        seconds=SETTLED_WITHIN_SECONDS,
    )


async def dead_letters(status: Status) -> list[str]:
    """Return everything that was refused for good, in any service."""
    found: list[str] = []
    for service in SERVICES:
        async with connection_to(status, service) as database:
            rows = await database.fetch(
                "select type, reason, detail from held_event where state = 'dead'"
            )
            found += [f"{service}: {row['type']} {row['reason']} {row['detail']}" for row in rows]
    return found


async def await_matches(status: Status, needs: Collection[str]) -> None:
    """Return when each of these needs has exactly one match that stands for each of its lines."""

    async def wrong() -> dict[str, int]:
        async with connection_to(status, "matching") as database:
            rows = await database.fetch(_STANDING, list(needs))
        return {str(row["line_id"]): row["standing"] for row in rows}

    await eventually(
        wrong,
        lambda left: not left,
        what="exactly one standing match for each line",
        seconds=SETTLED_WITHIN_SECONDS,
    )


async def needs_in_cases(status: Status, needs: Collection[str]) -> int:
    """Count which of these needs cases has stored."""
    async with connection_to(status, "cases") as database:
        stored: int = await database.fetchval(
            "select count(*) from need where id = any($1::uuid[])", list(needs)
        )
    return stored


async def _count_areas(status: Status, service: str) -> int:
    async with connection_to(status, service) as database:
        count: int = await database.fetchval("select count(*) from area")
    return count


@asynccontextmanager
async def connection_to(status: Status, service: str) -> AsyncGenerator[Any]:
    """Connect to the database of a service as the service does, but see everything."""
    connection = await asyncpg.connect(status.databases[service])
    try:
        yield connection
    finally:
        await connection.close()


_STANDING: Final = """
    select line.id as line_id, count(match.id) as standing
    from need_line as line
    left join match on match.line_id = line.id
        and match.state in ('proposed', 'asked', 'accepted', 'in_service', 'fulfilled')
    where line.need_id = any($1::uuid[])
    group by line.id
    having count(match.id) <> 1
"""

_DISORDERED: Final = """
    select distinct topic, subject from (
        select
            topic, subject, version,
            lag(version) over (partition by source, topic, subject order by position) as before
        from journal
    ) as told
    where version <> coalesce(before, 0) + 1
"""
