"""One process of a service: its command line, its parts, and how it comes to an orderly end.

``all`` runs every part in one loop, ``serve``, ``consume`` and ``relay`` one each. At SIGTERM the
process first says that it is not ready, then finishes the requests it has, then the batch it is
handling, and only then lets go of the database. A part that fails ends the process with 1: a
supervisor starts it anew, which is safe at any moment.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import structlog
import uvicorn
from pydantic import ValidationError
from typing_extensions import override

from common.accounts import note_account
from common.area_lists import AreaFetcher, note_list
from common.clearance import cleared, system
from common.contracts.registry import AccountChanged, AreaListPublished
from common.http.health import Health, measure_loop_lag, ops_app
from common.http.idempotency import forget_old_keys
from common.http.protocol import BoundedProtocol
from common.http.server import create_app, version_of
from common.messaging.consumer import Consumer
from common.messaging.handlers import Handlers
from common.metrics import tell_build
from common.outages import is_outage
from common.persistence.engine import create_engine
from common.persistence.migrations import migrate, role_of
from common.persistence.relay import Relay
from common.personal.key_ring import new_key_ring
from common.settings import ServiceSettings
from common.telemetry import configure_logging
from common.tracing import tracing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence

    from fastapi import FastAPI
    from sqlalchemy.ext.asyncio import AsyncEngine
    from starlette.types import ASGIApp

    from common.service import Service

S = TypeVar("S", bound=ServiceSettings)
Command: TypeAlias = "Callable[[Service, Sequence[str]], Awaitable[None]]"
"""A command of a service's own: it is given the service and its arguments."""

FINISH_REQUESTS_SECONDS: Final = 12
"""Requests are answered in five seconds; what lasts longer is a download."""
BACKLOG: Final = 2048
TIDY_SECONDS: Final = 3600.0
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "all": frozenset({"serve", "consume", "relay"}),
    "serve": frozenset({"serve"}),
    "consume": frozenset({"consume"}),
    "relay": frozenset({"relay"}),
}

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


def main(
    name: str,
    settings_class: Callable[..., S],
    build: Callable[[S], Service],
    commands: Mapping[str, Command] | None = None,
) -> None:
    """Run a service's command line: ``all|serve|consume|relay|migrate|openapi`` and its own."""
    known = {*PARTS, "migrate", "openapi", *(commands or {})}
    command, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if command not in known:
        sys.exit(f"usage: python -m {name} {'|'.join(sorted(known))}")
    if command == "openapi":
        sys.stdout.write(openapi_document(settings_class, build))
        return
    settings = _read(name, settings_class)
    configure_logging(name, settings.log_level)
    work = _work(command, arguments, build(settings), commands or {})
    with (
        tracing(name, version_of(name), wanted=settings.tracing),
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        sys.exit(runner.run(work))


def openapi_document(settings_class: Callable[..., S], build: Callable[[S], Service]) -> str:
    """Return the OpenAPI document of a service as text; needs no settings."""
    settings = settings_class(
        database_url="postgresql+asyncpg://nobody@localhost/nothing",
        kafka_bootstrap="localhost:9092",
        oidc_issuer="https://issuer.invalid",
        oidc_jwks="nowhere.json",
        keys_database_url="postgresql+asyncpg://nobody@localhost/nothing",
        key_ring=new_key_ring().document(),
    )
    document = create_app(build(settings)).openapi()
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


class Process:
    """The parts of a service that run in this process."""

    def __init__(self, service: Service, parts: frozenset[str]) -> None:
        self._service: Final = service
        self._parts: Final = parts
        self._health: Final = Health(_probe_engine(service), service.migrations)
        self._leave: Final = asyncio.Event()
        self._stop: Final = asyncio.Event()
        self._has_failed = False
        self.ports: dict[str, int] = {}
        """Where the process can be reached: of ``api`` and ``ops``."""

    def leave(self) -> None:
        """Begin the orderly end."""
        self._leave.set()

    async def run(self) -> int:
        """Run until told to leave or until a part fails; return the exit status."""
        settings = self._service.frame.settings
        tell_build(self._service.name, version_of(self._service.name))
        ops = Server(ops_app(self._health), settings.host, settings.ops_port)
        api, app = self._api()
        with self._obeying_signals():
            answering = self._start("ops", ops.serve())
            serving = [] if api is None else [self._start("api", api.serve())]
            working = [self._start(part, work) for part, work in self._work()]
            self.ports = {"ops": ops.port} | ({} if api is None else {"api": api.port})
            log.info("started", parts=sorted(self._parts), **self.ports)
            await self._leave.wait()
            self._health.is_draining = True
            await self._finish_requests(api, app, serving)
            self._stop.set()
            await asyncio.gather(*working, return_exceptions=True)
            ops.should_exit = True
            await asyncio.gather(answering, return_exceptions=True)
        await self._health.close()
        await self._service.frame.close()
        log.info("stopped", failed=self._has_failed)
        return 1 if self._has_failed else 0

    def _api(self) -> tuple[Server | None, FastAPI | None]:
        if "serve" not in self._parts:
            return None, None
        settings = self._service.frame.settings
        app = create_app(self._service)
        return Server(app, settings.host, settings.http_port), app

    def _work(self) -> Sequence[tuple[str, Awaitable[None]]]:
        work: list[tuple[str, Awaitable[None]]] = [("loop", measure_loop_lag(self._stop))]
        if "consume" in self._parts:
            work += self._consuming()
        if "relay" in self._parts:
            settings = self._service.frame.settings
            relay = Relay(self._service.name, settings.database_url, settings)
            self._health.watch("relay", lambda: relay.last_progress)
            work.append(("relay", relay.run(self._stop)))
        return work

    def _consuming(self) -> Sequence[tuple[str, Awaitable[None]]]:
        service, frame = self._service, self._service.frame
        work: list[tuple[str, Awaitable[None]]] = [("tidying", tidy(service, self._stop))]
        work += [("background", _cleared(each(self._stop))) for each in service.background]
        if not service.owns_accounts_and_areas:
            fetcher = AreaFetcher(frame.unit_of_work, frame.clock, frame.settings.registry_url)
            work.append(("area_lists", fetcher.run(self._stop)))
        handlers = reactions(service)
        if handlers.topics:
            consumer = Consumer(
                service.name, handlers, frame.engine, frame.settings, service.listener
            )
            self._health.watch("consumer", lambda: consumer.last_progress)
            work.append(("consumer", consumer.run(self._stop)))
        return work

    async def _finish_requests(
        self, api: Server | None, app: FastAPI | None, serving: Sequence[asyncio.Task[None]]
    ) -> None:
        if api is not None and app is not None:
            app.state.draining.set()
            if not self._has_failed:
                await asyncio.sleep(self._service.frame.settings.drain_seconds)
            api.should_exit = True
            await asyncio.gather(*serving, return_exceptions=True)

    def _start(self, part: str, work: Awaitable[None]) -> asyncio.Task[None]:
        return asyncio.create_task(self._guard(part, work), name=part)

    async def _guard(self, part: str, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception:
            log.exception("part_failed", part=part)
            self._has_failed = True
        else:
            if not self._leave.is_set():
                log.error("part_ended", part=part)
                self._has_failed = True
        finally:
            self.leave()

    @contextmanager
    def _obeying_signals(self) -> Generator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.leave)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


class Server(uvicorn.Server):
    """A server among others in one loop: it leaves signals and logging to the process."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=BoundedProtocol,
                ws="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                log_level="warning",
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=FINISH_REQUESTS_SECONDS,
            )
        )
        self._socket: Final = _listen(host, port)

    @property
    def port(self) -> int:
        """The port it listens on."""
        port: int = self._socket.getsockname()[1]
        return port

    @contextmanager
    @override
    def capture_signals(self) -> Generator[None]:
        yield

    @override
    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().serve([self._socket, *(sockets or [])])
        finally:
            self._socket.close()


def reactions(service: Service) -> Handlers:
    """Return the handlers of a service with those that it has because it is one."""
    handlers = Handlers()
    if not service.owns_accounts_and_areas:
        handlers.on(AccountChanged)(note_account)
        handlers.on(AreaListPublished)(note_list)
    handlers.join(service.handlers)
    return handlers


async def tidy(service: Service, stop: asyncio.Event) -> None:
    """Drop the answers of old idempotent requests, now and then, until told to stop."""
    while not stop.is_set():
        try:
            with cleared(system("tidying")):
                async with service.frame.unit_of_work.transaction() as session:
                    await forget_old_keys(session)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("not_tidied", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TIDY_SECONDS)


async def _work(
    command: str, arguments: Sequence[str], service: Service, commands: Mapping[str, Command]
) -> int:
    if command in PARTS:
        return await Process(service, PARTS[command]).run()
    try:
        if command == "migrate":
            await _migrate(service)
        else:
            with cleared(system(f"command {command}")):
                await commands[command](service, arguments)
    finally:
        await service.frame.close()
    return 0


async def _migrate(service: Service) -> None:
    settings = service.frame.settings
    await migrate(
        service.migrations,
        settings.migrate_database_url or settings.database_url,
        for_role=role_of(settings.database_url),
    )
    for each in service.side_databases:
        await migrate(each.package, each.migrate_url or each.url, for_role=role_of(each.url))


async def _cleared(work: Awaitable[None]) -> None:
    with cleared(system("background")):
        await work


def _read(name: str, settings_class: Callable[..., S]) -> S:
    try:
        return settings_class()
    except ValidationError as error:
        # Only names: what was set may be a secret.
        wrong = sorted({f"{name.upper()}_{flaw['loc'][0]}".upper() for flaw in error.errors()})
        sys.exit(f"{name}: missing or wrong settings: {', '.join(wrong)}")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        log.error("cannot_listen", host=host, port=port, reason=error.strerror)  # noqa: TRY400
        raise SystemExit(1) from error
    # From here on callers wait instead of being refused while the rest starts.
    listening.listen(BACKLOG)
    listening.setblocking(False)  # noqa: FBT003
    return listening


def _probe_engine(service: Service) -> AsyncEngine:
    # Of its own, so that a pool that is merely busy does not look like a database that is gone.
    url = service.frame.settings.database_url
    return create_engine(url, pool=1, application_name=f"{service.name}-probe")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return None
    return uvloop.new_event_loop
