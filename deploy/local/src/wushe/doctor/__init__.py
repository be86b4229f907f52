"""Looks at a machine and a stack, and says what is wrong, why it matters and what to do."""

import asyncio
from collections.abc import Iterator

from wushe.doctor.databases import examine_databases
from wushe.doctor.finding import Finding
from wushe.doctor.gateway import examine_gateway
from wushe.doctor.log import examine_log
from wushe.doctor.machine import Needs, examine_leftovers, examine_machine
from wushe.doctor.parts import examine_parts
from wushe.state import StateDir, Status

__all__ = ["Finding", "Needs", "examine"]


def examine(state: StateDir, needs: Needs | None = None) -> list[Finding]:
    """Examine the installation, the machine, and the stack if one runs."""
    findings = list(examine_machine(state, needs or Needs()))
    status = state.status()
    if status is None:
        return [*findings, *examine_leftovers(state)]
    return [*findings, *_stack(state, status)]


def _stack(state: StateDir, status: Status) -> Iterator[Finding]:
    yield from examine_parts(state, status)
    yield from asyncio.run(_asked(status))
    yield from examine_gateway(state, status)


async def _asked(status: Status) -> list[Finding]:
    """Ask the databases and the log at the same time; either may take its time to not answer."""
    databases, log = await asyncio.gather(examine_databases(status), examine_log(status))
    return [*databases, *log]
