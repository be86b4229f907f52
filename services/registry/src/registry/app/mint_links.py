"""Minting one-time links, and taking the answers that come by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common.change import Change
from common.clearance import cleared, system
from common.clock import Clock
from registry.app.find_parties import find_party
from registry.app.places import is_within
from registry.app.ports.areas import Areas
from registry.app.ports.one_time_links import OneTimeLinks
from registry.app.ports.parties import Parties
from registry.app.ports.work import UnitOfWork
from registry.domain.errors.one_time_links import LinkNotFound
from registry.domain.one_time_link import LinkId, mint
from registry.domain.party import PartyId
from registry.domain.secret import digest_of

if TYPE_CHECKING:
    from common.grants import Scope
    from common.vocabulary import Answer
    from registry.domain.one_time_link import OneTimeLink


@dataclass(frozen=True, slots=True, kw_only=True)
class MintLink:
    """Let a party answer an ask of a match without an account, until an instant."""

    match_id: UUID
    party_id: PartyId
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MintingLinks:
    """The ability to let a party without an account answer one ask."""

    unit_of_work: UnitOfWork
    links: OneTimeLinks
    parties: Parties
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]
    new_secret: Callable[[], str]

    async def mint(self, command: MintLink, scope: Scope) -> tuple[OneTimeLink, str]:
        """Return a new link and its secret, which is not kept anywhere; older ones give way to it.

        Raises:
            PartyNotFound: There is no such party, or none for this caller.
            LinkExpiryOutOfRange: It would be over already, or last for too long.
            LinkAlreadyUsed: The ask has its answer.
        """
        secret, now = self.new_secret(), self.clock.now()
        async with self.unit_of_work.transaction():
            party = await find_party(
                command.party_id,
                scope,
                unit_of_work=self.unit_of_work,
                parties=self.parties,
                areas=self.areas,
            )
            link = mint(
                LinkId(self.new_id()),
                match_id=command.match_id,
                party_id=party.id,
                place=party.area,
                digest=digest_of(secret),
                by=scope.sub,
                at=now,
                expires_at=command.expires_at,
            )
            for older in await self.links.of(command.match_id, party.id):
                await self.links.save(Change(older.give_way(at=now), ()))
            await self.links.add(link)
        return link, secret

    async def use(self, secret: str, answer: Answer) -> OneTimeLink:
        """Take the answer that comes with a secret, once, and tell the other services.

        Raises:
            LinkNotFound: No link has this secret.
            LinkAlreadyUsed: It was answered before.
            LinkReplaced: A newer link counts.
            LinkExpired: It came too late.
        """
        with cleared(system("take an answer")):
            async with self.unit_of_work.transaction():
                found = await self.links.with_secret(digest_of(secret))
                change = found.use(answer, at=self.clock.now())
                await self.links.save(change)
        return change.state

    async def find(self, link_id: LinkId, scope: Scope) -> OneTimeLink:
        """Return one link.

        Raises:
            LinkNotFound: There is none, or none for this caller.
        """
        async with self.unit_of_work.transaction():
            found = await self.links.get(link_id)
            if not await is_within(scope, found.place, areas=self.areas):
                raise LinkNotFound
        return found
