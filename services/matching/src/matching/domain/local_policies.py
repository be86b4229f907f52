"""The policy of a pool, and those of areas within it that have their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from common.places import AreaRef
from matching.domain.policy import Policy

if TYPE_CHECKING:
    from matching.domain.site import Site


@dataclass(frozen=True, slots=True)
class LocalPolicies:
    """What a pool is planned by, and what holds in areas within it.

    Weights and what is asked of offers are the pool's, everywhere in it. How people are asked, what
    a worker approves and how patient a home is are for the need's own area to say.
    """

    of_pool: Policy
    of_areas: Mapping[AreaRef, Policy] = field(default_factory=dict)

    def around(self, site: Site) -> Policy:
        """Return the policy of the smallest area around a place that has one."""
        for area in (site.area, site.township, site.county, site.prefecture):
            if area is not None and area in self.of_areas:
                return self.of_areas[area]
        return self.of_pool
