"""The door to compiled code: what is behind it is plain, typed Python for every reader.

Compiled code is kept beside the sources, in a directory named after what all of them say. So a
change in one kernel never meets another that was compiled against what it said before, and any
number of processes share what one of them has compiled.
"""

from __future__ import annotations

import os
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

_Given = ParamSpec("_Given")
_Given_back = TypeVar("_Given_back")

_COMPILED: Final[Callable[..., Any]] = numba.njit
_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy"}
_HERE: Final = Path(__file__).parent


def _spoken() -> str:
    """Return what tells one state of all kernels from another."""
    digest = blake2b(numba.__version__.encode(), digest_size=8)
    for source in sorted(_HERE.rglob("*.py")):
        said = source.read_bytes()
        if b"native import" in said or source.stem == "state":
            digest.update(said)
    return digest.hexdigest()


def _kept() -> Path:
    """Return where compiled code is kept: beside the sources, if one may write there."""
    beside = _HERE / "__pycache__"
    place = beside if os.access(_HERE, os.W_OK) else Path(tempfile.gettempdir()) / "wushe"
    return place / f"native-{_spoken()}"


KEPT: Final = _kept()


def native(function: Callable[_Given, _Given_back]) -> Callable[_Given, _Given_back]:
    """Compile a function of numbers and arrays when it is first called, or load it.

    It runs without the interpreter's lock: whoever calls it from a thread holds up nobody.
    """
    settings = vars(numba.config)
    configured, settings["CACHE_DIR"] = settings["CACHE_DIR"], str(KEPT)
    try:
        compiled: Callable[_Given, _Given_back] = _COMPILED(cache=True, **_OPTIONS)(function)
    finally:
        settings["CACHE_DIR"] = configured
    return compiled


def inner(function: Callable[_Given, _Given_back]) -> Callable[_Given, _Given_back]:
    """Compile a function as a part of those that call it; only compiled code may call it."""
    part: Callable[_Given, _Given_back] = _COMPILED(
        no_cpython_wrapper=True, no_cfunc_wrapper=True, **_OPTIONS
    )(function)
    return part
