"""Puts the parts of a stack together: what waits for what, and what runs at the same time."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from wushe import plan, ports
from wushe.components import apache_kafka, broker, envoy, kafka_jars, postgres, service
from wushe.components.broker import APACHE
from wushe.components.postgres import Installation, PostgresAddress
from wushe.components.service import SERVICES, Instance, Service, Surroundings
from wushe.launch import FailedToStart, Program
from wushe.plan import NotInstalled, Options, PortTaken
from wushe.ports import LOOPBACK
from wushe.progress import Progress
from wushe.state import Memory, PartStatus, StateDir, Status
from wushe.supervisor import Part, Phase, Rank, Supervisor
from wushe.tokens import ADMINISTRATOR, AUDIENCE, ISSUER, PLATFORM_ADMIN, Issuer

_LOG_LIMIT_BYTES: Final = 20_000_000
_DEFAULT_POSTGRES_PORT: Final = 5432
_AREAS_SECONDS: Final = 90
_POLL_SECONDS: Final = 0.2


class Assembly:
    """One start of one stack."""

    def __init__(self, options: Options, state: StateDir, progress: Progress) -> None:
        self._options = options
        self._state = state
        self._progress = progress
        self._memory = state.memory()
        planned = plan.members(options)
        self._ports = _assign_ports(options, plan.port_names(options, planned), self._memory)
        self._instances = [member.at(self._ports) for member in planned]
        self._installation = None if options.postgres else postgres.install(state.postgres)
        self._postgres = self._postgres_address()
        self._around = self._surroundings()
        self._phase = "starting"
        self._supervisor = Supervisor(self._on_change)
        self._remember(ports={**self._memory.ports, **self._ports})

    @property
    def supervisor(self) -> Supervisor:
        """What keeps the parts running."""
        return self._supervisor

    @property
    def gateway(self) -> str:
        """The address of the gateway."""
        return f"http://{LOOPBACK}:{self._ports['gateway']}"

    async def bring_up(self) -> None:
        """Start everything; return when every part says that it is ready."""
        _rotate(self._state.logs)
        Issuer.of(self._state)
        service.provide_key_rings(self._state.key_rings)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._start_gateway())
            prepared = group.create_task(self._prepare_postgres())
            database = group.create_task(self._start_database(prepared))
            log = group.create_task(self._start_broker(prepared))
            for each in SERVICES:
                group.create_task(self._start_service(each, database, log))
        await self._step("areas known", self._await_areas())
        self.enter("ready")

    def enter(self, phase: str) -> None:
        """Tell others where the stack is between its start and its end."""
        self._phase = phase
        self._state.publish(self.status())

    def status(self) -> Status:
        """Describe the stack as it is now."""
        return Status(
            phase=self._phase,
            supervisor=os.getpid(),
            state=self._state.path,
            gateway=self.gateway,
            gateway_admin=f"http://{LOOPBACK}:{self._ports['gateway.admin']}",
            kafka=self._around.kafka,
            broker=self._options.kafka,
            issuer=ISSUER,
            audience=AUDIENCE,
            jwks=self._state.jwks,
            databases=self._dsns(),
            parts={part.name: self._part_status(part) for part in self._supervisor.parts},
        )

    async def _start_gateway(self) -> None:
        gateway = envoy.Gateway(
            port=self._ports["gateway"],
            admin_port=self._ports["gateway.admin"],
            issuer=ISSUER,
            audience=AUDIENCE,
            jwks=self._state.jwks,
            upstreams=plan.upstreams(self._instances, self._options.detours),
            rates=envoy.Rates.of(self._options.requests_per_second),
        )
        self._state.envoy.write_text(envoy.render(gateway), encoding="utf-8")
        program = envoy.program(config=self._state.envoy, log=self._log("gateway"))
        await self._start(
            "gateway", Rank.GATEWAY, lambda: program, partial(envoy.is_live, gateway.admin_port)
        )

    async def _start_broker(self, prepared: asyncio.Task[None]) -> None:
        if not self._options.has_own_broker:
            return
        port, log = self._ports["broker"], self._log("broker")
        reached_at = self._options.detours.get("broker")
        describe = partial(broker.program, port=port, log=log, reached_at=reached_at)
        if self._options.kafka == APACHE:
            await prepared
            controller = self._ports["broker.controller"]
            node = apache_kafka.Node(home=self._state.kafka, port=port, controller_port=controller)
            await asyncio.to_thread(apache_kafka.prepare, node)
            describe = partial(apache_kafka.program, node, log=log)
        await self._start("broker", Rank.BROKER, describe, partial(broker.answers, LOOPBACK, port))

    async def _prepare_postgres(self) -> None:
        if self._installation is None:
            return
        if await asyncio.to_thread(postgres.prepare, self._installation):
            # What was done was done to data that is gone, and what was told was about it.
            self._remember(done={})
            apache_kafka.forget(self._state.kafka)

    async def _start_database(self, prepared: asyncio.Task[None]) -> None:
        await prepared
        if self._installation is not None:
            await self._start_postgres(self._installation)
        admin = self._options.postgres or self._postgres.dsn()
        names = [name for each in SERVICES for name in each.databases.values()]
        await self._step(
            "databases made",
            asyncio.to_thread(postgres.create_databases, admin, self._postgres, names),
        )

    async def _start_postgres(self, installation: Installation) -> None:
        def program() -> Program:
            postgres.forget_dead_server(installation.data)
            return installation.server(port=self._postgres.port, log=self._log("postgres"))

        is_ready = partial(postgres.accepts_connections, self._postgres)
        await self._start("postgres", Rank.DATABASE, program, is_ready)

    async def _start_service(self, each: Service, *needed: asyncio.Task[None]) -> None:
        database, log = needed
        await database
        await self._prepare_service(each)
        await log
        async with asyncio.TaskGroup() as group:
            for instance in self._instances:
                if instance.service is each:
                    group.create_task(self._start_instance(instance))

    async def _prepare_service(self, each: Service) -> None:
        code = service.fingerprint(each)
        await self._once(each, code, "migrate")
        if each.name == "registry":
            within = ("--within", self._options.areas) if self._options.areas else ()
            await self._once(each, code, "import-areas", *within)
            await self._once(each, code, "grant", "--sub", ADMINISTRATOR, "--role", PLATFORM_ADMIN)

    async def _start_instance(self, instance: Instance) -> None:
        program = service.program(instance, self._around, log=self._log(instance.part))
        is_ready = partial(envoy.answers_ok, instance.ops_port, "/readyz")
        is_alive = partial(envoy.answers_ok, instance.ops_port, "/livez")
        await self._start(instance.part, Rank.SERVICE, lambda: program, is_ready, is_alive)

    async def _await_areas(self) -> None:
        """Wait until every service has fetched the areas; before, it refuses what it is asked."""
        deadline = time.monotonic() + _AREAS_SECONDS
        for name, dsn in self._dsns().items():
            while not await asyncio.to_thread(service.knows_areas, dsn):
                if time.monotonic() > deadline:
                    reason = "did not fetch the areas"
                    raise FailedToStart(name=name, reason=reason, log=self._log(name))
                await asyncio.sleep(_POLL_SECONDS)

    async def _once(self, each: Service, code: str, *arguments: str) -> None:
        """Run a command of a service, unless the same code did it to the same data."""
        key = " ".join((each.name, *arguments))
        # Somebody else may empty a server that is not ours.
        if self._options.postgres is None and self._memory.done.get(key) == code:
            return
        log = self._log(f"{each.name}-{arguments[0]}")
        program = service.command(each, *arguments, around=self._around, log=log)
        await self._step(f"{each.name} {arguments[0]}", self._supervisor.run(program))
        self._remember(done={**self._memory.done, key: code})

    async def _start(
        self,
        name: str,
        rank: Rank,
        program: Callable[[], Program],
        is_ready: Callable[[], bool],
        is_alive: Callable[[], bool] | None = None,
    ) -> None:
        part = Part(name=name, rank=rank, program=program, is_ready=is_ready, is_alive=is_alive)
        await self._step(f"{name} ready", self._supervisor.start(part))

    async def _step(self, name: str, work: Awaitable[None]) -> None:
        self._progress.begin(name)
        await work
        self._progress.done(name)

    def _on_change(self, part: Part) -> None:
        if part.phase is Phase.WAITING:
            self._progress.note(f"{part.name} {part.last_failure}; it is started again")
        self._state.publish(self.status())

    def _remember(
        self, *, ports: dict[str, int] | None = None, done: dict[str, str] | None = None
    ) -> None:
        memory = self._memory
        self._memory = Memory(
            secret=memory.secret,
            ports=memory.ports if ports is None else ports,
            done=memory.done if done is None else done,
        )
        self._state.remember(self._memory)

    def _postgres_address(self) -> PostgresAddress:
        if self._installation is not None:
            secret = self._installation.secret
            return PostgresAddress(host=LOOPBACK, port=self._ports["postgres"], secret=secret)
        parts = urlsplit(self._options.postgres or "")
        return PostgresAddress(
            host=parts.hostname or "localhost",
            port=parts.port or _DEFAULT_POSTGRES_PORT,
            secret=self._memory.secret,
        )

    def _surroundings(self) -> Surroundings:
        registry = plan.upstreams(self._instances)["registry"][0]
        is_ours = self._options.has_own_broker
        detours = self._options.detours
        broker_port = detours.get("broker", self._ports["broker"])
        return Surroundings(
            postgres=replace(self._postgres, port=detours.get("postgres", self._postgres.port)),
            kafka=f"{LOOPBACK}:{broker_port}" if is_ours else self._options.kafka,
            broker=self._options.kafka,
            issuer=ISSUER,
            audience=AUDIENCE,
            jwks=self._state.jwks,
            registry_url=f"http://{LOOPBACK}:{registry}",
            problems_url=f"{self.gateway}/problems",
            log_level=self._options.log_level,
            key_rings=self._state.key_rings,
            trace_to=self._options.trace_to,
        )

    def _dsns(self) -> dict[str, str]:
        # Not those of keys: who looks at what a stack does has no business there.
        return {each.name: self._dsn(each.database) for each in SERVICES}

    def _dsn(self, database: str) -> str:
        """Return an address for people and tools: it sees all rows, and may do nothing else."""
        dsn = self._postgres.dsn(database, postgres.user_of(database))
        return f"{dsn}?options=-c%20wushe.width%3Dsystem"

    def _part_status(self, part: Part) -> PartStatus:
        process = part.process
        is_running = process is not None and process.exit_code is None
        return PartStatus(
            name=part.name,
            phase=part.phase.value,
            pid=process.pid if process is not None and is_running else None,
            restarts=part.restarts,
            log=self._log(part.name),
            api=self._url(f"{part.name}.http"),
            ops=self._url(f"{part.name}.ops"),
        )

    def _url(self, port_name: str) -> str | None:
        port = self._ports.get(port_name)
        return f"http://{LOOPBACK}:{port}" if port is not None else None

    def _log(self, name: str) -> Path:
        return self._state.logs / f"{name}.log"


def check_installed(options: Options) -> None:
    """Refuse early what could only fail later.

    Raises:
        NotInstalled: A service is not installed.
        KafkaUnavailable: Apache Kafka is asked for, and cannot be run.
    """
    missing = [each.name for each in SERVICES if not service.is_installed(each)]
    if missing:
        raise NotInstalled(missing)
    if options.kafka == APACHE:
        kafka_jars.java()
        kafka_jars.installed()


def _assign_ports(options: Options, names: list[str], memory: Memory) -> dict[str, int]:
    fixed = options.gateway_port
    if fixed is None:
        return ports.assign(names, memory.ports)
    if not ports.is_free(fixed):
        raise PortTaken(fixed)
    return ports.assign(names, {**memory.ports, "gateway": fixed})


def _rotate(logs: Path) -> None:
    """Put big logs aside; one older log of each is kept."""
    for log in logs.glob("*.log"):
        if log.stat().st_size > _LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".log.old"))
