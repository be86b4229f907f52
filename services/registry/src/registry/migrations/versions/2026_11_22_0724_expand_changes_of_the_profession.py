"""Trainings, examinations, experts and talents in the record of what changed last."""

from alembic import op

revision = "2026_11_22_0724"
down_revision = "2026_11_22_0723"
branch_labels = None
depends_on = None

_BEFORE = {
    "station": ("station", "closed_on is not null or merged_into is not null"),
    "party": ("party", "merged_into is not null"),
    "service_entry": ("service_entry", "withdrawn_on is not null"),
    "contract": ("service_contract", "terminated_on is not null"),
    "supervision": ("supervision", "ended_on is not null"),
}
# What was completed stays: its figures count.
_ADDED = {
    "training": ("training", "state = 'cancelled'"),
    "examination": ("examination", "state = 'cancelled'"),
    **{
        held: (held, "ended_on is not null")
        for held in ("expert", "engagement", "talent_station", "talent_plan", "talent")
    },
}
_CLUSTER = "(select system_identifier from pg_control_system())"
_NOW = "pg_current_xact_id()::text::bigint"


def _things(by_topic: dict[str, tuple[str, str]]) -> str:
    return " union all ".join(
        f"select 'registry.{topic}' as topic, id, scheme, area, version, ({over}) as is_over"  # noqa: S608
        f" from {table}"
        for topic, (table, over) in by_topic.items()
    )


def upgrade() -> None:
    op.execute(f"""
        create or replace view thing with (security_invoker = true) as {_things(_BEFORE | _ADDED)}
    """)
    op.execute("select set_config('wushe.width', 'system', true)")
    op.execute(f"""
        insert into change (topic, thing_id, scheme, area, version, at, is_over, cluster, txid)
        select topic, id, scheme, area, version, now(), is_over, {_CLUSTER}, {_NOW}
        from ({_things(_ADDED)}) as added
        on conflict do nothing
    """)  # noqa: S608


def downgrade() -> None:
    op.execute(f"""
        create or replace view thing with (security_invoker = true) as {_things(_BEFORE)}
    """)
    for topic in _ADDED:
        op.execute(f"delete from change where topic = 'registry.{topic}'")  # noqa: S608
