"""A real database for every test.

One private server per test process (so also per xdist worker), started when it is first needed
and bound to the process, so that not even ``kill -9`` leaves it behind. A database is a copy of a
template that the service's own migrations built once. Its tables belong to one role and are used
by another, as in production: row-level security holds in every test.
"""

from __future__ import annotations

import atexit
import itertools
import shutil
import tempfile
from contextlib import ExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg
from pydantic import SecretStr
from sqlalchemy import make_url

from common.persistence.migrations import migrate
from common.personal.postgres_keys import MIGRATIONS
from wushe.components.postgres import SUPERUSER, PostgresAddress, running_postgres

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_SETTINGS: Final = {
    # Tests that are about crashes start their own server.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}
OWNER: Final = "owner"
APPLICATION: Final = "application"
_SHARED_KEYS: Final = "shared_keys"
_serial: Final = itertools.count(1)
_made: Final[set[str]] = set()


@cache
def server() -> PostgresAddress:
    """Return this process's server, started at the first call."""
    stack = ExitStack()
    directory = Path(tempfile.mkdtemp(prefix="wushe-test-"))
    stack.callback(shutil.rmtree, directory, ignore_errors=True)
    address = stack.enter_context(running_postgres(directory, settings=_SETTINGS))
    atexit.register(stack.close)
    return address


@asynccontextmanager
async def fresh_database(service_package: str) -> AsyncGenerator[SecretStr]:
    """Yield the URL of a private database with all tables of a service and no rows.

    Whoever connects by it is the application: it owns nothing, and its transactions see what
    they declare.

    Args:
        service_package: A package with ``migrations``, such as ``"cases"`` or ``"testing.ledger"``.
    """
    template = await _template(service_package)
    name = f"{template}_{next(_serial)}"
    await _copy(template, name)
    try:
        yield url_of(name)
    finally:
        await _admin(f'drop database "{name}" with (force)')


async def shared_keys() -> SecretStr:
    """Return the URL of this process's database of people's keys.

    All tests share it: keys belong to people, and no two tests have the same people.
    """
    if _SHARED_KEYS not in _made:
        await _copy(await _template(MIGRATIONS), _SHARED_KEYS)
        _made.add(_SHARED_KEYS)
    return url_of(_SHARED_KEYS)


def url_of(database: str, role: str = APPLICATION) -> SecretStr:
    """Return the address of a database of this process's server, for SQLAlchemy."""
    return SecretStr(server().dsn(database, role, scheme="postgresql+asyncpg"))


def owner_url(url: SecretStr) -> SecretStr:
    """Return the address of the same database as the role that owns its tables."""
    return url_of(str(make_url(url.get_secret_value()).database), OWNER)


def superuser_url(url: SecretStr) -> SecretStr:
    """Return the address of the same database as somebody whom nothing holds back."""
    return url_of(str(make_url(url.get_secret_value()).database), SUPERUSER)


def all_seeing(url: SecretStr) -> SecretStr:
    """Return the same address for a look from outside: it sees everything without declaring."""
    address = make_url(url.get_secret_value()).set(query={"options": "-c wushe.width=system"})
    return SecretStr(address.render_as_string(hide_password=False))


async def _copy(template: str, name: str) -> None:
    await _admin(f'create database "{name}" template "{template}" owner {OWNER} strategy file_copy')


async def _template(service_package: str) -> str:
    name = "template_" + service_package.replace(".", "_")
    if name not in _made:
        await _make_roles()
        await _admin(f'create database "{name}" owner {OWNER}')
        await migrate(service_package, url_of(name, OWNER), for_role=APPLICATION)
        _made.add(name)
    return name


async def _make_roles() -> None:
    for role in (OWNER, APPLICATION):
        password = server().password_of(role)
        await _admin(f"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{role}') then
                    create role {role} login password '{password}';
                end if;
            end $$
        """)


async def _admin(statement: str) -> None:
    connection = await asyncpg.connect(server().dsn())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
