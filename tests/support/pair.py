"""Two services in processes of their own, with what they need: the least in which events travel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from pydantic import SecretStr

from support.conditions import eventually_true
from testing.api import RING
from testing.callers import AUDIENCE, ISSUER, Issuer
from testing.kafka import fresh_broker
from testing.postgres import fresh_database, shared_keys
from wushe.components.envoy import answers_ok
from wushe.launch import tie_to_parent
from wushe.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping


ADMINISTRATOR: Final = "pair-administrator"
READY_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Pair:
    """The registry, whole, and the consumer of reporting."""

    address: str
    issuer: Issuer
    logs: Path
    broker: str
    databases: Sequence[SecretStr]
    """Of both, and the registry's of keys."""
    ops: Sequence[int]

    def client(self, **headers: str) -> httpx.Client:
        """Return an administrator's way to the registry."""
        token = self.issuer.token("platform_admin", sub=ADMINISTRATOR)
        return httpx.Client(
            base_url=self.address,
            headers={"authorization": f"Bearer {token}", **headers},
            trust_env=False,
            timeout=30,
        )

    def log_lines(self) -> list[str]:
        """Return every line that the processes have logged."""
        return [line for log in self.logs.glob("*.log") for line in log.read_text().splitlines()]


@asynccontextmanager
async def running_pair(
    directory: Path, environment: Mapping[str, str], **settings: str
) -> AsyncIterator[Pair]:
    """Run both as long as the block.

    Args:
        directory: For keys and logs.
        environment: What else stands in it.
        settings: Of both services, by their names in capitals.
    """
    issuer = Issuer.at(directory)
    port, registry_ops, reporting_ops = free_port(), free_port(), free_port()
    keys = await shared_keys()
    async with fresh_database("registry") as registry, fresh_database("reporting") as reporting:
        with fresh_broker() as broker, ExitStack() as processes:
            common = {
                "KAFKA_BOOTSTRAP": broker.address,
                "KAFKA_IDEMPOTENCE": "false",
                "KAFKA_CREATE_TOPICS": "true",
                "KAFKA_SESSION_SECONDS": "2",
                "KAFKA_FETCH_WAIT_MS": "20",
                "OIDC_ISSUER": ISSUER,
                "OIDC_AUDIENCE": AUDIENCE,
                "OIDC_JWKS": str(issuer.jwks),
                **settings,
            }
            env = {
                **os.environ,
                **environment,
                **_prefixed("REGISTRY", common),
                **_prefixed("REPORTING", common),
                "REGISTRY_DATABASE_URL": registry.get_secret_value(),
                "REGISTRY_KEYS_DATABASE_URL": keys.get_secret_value(),
                "REGISTRY_KEY_RING": RING,
                "REGISTRY_HTTP_PORT": str(port),
                "REGISTRY_OPS_PORT": str(registry_ops),
                "REPORTING_DATABASE_URL": reporting.get_secret_value(),
                "REPORTING_OPS_PORT": str(reporting_ops),
            }
            for arguments in (("reporting", "consume"), ("registry", "all")):
                processes.enter_context(_process(*arguments, env=env, directory=directory))
            _grant(env)
            for ops in (registry_ops, reporting_ops):
                _await_ready(ops)
            yield Pair(
                address=f"http://127.0.0.1:{port}",
                issuer=issuer,
                logs=directory,
                broker=broker.address,
                databases=(registry, reporting, keys),
                ops=(registry_ops, reporting_ops),
            )


def _prefixed(prefix: str, settings: Mapping[str, str]) -> dict[str, str]:
    return {f"{prefix}_{name}": value for name, value in settings.items()}


def _grant(env: Mapping[str, str]) -> None:
    command = (sys.executable, "-m", "registry", "grant")
    arguments = ("--sub", ADMINISTRATOR, "--role", "platform_admin")
    subprocess.run((*command, *arguments), env=env, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _await_ready(ops: int) -> None:
    eventually_true(
        lambda: answers_ok(ops, "/readyz"), what="a ready process", seconds=READY_SECONDS
    )


@contextmanager
def _process(service: str, role: str, *, env: Mapping[str, str], directory: Path) -> Iterator[None]:
    with (
        (directory / f"{service}.log").open("wb") as log,
        subprocess.Popen(  # noqa: S603
            (sys.executable, "-m", service, role),
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=tie_to_parent(signal.SIGKILL),  # noqa: PLW1509  # One system call.
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(60) == 0, "told to stop, it ends in order"
