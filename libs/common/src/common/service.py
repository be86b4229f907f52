"""A service as a value: what it can do, by which routes, and how it reacts to events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fastapi import APIRouter
from pydantic import SecretStr

from common.frame import Frame
from common.messaging.handlers import Handlers, PartitionListener

Background: TypeAlias = Callable[[asyncio.Event], Awaitable[None]]
"""Work that goes on until the event is set, in processes that consume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideDatabase:
    """Another database of a service, such as that of keys, with migrations of its own."""

    package: str
    url: SecretStr
    migrate_url: SecretStr | None
    """The same database as the role that owns the tables, if it is not one role for both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything about a service that a process needs to run any part of it.

    ``owns_accounts_and_areas`` is true for the one service that writes these tables itself; all
    others learn of accounts and areas by event. ``has_own_me`` is true for one that tells callers
    more about themselves than the frame knows. ``package`` holds the migrations, if they are not in
    the package of the service's name.
    """

    name: str
    frame: Frame
    application: object
    routers: Sequence[APIRouter]
    handlers: Handlers
    title: str
    description: str
    background: Sequence[Background] = ()
    listener: PartitionListener | None = None
    package: str | None = None
    side_databases: Sequence[SideDatabase] = ()
    owns_accounts_and_areas: bool = False
    has_own_me: bool = False

    @property
    def prefix(self) -> str:
        """What the paths of the service's routes begin with."""
        return f"/{self.name}/v1"

    @property
    def migrations(self) -> str:
        """The package in which the migrations are found."""
        return self.package or self.name
