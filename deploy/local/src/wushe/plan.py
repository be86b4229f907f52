"""What a stack is made of, decided before anything is started."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from typing_extensions import override

from wushe.components.broker import APACHE, EMBEDDED
from wushe.components.service import ROLES, SERVICES, SERVING, WHOLE, Instance, Service

DEFAULT_STATE: Final = Path(".wushe")
DEFAULT_RATE: Final = 5_000
_ADDRESSES: Final = re.compile(r"[^\s:,]+:\d+(,[^\s:,]+:\d+)*")


class PlanRefused(Exception):
    """The options contradict each other or the machine."""


@dataclass
class UnknownParts(PlanRefused):
    """Something is to be scaled that is not part of the stack."""

    parts: Sequence[str]
    known: Sequence[str]

    @override
    def __str__(self) -> str:
        return f"cannot scale {', '.join(self.parts)}: the parts are {', '.join(self.known)}"


@dataclass
class ScaleUnreadable(PlanRefused):
    """A scale is not a part and a number."""

    text: str

    @override
    def __str__(self) -> str:
        return f"--scale wants something like cases.consume=2, not {self.text!r}"


@dataclass
class BrokerUnknown(PlanRefused):
    """What was named is neither a broker of ours nor an address."""

    text: str

    @override
    def __str__(self) -> str:
        return f"--kafka wants {EMBEDDED}, {APACHE} or HOST:PORT, not {self.text!r}"


@dataclass
class PortTaken(PlanRefused):
    """The port that was asked for is in use."""

    port: int

    @override
    def __str__(self) -> str:
        return f"port {self.port} is taken; choose another with --gateway-port"


@dataclass
class NotInstalled(PlanRefused):
    """Services cannot be imported."""

    services: Sequence[str]

    @override
    def __str__(self) -> str:
        return f"not installed: {', '.join(self.services)}; see `wushe doctor`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be chosen about a stack.

    Attributes:
        scale: How many processes of a part to run, such as ``{"cases.consume": 2}``.
        kafka: The ``embedded`` broker, ``apache`` for a Kafka of our own, or the address of one
            that runs already.
        postgres: An existing server's address with the rights to make roles and databases.
        areas: Only import the areas within this code.
        detours: Parts that the others reach at another port than their own, such as
            ``{"postgres": 30000}``: who listens there passes everything on, or does not.
        trace_to: Where the services send their spans, by OTLP over HTTP.
    """

    state: Path = DEFAULT_STATE
    gateway_port: int | None = None
    split: bool = False
    scale: Mapping[str, int] = field(default_factory=dict[str, int])
    kafka: str = EMBEDDED
    postgres: str | None = None
    areas: str | None = None
    detours: Mapping[str, int] = field(default_factory=dict[str, int])
    requests_per_second: int = DEFAULT_RATE
    log_level: str = "INFO"
    trace_to: str | None = None

    def __post_init__(self) -> None:
        """Refuse a broker that nobody could find.

        Raises:
            BrokerUnknown: It is neither a word for one of ours nor an address.
        """
        if not (self.has_own_broker or _ADDRESSES.fullmatch(self.kafka)):
            raise BrokerUnknown(self.kafka)

    @property
    def has_own_broker(self) -> bool:
        """Whether the broker is a part of the stack."""
        return self.kafka in {EMBEDDED, APACHE}

    def arguments(self) -> list[str]:
        """Return the options as they are written after ``wushe up``."""
        given: dict[str, object] = {
            "--state": self.state,
            "--gateway-port": self.gateway_port,
            "--kafka": self.kafka,
            "--postgres": self.postgres,
            "--areas": self.areas,
            "--requests-per-second": self.requests_per_second,
            "--log-level": self.log_level,
            "--trace-to": self.trace_to,
        }
        pairs = [f"{name}={value}" for name, value in given.items() if value is not None]
        scaled = [f"--scale={part}={count}" for part, count in self.scale.items()]
        detours = [f"--detour={part}={port}" for part, port in self.detours.items()]
        return [*pairs, *scaled, *detours, *(["--split"] if self.split else [])]


@dataclass(frozen=True, slots=True)
class Member:
    """One process of a service, before it has ports."""

    part: str
    service: Service
    role: str

    @property
    def port_names(self) -> tuple[str, ...]:
        """The names of the ports that it needs."""
        ops = f"{self.part}.ops"
        return (ops, f"{self.part}.http") if self.role in SERVING else (ops,)

    def at(self, ports: Mapping[str, int]) -> Instance:
        """Return it with its ports."""
        return Instance(
            part=self.part,
            service=self.service,
            role=self.role,
            ops_port=ports[f"{self.part}.ops"],
            http_port=ports.get(f"{self.part}.http") if self.role in SERVING else None,
        )


def members(options: Options) -> list[Member]:
    """Return every process of every service.

    Raises:
        UnknownParts: Something is scaled that is not part of the stack.
    """
    roles = ROLES if options.split else (WHOLE,)
    kinds = {_kind(service, role): (service, role) for service in SERVICES for role in roles}
    if unknown := options.scale.keys() - kinds.keys():
        raise UnknownParts(sorted(unknown), list(kinds))
    return [
        Member(part, service, role)
        for kind, (service, role) in kinds.items()
        for part in _names(kind, options.scale.get(kind, 1))
    ]


def port_names(options: Options, planned: Iterable[Member]) -> list[str]:
    """Return the names of all ports of a stack."""
    controller = ["broker.controller"] if options.kafka == APACHE else []
    fixed = ["gateway", "gateway.admin", "postgres", "broker", *controller]
    return [*fixed, *(name for member in planned for name in member.port_names)]


def upstreams(
    instances: Iterable[Instance], detours: Mapping[str, int] | None = None
) -> dict[str, list[int]]:
    """Return where the gateway finds each service."""
    ports: dict[str, list[int]] = {service.name: [] for service in SERVICES}
    for instance in instances:
        if instance.http_port is not None:
            port = (detours or {}).get(instance.part, instance.http_port)
            ports[instance.service.name].append(port)
    return ports


def parse_scale(given: Sequence[str]) -> dict[str, int]:
    """Read ``cases.consume=2``.

    Raises:
        ScaleUnreadable: It is written otherwise.
    """
    scale: dict[str, int] = {}
    for text in given:
        part, _, count = text.partition("=")
        if not count.isdecimal() or int(count) < 1:
            raise ScaleUnreadable(text)
        scale[part] = int(count)
    return scale


def _kind(service: Service, role: str) -> str:
    return service.name if role == WHOLE else f"{service.name}.{role}"


def _names(kind: str, count: int) -> list[str]:
    return [kind, *(f"{kind}.{number}" for number in range(2, count + 1))]
