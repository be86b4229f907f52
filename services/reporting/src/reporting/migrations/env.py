"""Run by Alembic; everything that matters is in the frame."""

from common.persistence.migrations import run

run()
