"""Why accounts hold their grants, invitations, and logins that belong to postings."""

from alembic import op

from common.persistence.walls import (
    IS_WIDE,
    build_wall,
    build_walls,
    is_own,
    raze_walls,
    within_own_areas,
)

revision = "2026_11_22_0560"
down_revision = "2026_11_22_0400"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table account_entitlements (
            account_id uuid primary key,
            sub text not null unique,
            version bigint not null,
            entitlements jsonb not null,
            next_change_at timestamptz
        )
    """)
    op.execute("""
        create index account_entitlements_due on account_entitlements (next_change_at)
            where next_change_at is not null
    """)
    build_walls(
        op,
        "account_entitlements",
        {"select": (is_own("sub"), None), "all": (IS_WIDE, IS_WIDE)},
    )
    op.execute("""
        create table posting_link (
            posting_id uuid primary key,
            sub text not null,
            linked_at timestamptz not null
        )
    """)
    op.execute("create index posting_link_sub on posting_link (sub)")
    build_walls(op, "posting_link", {"select": (is_own("sub"), None), "all": (IS_WIDE, IS_WIDE)})
    op.execute("""
        create table invitation (
            id uuid primary key,
            role text not null,
            scheme text,
            area text,
            org uuid,
            first_on date,
            last_on date,
            posting_id uuid,
            secret_sha256 text not null unique,
            made_by text not null,
            made_at timestamptz not null,
            expires_at timestamptz not null,
            used_by text,
            used_at timestamptz,
            withdrawn_at timestamptz,
            check ((scheme is null) = (area is null)),
            check ((used_by is null) = (used_at is null))
        )
    """)
    op.execute("create index invitation_area on invitation (scheme, area)")
    build_wall(op, "invitation", f"{IS_WIDE} or {within_own_areas('invitation')}")


def downgrade() -> None:
    raze_walls(op, "invitation")
    op.execute("drop table invitation")
    raze_walls(op, "posting_link", "select", "all")
    op.execute("drop table posting_link")
    raze_walls(op, "account_entitlements", "select", "all")
    op.execute("drop table account_entitlements")
