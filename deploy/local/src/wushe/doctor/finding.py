"""What the doctor says about one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found; when it is not well, also why that matters and what to do."""

    subject: str
    is_well: bool
    what: str
    why: str = ""
    remedy: str = ""


def well(subject: str, what: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(subject, is_well=True, what=what)


def bad(subject: str, what: str, *, why: str, remedy: str) -> Finding:
    """Say that something is wrong.

    Args:
        subject: Which thing.
        what: What was seen.
        why: What it does to people who use the stack.
        remedy: What to do; a command where there is one.
    """
    return Finding(subject, is_well=False, what=what, why=why, remedy=remedy)
