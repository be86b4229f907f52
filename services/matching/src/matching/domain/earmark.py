"""What a gift is for: the purpose that whoever gave it has set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from common.vocabulary import Beneficiary, ServiceCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Earmark:
    """The needs that a gift may serve; an empty set limits nothing.

    ``services`` are such that the need asks for one of them too: money given for tutoring goes to
    a need of tutoring, whatever else that need lacks.
    """

    services: frozenset[ServiceCode] = frozenset()
    beneficiaries: frozenset[Beneficiary] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether it limits anything."""
        return bool(self.services or self.beneficiaries)


FOR_ANYTHING: Final = Earmark()
