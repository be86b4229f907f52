"""Everybody who works with the system in this story, each with an account and a token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from wushe.demo.cast import (
    ADMINISTRATOR,
    COMMUNITY_WORKER,
    OFFICER,
    STATION_WORKER,
    Offer,
    Person,
)
from wushe.demo.desk import Call, Desk
from wushe.demo.story import SCHEME, party_id
from wushe.tokens import Grant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self
    from uuid import UUID


class Stage(Protocol):
    """A running stack, as far as the story needs one."""

    @property
    def gateway(self) -> str:
        """The only address that the story talks to."""
        ...

    def token(self, *grants: Grant, subject: str) -> str:
        """Grant, and return a token that every service accepts."""
        ...


class Company:
    """Opens a desk for a person when it is first needed, and closes all of them in the end."""

    def __init__(self, stage: Stage, run: UUID, note: Callable[[Call], None]) -> None:
        self._stage: Final = stage
        self._run: Final = run
        self._note: Final = note
        self._desks: dict[str, Desk] = {}
        self._tokens: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for desk in self._desks.values():
            desk.close()

    @property
    def administrator(self) -> Desk:
        """Sets the scene."""
        return self._desk(ADMINISTRATOR, Grant(role=ADMINISTRATOR.role))

    @property
    def community_worker(self) -> Desk:
        """Brings the need."""
        return self._in_area(COMMUNITY_WORKER)

    @property
    def station_worker(self) -> Desk:
        """Decides about the plan."""
        return self._in_area(STATION_WORKER)

    @property
    def officer(self) -> Desk:
        """Reads the report."""
        return self._in_area(OFFICER)

    @property
    def gateway(self) -> str:
        """Where everybody calls."""
        return self._stage.gateway

    def provider(self, offer: Offer) -> Desk:
        """Return the desk of the party behind an offer."""
        role = "volunteer" if offer.party.society == "volunteer" else "partner"
        person = Person(
            key=offer.key,
            role=role,
            area=None,
            title=f"provider {offer.party.name}",
            title_zh=offer.party.name,
        )
        return self._desk(person, Grant(role=role, org=str(party_id(self._run, offer))))

    def admit(self, offers: Sequence[Offer]) -> int:
        """Give everybody an account and a token, all at once; return how many were admitted.

        It takes about a second until every service has heard of a new account.
        """
        entrances: list[Callable[[], Desk]] = [
            lambda: self.community_worker,
            lambda: self.station_worker,
            lambda: self.officer,
            *(partial(self.provider, offer) for offer in offers),
        ]
        with ThreadPoolExecutor(max_workers=len(entrances)) as pool:
            admitted = [pool.submit(enter) for enter in entrances]
            return len([desk.result() for desk in admitted])

    def token_of(self, desk: Desk) -> str:
        """Return the token behind a desk."""
        return self._tokens[desk.person.key]

    def _in_area(self, person: Person) -> Desk:
        return self._desk(person, Grant(role=person.role, scheme=SCHEME, area=person.area))

    def _desk(self, person: Person, grant: Grant) -> Desk:
        if person.key not in self._desks:
            subject = f"demo-{person.key}" if grant.org is None else f"demo-{grant.org}"
            token = self._stage.token(grant, subject=subject)
            self._tokens[person.key] = token
            self._desks[person.key] = Desk(
                person, gateway=self._stage.gateway, token=token, note=self._note
            )
        return self._desks[person.key]
