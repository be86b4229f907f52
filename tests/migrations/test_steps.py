"""F23, the part that stands still: every step of every service goes up, down and up again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import text

from common.persistence.engine import create_engine
from common.persistence.migrations import downgrade, migrate
from support.steps import KEYS, PARTS, scripts_of, steps_of
from testing.postgres import fresh_database, owner_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

# Expand steps run before the code that needs them, contract steps after the code that did not.
NAME: Final = re.compile(r"\d{4}_\d{2}_\d{2}_\d{4}_(expand|contract)_[a-z0-9_]+\.py")
SHAPE: Final = text("""
    select 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod),
        attnotnull::text || attidentity::text
            || coalesce((select pg_get_expr(adbin, adrelid) from pg_attrdef
                where adrelid = attrelid and adnum = attnum), '')
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0
        and not attisdropped
    union all
    select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), ''
    from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select 'index', tablename, indexname, indexdef, '' from pg_indexes where schemaname = 'public'
    union all
    select 'policy', tablename, policyname, coalesce(qual, ''), cmd || coalesce(with_check, '')
    from pg_policies where schemaname = 'public'
    union all
    select 'walls', relname, '', relrowsecurity::text, relforcerowsecurity::text
    from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
    union all
    select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), ''
    from pg_trigger where not tgisinternal
    union all
    select 'function', proname, '', pg_get_functiondef(oid), ''
    from pg_proc where pronamespace = 'public'::regnamespace
    order by 1, 2, 3
""")


async def shape(url: SecretStr) -> Sequence[object]:
    """Return everything about the tables that a step could leave behind."""
    engine = create_engine(owner_url(url), pool=1, application_name="shape")
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(SHAPE)]
    await engine.dispose()
    return found


@pytest.mark.parametrize("part", [*PARTS, KEYS])
def test_every_step_says_whether_it_expands_or_contracts(part: str) -> None:
    names = [Path(script.path).name for script in scripts_of(part).walk_revisions()]

    assert [name for name in names if NAME.fullmatch(name) is None] == []


@pytest.mark.parametrize("part", [*PARTS, KEYS])
async def test_every_step_goes_up_down_and_up_again(part: str) -> None:
    async with fresh_database(part) as url:
        owner = owner_url(url)
        at_head = await shape(url)
        await downgrade(part, owner, "base")
        before, below = await shape(url), "base"
        for step in steps_of(part):
            await migrate(part, owner, revision=step)
            after = await shape(url)
            await downgrade(part, owner, below)
            assert await shape(url) == before
            await migrate(part, owner, revision=step)
            assert await shape(url) == after
            before, below = after, step
        assert before == at_head
