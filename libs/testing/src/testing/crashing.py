"""Dying at a named step: by ``WUSHE_FAILPOINT=<step>`` or ``<step>:<nth time>``."""

from __future__ import annotations

import os
import signal
import sys
from typing import Final

from common.failpoints import Step, arm

VARIABLE: Final = "WUSHE_FAILPOINT"


def arm_from_environment() -> None:
    """Arm the step that the environment names, if it names one."""
    if wanted := os.environ.get(VARIABLE):
        die_at(wanted)


def die_at(wanted: str) -> None:
    """Let this process be killed when it has done a step for the nth time.

    Raises:
        ValueError: There is no such step.
    """
    name, _, nth = wanted.partition(":")
    step, left = Step(name), int(nth or 1)
    sys.stderr.write(f"armed: this process dies at {step}, time {left}\n")

    def pass_by(passed: Step) -> None:
        nonlocal left
        if passed is step:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    arm(pass_by)
