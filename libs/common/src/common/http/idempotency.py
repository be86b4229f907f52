"""One effect per Idempotency-Key: key, effect and kept answer are of one transaction.

Whoever inserts the key first does the work; others with the same key wait at the unique index, a
second at most, and are then given the kept answer. A refused request keeps nothing, so its key may
be used again. Within one process the waiting is done before a connection is taken, or twenty
repetitions of one slow request would keep everybody else from the database.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Field
from starlette.responses import Response

from common.failpoints import Step, failpoint
from common.http.refusals import IdempotencyKeyMissing, IdempotencyKeyReused, RequestInProgress
from common.http.statuses import is_success
from common.metrics import IDEMPOTENCY_REPLAYS
from common.outages import is_lock_timeout
from common.persistence.additions import Addition, NotPlain, noting, write
from common.persistence.table import Row, document, octets

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from fastapi import Request
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.unit_of_work import UnitOfWork

E = TypeVar("E", bound=Callable[..., object])

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)

WAIT_SECONDS: Final = 1.0
HEADER: Final = "idempotency-key"
REPLAYED: Final = "idempotency-replayed"
_MARK: Final = "__only_adds__"
_TOLD_ONCE: Final = "__told_once__"
_TELLS: Final = "__tells_anew__"
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_NOT_KEPT: Final = frozenset({b"content-length", b"date", b"server", b"x-request-id"})

Work = Callable[[], Awaitable[Response]]


class IdempotencyKeyRow(Row, table=True):
    """A request that was carried out, and how it was answered."""

    __tablename__: ClassVar[Any] = "idempotency_key"

    sub: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: bytes = octets()
    status: int | None = None
    headers: list[tuple[str, str]] | None = document(nullable=True)
    body: bytes | None = octets(nullable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A caller's wish that this very request be carried out once."""

    sub: str
    key: str
    fingerprint: bytes


async def claim_of_stranger(request: Request, name: str) -> Claim:
    """Return the claim of a request that came without a token.

    Strangers share one name, so the key counts together with all that was asked: two who happen to
    choose the same key do not meet.
    """
    claim = await claim_of(request, name)
    return Claim(
        sub=name,
        key=hashlib.blake2b(claim.fingerprint + claim.key.encode(), digest_size=32).hexdigest(),
        fingerprint=claim.fingerprint,
    )


async def claim_of(request: Request, sub: str) -> Claim:
    """Return the claim of a request.

    Raises:
        IdempotencyKeyMissing: There is no key, several, or one that is not usable.
    """
    keys = request.headers.getlist(HEADER)
    if len(keys) != 1 or _KEY.fullmatch(keys[0]) is None:
        raise IdempotencyKeyMissing
    return Claim(sub=sub, key=keys[0], fingerprint=await _fingerprint(request))


def only_adds(endpoint: E) -> E:
    """Declare that an endpoint does nothing but add, so that it may be tried the plain way first.

    See ``common.persistence.additions``.
    """
    endpoint.__dict__[_MARK] = True
    return endpoint


def does_only_add(endpoint: Callable[..., object]) -> bool:
    """Tell whether an endpoint was declared so."""
    return getattr(endpoint, _MARK, False) is True


def tells_once(member: str) -> Callable[[E], E]:
    """Declare that one member of an endpoint's answers is a secret.

    It is told to whoever asked first, and never kept: who repeats the request is told ``null``.
    """

    def mark(endpoint: E) -> E:
        endpoint.__dict__[_TOLD_ONCE] = member
        return endpoint

    return mark


def told_once_by(endpoint: Callable[..., object]) -> str | None:
    """Return the member of an endpoint's answers that is not kept, if there is one."""
    member: str | None = getattr(endpoint, _TOLD_ONCE, None)
    return member


def tells_anew(endpoint: E) -> E:
    """Declare that an endpoint only tells, by POST, what must neither stand in a URL nor be kept.

    Nothing of it is kept under a key: not the answer, which holds personal data, and so not the
    key either. A repetition is told anew, and noted anew, that it was told.
    """
    endpoint.__dict__[_TELLS] = True
    return endpoint


def does_tell_anew(endpoint: Callable[..., object]) -> bool:
    """Tell whether an endpoint was declared so."""
    return getattr(endpoint, _TELLS, False) is True


class IdempotentRequests:
    """Carries out each claimed request once, in one transaction with its kept answer."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work
        self._in_flight: Final[dict[tuple[str, str], asyncio.Event]] = {}

    async def once(
        self,
        claim: Claim,
        work: Work,
        *,
        only_adds: bool = False,
        told_once: str | None = None,
    ) -> Response:
        """Return the answer of the work, or the one that was kept when it was first done.

        Args:
            claim: Whose request it is, and under which key.
            work: What may be begun again, as long as nothing of it was committed.
            only_adds: Whether to hope that all that the work adds is new, and try that first.
            told_once: The member of the answer that is not kept with it.

        Raises:
            IdempotencyKeyReused: The key belongs to another request.
            RequestInProgress: The first request has not been answered in a second.
        """
        assert not (only_adds and told_once), "the plain way keeps the whole answer"
        async with self._one_at_a_time(claim):
            if only_adds and (answer := await self._added(claim, work)) is not None:
                return answer
            try:
                async with self._unit_of_work.transaction() as session:
                    response = await _once(session, claim, work, told_once)
            except _NotKept as not_kept:
                return not_kept.response
            failpoint(Step.REQUEST_COMMITTED)
            return response

    async def anew(self, work: Work) -> Response:
        """Return the answer of the work, done in one transaction, and keep nothing of it."""
        try:
            async with self._unit_of_work.transaction():
                return _if_it_counts(await work())
        except _NotKept as not_kept:
            return not_kept.response

    async def _added(self, claim: Claim, work: Work) -> Response | None:
        """Have the work only add, and return its answer; none when it has to be done with care."""
        try:
            with noting() as additions:
                response = await work()
            if not additions or not is_success(response.status_code):
                return None
            async with self._unit_of_work.on_driver() as driver:
                await write(driver, [_claim_with(claim, response), *additions])
                failpoint(Step.ADDITIONS_WRITTEN)
            failpoint(Step.ADDITIONS_COMMITTED)
        except NotPlain:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, the careful way says it better
            log.debug("not_plain", error=type(error).__name__)
            return None
        return response

    @asynccontextmanager
    async def _one_at_a_time(self, claim: Claim) -> AsyncGenerator[None]:
        place = (claim.sub, claim.key)
        while (other := self._in_flight.get(place)) is not None:
            await _wait_for(other)
        done = self._in_flight[place] = asyncio.Event()
        try:
            yield
        finally:
            del self._in_flight[place]
            done.set()


async def forget_old_keys(session: AsyncSession) -> None:
    """Drop the answers that nobody will ask for again."""
    connection = await session.connection()
    await connection.execute(_FORGET)
    failpoint(Step.KEYS_FORGOTTEN)


@dataclass
class _NotKept(Exception):
    """The work ended with an answer that changes nothing; thrown to undo the transaction."""

    response: Response


async def _wait_for(other: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(other.wait(), WAIT_SECONDS)
    except TimeoutError as error:
        raise RequestInProgress from error


def _if_it_counts(response: Response) -> Response:
    if not is_success(response.status_code):
        raise _NotKept(response)
    return response


async def _once(session: AsyncSession, claim: Claim, work: Work, told_once: str | None) -> Response:
    connection = await session.connection()
    if not await _is_first(connection, claim):
        return await _kept(session, claim)
    failpoint(Step.REQUEST_CLAIMED)
    response = await work()
    if not is_success(response.status_code):
        raise _NotKept(response)
    await _keep(connection, claim, response, told_once)
    failpoint(Step.REQUEST_DONE)
    return response


async def _is_first(connection: AsyncConnection, claim: Claim) -> bool:
    try:
        claimed = await connection.exec_driver_sql(
            _CLAIM, (claim.sub, claim.key, claim.fingerprint)
        )
    except DBAPIError as error:
        if is_lock_timeout(error):
            raise RequestInProgress from error
        raise
    return claimed.first() is not None


async def _kept(session: AsyncSession, claim: Claim) -> Response:
    row = await session.get_one(IdempotencyKeyRow, (claim.sub, claim.key))
    if row.fingerprint != claim.fingerprint:
        raise IdempotencyKeyReused
    IDEMPOTENCY_REPLAYS.inc()
    assert row.status is not None, "an answer is kept with the key or neither is"
    response = Response(row.body, row.status)
    kept = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in row.headers or []]
    response.raw_headers.extend(kept)
    response.headers[REPLAYED] = "true"
    return response


async def _keep(
    connection: AsyncConnection, claim: Claim, response: Response, told_once: str | None
) -> None:
    # Past the session, which costs more than the statement; the claim began the transaction.
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute(_KEEP, claim.sub, claim.key, *_answer(response, told_once))


def _claim_with(claim: Claim, response: Response) -> Addition:
    """Return the claim together with the answer that is to be kept."""
    arguments = (claim.sub, claim.key, claim.fingerprint, *_answer(response))
    return Addition(statement=_CLAIM_WITH, arguments=arguments, rows=1)


def _answer(response: Response, told_once: str | None = None) -> tuple[int, str, bytes]:
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.raw_headers
        if name not in _NOT_KEPT
    ]
    return response.status_code, json.dumps(headers), _without(bytes(response.body), told_once)


def _without(body: bytes, member: str | None) -> bytes:
    if member is None:
        return body
    return json.dumps(json.loads(body) | {member: None}, ensure_ascii=False).encode()


async def _fingerprint(request: Request) -> bytes:
    digest = hashlib.blake2b(digest_size=32)
    path: str = request.scope["path"]
    query: bytes = request.scope["query_string"]
    for part in (request.method.encode(), path.encode(), query):
        digest.update(part + b"\0")
    digest.update(await request.body())
    return digest.digest()


_CLAIM: Final = """
    insert into idempotency_key (sub, key, fingerprint) values ($1, $2, $3)
    on conflict do nothing
    returning 1
"""
_CLAIM_WITH: Final = """
    insert into idempotency_key (sub, key, fingerprint, status, headers, body)
    values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing
    returning 1
"""
_KEEP: Final = """
    update idempotency_key set status = $3, headers = $4, body = $5 where sub = $1 and key = $2
"""
_FORGET: Final = text("delete from idempotency_key where created_at < now() - interval '3 days'")
