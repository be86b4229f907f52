"""Alembic's entry."""

from common.persistence.migrations import run

run()
