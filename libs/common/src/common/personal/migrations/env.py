"""How Alembic comes to this service's tables."""

from common.persistence.migrations import run

run()
