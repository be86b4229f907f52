"""``python -m testing.mock_cluster BROKERS``: says where it listens, then obeys lines of JSON."""

from __future__ import annotations

import json
import sys

from testing.mock_cluster.library import MockLibrary


def main(brokers: int) -> None:
    """Be a cluster until the input ends."""
    cluster = MockLibrary(brokers)
    say(cluster.bootstrap)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        say(getattr(cluster, name)(*arguments))


def say(answer: object) -> None:
    """Answer in one line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
