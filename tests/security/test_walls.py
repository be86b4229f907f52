"""S4: the database alone keeps callers apart, on every table that there is.

What is tried is made from the catalog, so a table that a later migration adds is tried too, and one
without a wall fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
import pytest_asyncio
from sqlalchemy import text

from common.clearance import of_scope, own, public
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import AreaScheme
from support.walled import FOREIGN, OURS, SYSTEM, Walled, walled
from testing.postgres import APPLICATION

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

PARTS: Final = ("registry", "cases", "matching", "reporting", "testing.desk", "testing.ledger")
IN_AREA: Final = of_scope(
    Scope(sub=OURS.sub, areas=frozenset({AreaRef(AreaScheme.NBS, OURS.area)}))
)
OF_ORG: Final = of_scope(Scope(sub=OURS.sub, orgs=frozenset({OURS.org})))
IN_PERSON: Final = own(OURS.sub)
NARROW: Final = (IN_AREA, OF_ORG, IN_PERSON, public())
# What is published anyway: the lists of areas; and how far the migrations have come, for probes.
PUBLISHED: Final = {
    "alembic_version",
    "area",
    "area_administration",
    "area_list",
    "area_record",
    "area_succession",
}
# What the public directory shows of these, to those who show no token.
DIRECTORY: Final = {"station", "party", "service_entry", "service_site"}
# What whole provinces ask of their stations, for everybody at work to know.
ASKED: Final = {"staffing_rule"}
# Two counters of a whole city; whoever changes something in the city counts them up.
COUNTERS: Final = {"pool"}
# Numbers made of chance, which nobody chooses; and a code that a public register shows anyway, of
# which one has to hear that another party has it: it was entered twice.
MAY_TELL: Final = {"volunteer_number_key", "one_party_of_a_credit_code"}
# What everybody adds to, and nobody reads.
ADDED_TO: Final = {"outbox", "partner_application"}


# One database of each service for all of its tests: they look, and undo what they try.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(params=PARTS, scope="module", loop_scope="module")
async def database(request: pytest.FixtureRequest) -> AsyncGenerator[Walled]:
    async with walled(request.param) as database:
        yield database


async def test_every_table_has_walls_and_its_user_cannot_pass_them(database: Walled) -> None:
    async with database.seen_by(SYSTEM) as connection:
        unwalled = (await connection.execute(text(_UNWALLED))).scalars().all()
        ways_past = (await connection.execute(text(_WAYS_PAST), {"us": APPLICATION})).all()
        rights = (await connection.execute(text(_RIGHTS))).one()

    assert unwalled == []
    assert ways_past == []
    assert rights == (APPLICATION, False, False, False, False, 0)


async def test_who_declares_nothing_is_shown_nothing(database: Walled) -> None:
    shown = await database.rows(None)

    assert {table for table, count in shown.items() if count} == PUBLISHED & shown.keys()


async def test_every_table_shows_its_rows_to_the_service_itself(database: Walled) -> None:
    # Or a table without rows would seem to hide them.
    shown = await database.rows(SYSTEM)

    assert shown == dict.fromkeys(database.tables, 2)


async def test_no_foreign_row_is_shown(database: Walled) -> None:
    for clearance in NARROW:
        directory = DIRECTORY if clearance == public() else set[str]()
        asked = ASKED if clearance in {IN_AREA, OF_ORG} else set[str]()
        shown = await database.shown(clearance, FOREIGN)
        assert shown <= PUBLISHED | COUNTERS | directory | asked


async def test_own_rows_are_shown(database: Walled) -> None:
    everywhere = of_scope(Scope(sub="admin", is_everywhere=True))
    placed = {
        table
        for table, columns in database.tables.items()
        if {"scheme", "need_id", "about"} & {column.name for column in columns}
    }

    assert await database.shown(IN_AREA, OURS) >= placed
    assert await database.shown(everywhere, FOREIGN) >= placed


async def test_no_foreign_row_is_taken_changed_or_deleted(database: Walled) -> None:
    for clearance in NARROW:
        assert await database.taken(clearance, FOREIGN) <= ADDED_TO | COUNTERS
        assert await database.reached(clearance, FOREIGN) <= COUNTERS


async def test_copying_does_not_go_round_the_walls(database: Walled) -> None:
    async with database.seen_by(IN_AREA) as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        for table in database.tables:
            copied = await _copied(driver, table)
            assert copied == await connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608

    for table in database.tables:
        assert await database.refuses(IN_AREA, f"copy {table} from stdin")


async def test_uniqueness_tells_nobody_of_foreign_rows(database: Walled) -> None:
    """A unique key of what people choose would say "taken" of what one may not see."""
    async with database.seen_by(SYSTEM) as connection:
        telling = (await connection.execute(text(_TELLING))).scalars().all()

    assert set(telling) <= MAY_TELL


async def _copied(driver: object, table: str) -> int:
    tag = await driver.copy_from_table(table, output=_nowhere)  # type: ignore[attr-defined]
    return int(tag.split()[-1])


async def _nowhere(_data: bytes) -> None:
    """Take what is copied, and forget it."""


_UNWALLED: Final = """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and (
        (relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity))
        or (relkind = 'v' and not coalesce('security_invoker=true' = any(reloptions), false))
        or relkind in ('m', 'f')
    )
"""
_WAYS_PAST: Final = """
    select 'owns ' || relname from pg_class
    where relnamespace = 'public'::regnamespace and pg_get_userbyid(relowner) = :us
    union all
    select 'may empty ' || relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
        and has_table_privilege(:us, oid, 'truncate, references, trigger')
    union all
    select 'borrows the rights of ' || proname from pg_proc
    where pronamespace = 'public'::regnamespace and prosecdef
    union all
    select 'may be ' || roleid::regrole from pg_auth_members where member = to_regrole(:us)
"""
_RIGHTS: Final = """
    select current_user, rolsuper, rolbypassrls, rolcreaterole,
        has_schema_privilege('public', 'create'),
        (select count(*) from pg_database where datdba = pg_roles.oid)
    from pg_roles where rolname = current_user
"""
# Fine are keys of ids, of digests of secrets and of numbers of certificates, which nobody can guess
# or choose; keys within an area or an own name; and of tables that only the service itself writes.
_TELLING: Final = """
    select i.indexrelid::regclass::text
    from pg_index i join pg_class c on c.oid = i.indrelid
    where c.relnamespace = 'public'::regnamespace and i.indisunique
        and not exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attnum = any(i.indkey)
                and (a.atttypid = 'uuid'::regtype or a.attname in ('area', 'sub', 'seq')
                    or a.attname like 'secret\\_%' or a.attidentity <> ''
                    or (c.relname, a.attname) = ('certificate', 'number'))
        )
        and exists (
            select from pg_policy p
            where p.polrelid = c.oid and p.polcmd in ('a', 'w', '*')
                and pg_get_expr(coalesce(p.polwithcheck, p.polqual), c.oid)
                    not like '%= ''system''::text)'
        )
"""
