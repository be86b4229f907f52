"""Who tries the matrix: every role from every side, several grants at once, and no grant at all.

What somebody may see of the thing in ``STREET`` that belongs to ``THING_ORG`` follows from where
their grants stand, and is worked out here without the code under test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from typing_extensions import override

from common.grants import Grant, Permission, Reach, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme
from testing.api import STREET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

THING_ORG: Final = UUID("0192d3c4-0000-7000-8000-00000000aaaa")
OTHER_ORG: Final = UUID("0192d3c4-0000-7000-8000-00000000bbbb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where a grant is, seen from the thing."""

    name: str
    area: AreaRef | None
    org: UUID | None = OTHER_ORG
    is_over: bool = False
    """Whether the thing lies within the area."""

    def reaches(self, reach: Reach) -> bool:
        """Tell whether a grant that stands here reaches the thing."""
        if reach is Reach.EVERYWHERE:
            return True
        return self.is_over if reach is Reach.AREA else self.org == THING_ORG

    def granting(self, role: Role) -> Grant:
        """Return a grant that stands here."""
        return Grant(role=role, area=self.area, org=self.org)


def _nbs(code: str) -> AreaRef:
    return AreaRef(AreaScheme.NBS, code)


def _mca(code: str) -> AreaRef:
    return AreaRef(AreaScheme.MCA, code)


OWN: Final = Stand(name="own", area=_nbs(STREET), org=THING_ORG, is_over=True)
SAME_AREA: Final = Stand(name="own area, other org", area=_nbs(STREET), is_over=True)
FOREIGN: Final = Stand(name="foreign", area=_nbs("210302001"))
PARENT: Final = Stand(name="parent", area=_nbs("210213"), is_over=True)
CHILD: Final = Stand(name="child", area=_nbs("210213009001"), org=THING_ORG)
SIBLING: Final = Stand(name="sibling", area=_nbs("210213008"), org=THING_ORG)
STANDS: Final = (
    OWN,
    SAME_AREA,
    PARENT,
    Stand(name="parent of parent", area=_nbs("2102"), is_over=True),
    # Each of the following has the thing's organisation: that opens nothing to roles in areas.
    CHILD,
    SIBLING,
    Stand(name="foreign, own org", area=_nbs("210302001"), org=THING_ORG),
    FOREIGN,
    # The other list has the same codes, and they name other places.
    Stand(name="same code, other list", area=_mca(STREET), org=THING_ORG),
    Stand(name="parent's code, other list", area=_mca("210213")),
    Stand(name="nowhere", area=None, org=None),
)
SIDES: Final = (OWN, PARENT, SIBLING)
"""From within, from above and from beside: whom every route has to see from each role."""


class Proof(StrEnum):
    """What a person shows at the door."""

    VALID = "valid"
    NOTHING = "nothing"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who tries every route.

    ``claimed`` is what the token says, ``held`` what the account has; only what both say counts.
    """

    name: str
    counting: tuple[tuple[Role, Stand], ...] = ()
    claimed: tuple[Grant, ...] = ()
    held: tuple[Grant, ...] = ()
    proof: Proof = Proof.VALID

    def is_known(self) -> bool:
        """Tell whether the person can prove who they are."""
        return self.proof is Proof.VALID

    def has_role(self, permission: Permission) -> bool:
        """Tell whether a grant in force has a role with the permission."""
        return any(role in permission.reach for role, _ in self.counting)

    def reaches(self, permission: Permission) -> bool:
        """Tell whether the thing is within what the person may touch under the permission."""
        return any(
            role in permission.reach and stand.reaches(permission.reach[role])
            for role, stand in self.counting
        )

    @override
    def __str__(self) -> str:
        return self.name


def crowd() -> Sequence[Person]:
    """Return who tries: 125 people."""
    return [*_single(), *_with_two_grants(), *_odd()]


def regulars(people: Sequence[Person]) -> Sequence[Person]:
    """Return whom every route has to see: nobody, and each role from the sides that matter."""
    return [
        each
        for each in people
        if each.proof is Proof.NOTHING
        or (len(each.counting) == 1 and each.claimed == each.held and each.counting[0][1] in SIDES)
    ]


def person(*counting: tuple[Role, Stand]) -> Person:
    """Return somebody whose token and account agree."""
    grants = tuple(stand.granting(role) for role, stand in counting)
    name = " and ".join(f"{role} ({stand.name})" for role, stand in counting)
    return Person(name=name, counting=counting, claimed=grants, held=grants)


def _single() -> Iterator[Person]:
    for role in Role:
        for stand in STANDS:
            yield person((role, stand))


def _with_two_grants() -> Iterator[Person]:
    roles = list(Role)
    for place, role in enumerate(roles):
        for other in (roles[place - 1], roles[place - 2]):
            yield person((role, OWN), (other, FOREIGN))


def _odd() -> Iterator[Person]:
    admin, worker = Role.PLATFORM_ADMIN, Role.STATION_WORKER
    at_own, at_foreign = OWN.granting(worker), FOREIGN.granting(worker)
    at_parent = replace(at_own, area=_nbs("210213"))
    everything = (OWN.granting(admin),)
    yield Person(name="nobody", proof=Proof.NOTHING)
    yield Person(name="yesterday's admin", claimed=everything, held=everything, proof=Proof.STALE)
    yield Person(name="an admin whose account was emptied", claimed=everything)
    yield Person(name="an account with an empty token", held=everything)
    yield Person(name="a worker who claims to be admin", claimed=everything, held=(at_own,))
    yield Person(name="a worker who claims another place", claimed=(at_own,), held=(at_foreign,))
    yield Person(
        name="a worker who claims more than the account has",
        counting=((worker, OWN),),
        claimed=(at_parent,),
        held=(at_own,),
    )
    yield Person(
        name="a worker who claims the same code of the other list",
        claimed=(replace(at_own, area=_mca(STREET)),),
        held=(at_own,),
    )
