"""The outermost layer of every request: its id, its size, its line in the log, its last refuge."""

from __future__ import annotations

import asyncio
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from common.deadlines import deadline_in
from common.http.problems import answer_to_defect, failed
from common.metrics import HTTP_ACTIVE, HTTP_DURATION, HTTP_RESPONSES, TimedRoutes
from common.spans import serving

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from common.spans import Told

access_log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger("access")
ANSWER_SECONDS: Final = 4.0
"""After so long, what a request waits for is cut off, and its caller is told to come again."""
_MARGIN_SECONDS: Final = 0.6
_HOST: Final = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")
_UNMATCHED: Final = "unmatched"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class EdgeMiddleware:
    """Wraps an application; plain ASGI, so that nothing runs in another task."""

    def __init__(self, app: ASGIApp, *, largest_body: int) -> None:
        self._app: Final = app
        self._largest_body: Final = largest_body
        self._timed: Final = TimedRoutes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        with serving(traceparent=headers.get("traceparent"), request_id=request_id) as told:
            exchange = _Exchange(scope, receive, send, request_id, self._largest_body)
            try:
                with HTTP_ACTIVE.track_inprogress():
                    await exchange.run(self._app)
            finally:
                exchange.report(told, self._timed)


class _Exchange:
    """One request and its answer, as they pass."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, request_id: str, largest_body: int
    ) -> None:
        self._scope: Final = scope
        self._receive: Final = receive
        self._send: Final = send
        self._request_id: Final = request_id
        self._largest_body: Final = largest_body
        self._started_at: Final = time.perf_counter()
        self._received = 0
        self._status: int | None = None
        self._is_stream = False

    async def run(self, app: ASGIApp) -> None:
        """Have the application answer; whatever it lets escape becomes a problem."""
        if (refusal := self._refusal()) is not None:
            await failed(refusal)(self._scope, self._receive, self._send_on)
            return
        try:
            await self._run_in_time(app)
        except ClientDisconnect:
            # Nobody is left to be answered, and nobody erred.
            return
        except Exception as error:
            response = answer_to_defect(Request(self._scope), error)
            if self._status is not None:
                # The answer has begun; only cutting it short tells the caller that it is broken.
                raise
            await response(self._scope, self._receive, self._send_on)

    async def _run_in_time(self, app: ASGIApp) -> None:
        with deadline_in(ANSWER_SECONDS) as deadline:
            async with asyncio.timeout(ANSWER_SECONDS + _MARGIN_SECONDS) as limit:

                async def send(message: Message) -> None:
                    # What has begun to be answered may last: a download, a stream of events.
                    deadline.lift()
                    limit.reschedule(None)
                    await self._send_on(message)

                try:
                    await app(self._scope, self._receive_on, send)
                except Exception as error:
                    if not deadline.is_over:
                        raise
                    # A driver whose connection is cut under it may say anything.
                    raise TimeoutError from error

    def report(self, told: Told, timed: TimedRoutes) -> None:
        """Write the line of this request, count it, and tell its span."""
        seconds = time.perf_counter() - self._started_at
        route = getattr(self._scope.get("route"), "path_format", _UNMATCHED)
        method: str = self._scope["method"]
        known_method = method if method in METHODS else "other"
        if not self._is_stream:
            status = self._status_class()
            named = timed.name(known_method, route, status)
            HTTP_DURATION.labels(known_method, named, status).observe(seconds)
        HTTP_RESPONSES.labels(str(self._status or "none")).inc()
        told(known_method, route, self._status)
        access_log.info(
            "request",
            method=known_method,
            route=route,
            status=self._status,
            duration_ms=round(seconds * 1000, 2),
        )

    def _status_class(self) -> str:
        # The exact status times every route would be too many series.
        return "none" if self._status is None else f"{self._status // 100}xx"

    def _refusal(self) -> HTTPStatus | None:
        headers = Headers(scope=self._scope)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self._largest_body:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        # Two servers could each believe another one of two hosts, or see the end elsewhere.
        hosts = headers.getlist("host")
        is_addressed = len(hosts) == 1 and _HOST.fullmatch(hosts[0]) is not None
        is_new = self._scope["http_version"] == "1.1"
        is_old = self._scope["http_version"] == "1.0" and "transfer-encoding" not in headers
        return None if is_addressed and (is_new or is_old) else HTTPStatus.BAD_REQUEST

    async def _receive_on(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > self._largest_body:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    async def _send_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self._request_id
            if self._scope["app"].state.draining.is_set():
                # The next request of this caller shall find another process.
                headers["connection"] = "close"
            # What is for one caller is nobody else's; a route whose answer is for all says so.
            headers.setdefault("cache-control", "no-store")
            headers.setdefault("x-content-type-options", "nosniff")
            self._is_stream = headers.get("content-type", "").startswith("text/event-stream")
        await self._send(message)


def _request_id(headers: Headers) -> str:
    # Only a UUID is taken over: what a stranger sends as id would end up in logs and answers.
    try:
        return str(UUID(headers.get("x-request-id", "")))
    except ValueError:
        return str(uuid4())
