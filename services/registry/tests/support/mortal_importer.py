"""An importer in a process of its own, that dies where WUSHE_FAILPOINT says.

REGISTRY_DATABASE_URL=... python mortal_importer.py
"""

import asyncio

from registry.app.application import Application
from registry.bootstrap import build
from registry.entrypoints.importer import Importer
from registry.settings import Settings
from testing.crashing import arm_from_environment


async def work_once() -> None:
    """Work on the import that waits."""
    service = build(Settings())  # pyright: ignore[reportCallIssue] - from the environment
    assert isinstance(service.application, Application)
    assert await Importer(service.application.imports.work).work_once()
    await service.frame.close()


if __name__ == "__main__":
    arm_from_environment()
    asyncio.run(work_once())
