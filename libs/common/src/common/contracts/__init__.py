"""The published language, one module per producing service."""

from common.contracts import cases, matching, registry

__all__ = ["cases", "matching", "registry"]
