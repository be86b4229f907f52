"""A gateway alone, and every door of the shared stack: each service by the gateway and directly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import serialization

from support.stacks import administrator
from testing.callers import Issuer
from testing.gateway import SERVICES, Edge, Upstream, echoing, running_gateway
from wushe.state import StateDir
from wushe.tokens import ISSUER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wushe.stack import Stack


@dataclass(frozen=True, slots=True)
class Door:
    """A way to reach a service."""

    service: str
    way: str
    url: str

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=20.0)

    @property
    def me(self) -> str:
        return f"/{self.service}/v1/me"

    def __str__(self) -> str:
        return f"{self.service} {self.way}"


@pytest.fixture(scope="session")
def upstream() -> Iterator[Upstream]:
    with echoing() as upstream:
        yield upstream


@pytest.fixture(scope="session")
def edge(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with running_gateway(a_state(tmp_path_factory.mktemp("edge")), upstream.port) as edge:
        yield edge


def a_state(path: Path) -> StateDir:
    state = StateDir(path)
    state.create()
    return state


@pytest.fixture(scope="session")
def doors(whole: Stack) -> list[Door]:
    status = whole.status()
    direct = {name: status.parts[name].api for name in SERVICES}
    return [
        *(Door(name, "through the gateway", status.gateway) for name in SERVICES),
        *(Door(name, "directly", url) for name, url in direct.items() if url is not None),
    ]


@pytest.fixture(scope="session")
def cases_doors(doors: list[Door]) -> list[Door]:
    return [door for door in doors if door.service == "cases"]


@pytest.fixture(scope="session")
def admin(whole: Stack) -> str:
    return administrator(whole)


@pytest.fixture(scope="session")
def issuer(whole: Stack) -> Issuer:
    """The stack's own key in the hands of somebody who can sign anything with it."""
    key = serialization.load_pem_private_key(whole.state.issuer_key.read_bytes(), password=None)
    (jwk,) = json.loads(whole.state.jwks.read_text())["keys"]
    return Issuer(key, whole.state.jwks, name=ISSUER, key_id=jwk["kid"])  # type: ignore[arg-type]


@pytest.fixture
def nobody_knows() -> str:
    """A subject that no account has."""
    return f"security-{uuid4()}"
