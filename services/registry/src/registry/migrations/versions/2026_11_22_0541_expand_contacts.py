"""Contacts, sealed field by field; who read them; who was forgotten."""

from alembic import op

from common.persistence.walls import IS_AT_WORK, IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_0541"
down_revision = "2026_11_22_0560"
branch_labels = None
depends_on = None

TABLES = ("contact", "identity_reading", "erasure")


def upgrade() -> None:
    op.execute("""
        create table contact (
            id uuid primary key,
            version bigint not null,
            party_id uuid not null,
            role text not null,
            erased_at timestamptz,
            name bytea,
            phone bytea,
            id_number bytea,
            address bytea,
            email bytea,
            certificate_number bytea,
            note bytea,
            name_index bytea,
            phone_index bytea,
            id_number_index bytea,
            id_tail_index bytea,
            certificate_number_index bytea,
            constraint nothing_is_kept_of_who_was_erased check (
                erased_at is null or coalesce(
                    name, phone, id_number, address, email, certificate_number, note, name_index,
                    phone_index, id_number_index, id_tail_index, certificate_number_index
                ) is null
            )
        )
    """)
    op.execute("create index contact_party on contact (party_id)")
    op.execute("""
        create unique index one_contact_of_a_person on contact (party_id) where role = 'own_self'
    """)
    for field in ("name", "phone", "id_number", "id_tail", "certificate_number"):
        op.execute(f"""
            create index contact_{field} on contact ({field}_index)
                where {field}_index is not null
        """)
    op.execute("""
        create table identity_reading (
            id uuid primary key,
            contact_id uuid not null,
            party_id uuid not null,
            reader text not null,
            purpose text not null,
            fields text[] not null,
            read_at timestamptz not null
        )
    """)
    op.execute("create index identity_reading_contact on identity_reading (contact_id, id)")
    op.execute("""
        create table erasure (
            person_id uuid primary key,
            party_id uuid not null,
            reason text not null,
            erased_by text not null,
            erased_at timestamptz not null
        )
    """)
    for table in TABLES:
        # Strangers are shown parties, in a directory, and nothing of who is behind them.
        of_party = with_parent(table, "party", "party_id")
        build_wall(op, table, f"{IS_WIDE} or ({IS_AT_WORK} and {of_party})")


def downgrade() -> None:
    for table in reversed(TABLES):
        raze_walls(op, table)
        op.execute(f"drop table {table}")
