"""The ``wushe`` command: nothing is loaded that what was asked for does not need."""

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] == ["solve"]:
        from wushe.solving.command import run_alone  # noqa: PLC0415  # See above.

        run_alone()
    else:
        from wushe.every_command import run  # noqa: PLC0415  # It takes seconds.

        run()
