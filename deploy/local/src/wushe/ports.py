"""Ports that are free, and stay so while a part restarts."""

import random
import socket
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_EPHEMERAL: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST: Final = 20_000
_TRIES: Final = 1_000


class NoFreePort(Exception):
    """No free port was found on the loopback address."""


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do: connections that linger from the last run do not occupy the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port(taken: Collection[int] = ()) -> int:
    """Return a free port that no outgoing connection will be given.

    Ports of the system's ephemeral range are avoided: while a part restarts, any client on
    the machine could be given its port.

    Raises:
        NoFreePort: All tries failed.
    """
    choice = random.Random()  # noqa: S311  # Not a secret.
    for _ in range(_TRIES):
        port = choice.randrange(_LOWEST, _ephemeral_start())
        if port not in taken and is_free(port):
            return port
    raise NoFreePort


def assign(names: Sequence[str], known: Mapping[str, int]) -> dict[str, int]:
    """Give every name a free port, the one it had before where possible."""
    ports: dict[str, int] = {}
    for name in names:
        before = known.get(name)
        if before is None or before in ports.values() or not is_free(before):
            before = free_port({*ports.values(), *known.values()})
        ports[name] = before
    return ports


def _ephemeral_start() -> int:
    try:
        start = int(_EPHEMERAL.read_text().split()[0])
    except OSError:
        start = 32_768
    return start if start > _LOWEST + _TRIES else 65_536
