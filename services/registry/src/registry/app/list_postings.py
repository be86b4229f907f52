"""Postings with the stations and workers that they are about, for whoever makes a file of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.paging import Slice
from registry.domain.party import Party
from registry.domain.posting import Posting
from registry.domain.station import Station

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Window
    from registry.app.ports.parties import Parties
    from registry.app.ports.postings import PostingFilter, Postings
    from registry.app.ports.stations import Stations
    from registry.app.ports.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFound:
    """A posting with its station and its worker."""

    posting: Posting
    station: Station
    worker: Party


async def list_postings(
    wanted: PostingFilter,
    scope: Scope,
    window: Window,
    *,
    unit_of_work: UnitOfWork,
    postings: Postings,
    stations: Stations,
    parties: Parties,
) -> Slice[PostingFound]:
    """Return the postings of which the caller may see the station and the worker.

    Of some the caller sees one of both alone: they are left out, so a page may hold fewer.
    """
    async with unit_of_work.transaction():
        found = await postings.page(wanted, scope, window)
        there = await stations.find_many([posting.station_id for posting in found.items])
        workers = await parties.find_many([posting.worker_id for posting in found.items])
    seen = (
        PostingFound(
            posting=posting, station=there[posting.station_id], worker=workers[posting.worker_id]
        )
        for posting in found.items
        if posting.station_id in there and posting.worker_id in workers
    )
    return Slice(items=tuple(seen), next=found.next)
