"""Every ability around what is said about parties, and postings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from common.grants import Scope
from common.paging import Slice, Window
from registry.app.keep_profiles import DescribeVolunteer, PostWorker
from registry.app.list_postings import PostingFound
from registry.app.ports.parties import PartyFilter
from registry.app.ports.postings import PostingFilter
from registry.domain.organisation import Organisation
from registry.domain.party import Party, PartyId
from registry.domain.posting import Posting, PostingId
from registry.domain.social_worker import SocialWorker
from registry.domain.volunteer import Volunteer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileAbilities:
    """What can be said about parties; the last argument of a description is the version seen."""

    describe_worker: Callable[[SocialWorker, Scope, int | None], Awaitable[SocialWorker]]
    describe_volunteer: Callable[[DescribeVolunteer, Scope, int | None], Awaitable[Volunteer]]
    describe_organisation: Callable[[Organisation, Scope, int | None], Awaitable[Organisation]]
    worker: Callable[[PartyId, Scope], Awaitable[SocialWorker]]
    volunteer: Callable[[PartyId, Scope], Awaitable[Volunteer]]
    organisation: Callable[[PartyId, Scope], Awaitable[Organisation]]
    list_workers: Callable[
        [PartyFilter, Scope, Window], Awaitable[Slice[tuple[Party, SocialWorker]]]
    ]
    list_volunteers: Callable[
        [PartyFilter, Scope, Window], Awaitable[Slice[tuple[Party, Volunteer]]]
    ]
    list_organisations: Callable[
        [PartyFilter, Scope, Window], Awaitable[Slice[tuple[Party, Organisation]]]
    ]
    post: Callable[[PostWorker, Scope], Awaitable[Posting]]
    end_posting: Callable[[PostingId, date, Scope, int | None], Awaitable[Posting]]
    list_postings_found: Callable[[PostingFilter, Scope, Window], Awaitable[Slice[PostingFound]]]
    list_postings: Callable[[PostingFilter, Scope, Window], Awaitable[Slice[Posting]]]
