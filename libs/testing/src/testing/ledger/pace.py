"""Relays and consumers that make no test wait."""

from __future__ import annotations

from typing import Final

from common.messaging import consumer
from common.persistence import relay

QUICK: Final = relay.Pace(
    poll=0.2, rest=0.2, share=0.2, compare=0.2, ends=0.3, confirm=0.3, prune=0.3
)
"""The pace of a relay."""

BRISK: Final = consumer.Pace(watch=0.5, sweep=0.2)
"""The pace of a consumer."""
