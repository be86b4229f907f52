"""Between which instants a line is to be filled, and the coming sessions of an offer in its row."""

from alembic import op

revision = "2026_11_22_1710"
down_revision = "2026_11_22_1540"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table need_line add column not_before timestamptz")
    op.execute("alter table need_line add column not_after timestamptz")
    op.execute("alter table offer add column coming_sessions jsonb")
    # The owner of the tables passes the walls no more than others do.
    op.execute("select set_config('wushe.width', 'system', true)")
    # As each change of a session does from now on.
    op.execute("""
        with coming as (
            select
                session.*,
                case when session.is_closed or (session.is_exclusive and exists (
                    select from session as other
                    where other.party_id = session.party_id and other.id <> session.id
                        and other.is_exclusive and other.held > 0
                        and tstzrange(other.starts_at, other.ends_at)
                            && tstzrange(session.starts_at, session.ends_at)
                )) then 0 else session.seats - session.held end as free
            from session where session.bookable_until > now()
        ), found as (
            select offer_id, jsonb_agg(
                jsonb_build_array(
                    id, extract(epoch from starts_at)::bigint, extract(epoch from ends_at)::bigint,
                    extract(epoch from bookable_until)::bigint, weekday, free, is_exclusive
                ) order by starts_at, id
            ) as sessions
            from coming group by offer_id
        )
        update offer set coming_sessions = found.sessions, revision = offer.revision + 1
        from found where offer.id = found.offer_id and offer.openings is not null
    """)


def downgrade() -> None:
    op.execute("alter table offer drop column coming_sessions")
    op.execute("alter table need_line drop column not_before, drop column not_after")
