"""Bringing a service's tables up to date, by one process at a time.

Each service carries its migrations in its own package. Their ``env.py`` is two lines::

    from common.persistence.migrations import run
    run()
"""

from __future__ import annotations

import asyncio
import time
from io import StringIO
from typing import TYPE_CHECKING, Final

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from common.clearance import Width
from common.failpoints import Step, failpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncConnection

WAIT_SECONDS: Final = 60.0
HEAD: Final = "head"

LOCK: Final = 0x57555348
"""WUSH: no other use of the database knows the number."""
_SESSION: Final[Mapping[str, str]] = {
    # A migration that cannot have its lock at once must not make everybody else queue behind it.
    "lock_timeout": "4s",
    "statement_timeout": "60s",
    "application_name": "migrations",
    # Whoever moves rows from one shape to another has to see them all.
    "wushe.width": Width.SYSTEM.value,
}


class MigrationsBusy(TimeoutError):
    """Another process has been migrating this database for too long."""


# Rows only: no DDL, no TRUNCATE, which no policy could hold back. What may be done with the rows of
# a table its policies say.
_RIGHTS: Final = (
    "grant usage on schema public to {role}",
    "grant select, insert, update, delete on all tables in schema public to {role}",
    "grant usage on all sequences in schema public to {role}",
    "revoke insert, update, delete on alembic_version from {role}",
)


async def migrate(
    service_package: str, url: SecretStr, *, revision: str = HEAD, for_role: str | None = None
) -> None:
    """Upgrade the database of a service; harmless when several processes start at once.

    Args:
        service_package: Where ``<package>/migrations`` is found, such as ``"cases"``.
        url: Of the database, for SQLAlchemy on asyncpg, as the role that owns the tables.
        revision: How far to go.
        for_role: Who is to read and write rows, when it is not the owner.

    Raises:
        MigrationsBusy: Another process did not finish in time.
    """
    await _with_lock(url, lambda connection: _upgrade(connection, service_package, revision))
    if for_role is not None and for_role != role_of(url):
        await _with_lock(url, lambda connection: _grant(connection, for_role))


async def downgrade(service_package: str, url: SecretStr, revision: str) -> None:
    """Take the database of a service back to a revision, such as ``"base"`` or ``"-1"``."""
    await _with_lock(url, lambda connection: _downgrade(connection, service_package, revision))


def render(service_package: str, revision: str) -> str:
    """Return one step upwards as SQL, with what its session is set to; needs no database."""
    step = ScriptDirectory.from_config(config_of(service_package)).get_revision(revision)
    config = config_of(service_package)
    config.output_buffer = StringIO()
    command.upgrade(config, f"{step.down_revision or 'base'}:{revision}", sql=True)
    settings = (f"set {name} = '{value}';\n" for name, value in _SESSION.items())
    return "".join(settings) + config.output_buffer.getvalue()


def role_of(url: SecretStr) -> str | None:
    """Return the role as which an address logs in."""
    return make_url(url.get_secret_value()).username


def run() -> None:
    """Run the migrations on the connection that ``migrate`` made; to be called by ``env.py``.

    For ``render`` they are written down instead.
    """
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", transaction_per_migration=True)
    else:
        connection: Connection = context.config.attributes["connection"]
        context.configure(
            connection=connection, transaction_per_migration=True, on_version_apply=_applied
        )
    with context.begin_transaction():
        context.run_migrations()


def _applied(*_: object, **__: object) -> None:
    failpoint(Step.MIGRATION_APPLIED)


def config_of(service_package: str) -> Config:
    """Return Alembic's configuration for a service; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", f"{service_package}:migrations")
    config.set_main_option("path_separator", "os")
    return config


async def _with_lock(url: SecretStr, work: Callable[[Connection], None]) -> None:
    engine = create_async_engine(
        url.get_secret_value(),
        poolclass=NullPool,
        connect_args={"server_settings": dict(_SESSION)},
    )
    try:
        async with engine.connect() as connection:
            await _lock(connection)
            # The lock belongs to the session and ends with it, whatever happens here.
            await connection.run_sync(work)
    finally:
        await engine.dispose()


async def _lock(connection: AsyncConnection) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = await connection.execute(text(f"select pg_try_advisory_lock({LOCK})"))
        is_ours = bool(found.scalar_one())
        await connection.commit()
        if is_ours:
            return
        if time.monotonic() > deadline:
            raise MigrationsBusy
        await asyncio.sleep(0.1)


def _upgrade(connection: Connection, package: str, revision: str) -> None:
    command.upgrade(_config_on(connection, package), revision)
    connection.commit()


def _grant(connection: Connection, role: str) -> None:
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    for right in _RIGHTS:
        connection.execute(text(right.format(role=name)))
    connection.commit()


def _downgrade(connection: Connection, package: str, revision: str) -> None:
    command.downgrade(_config_on(connection, package), revision)
    connection.commit()


def _config_on(connection: Connection, package: str) -> Config:
    config = config_of(package)
    config.attributes["connection"] = connection
    return config
