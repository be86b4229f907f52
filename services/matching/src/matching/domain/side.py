"""The two sides of a match, who see the same service with different eyes."""

from __future__ import annotations

from common.vocabulary import Labelled


class Side(Labelled):
    """Who gives, and who receives; a worker of the need's area speaks for the receiving side."""

    GIVER = "giver", "服务方", "Giver"
    RECEIVER = "receiver", "受助方", "Receiver"

    @property
    def other(self) -> Side:
        """The opposite side."""
        return Side.RECEIVER if self is Side.GIVER else Side.GIVER
