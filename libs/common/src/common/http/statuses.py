"""What a status says."""

from __future__ import annotations

_OK = 200
_REDIRECTION = 300


def is_success(status: int) -> bool:
    """Tell whether a request was carried out."""
    return _OK <= status < _REDIRECTION
