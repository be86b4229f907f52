"""What can be done about the service list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from common.grants import Scope
from common.paging import Slice, Window
from registry.app.creations import Made, Outcome
from registry.app.list_entries import EntryFound
from registry.app.list_services import ListService, ReviseService, VerifyService, WithdrawService
from registry.app.ports.service_entries import EntryFilter
from registry.domain.service_entry import EntryId, ServiceEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAbilities:
    """Each ability bound to what it needs; what takes no scope everybody may do."""

    today: Callable[[], date]
    add: Callable[[ListService, Scope], Awaitable[Made[ServiceEntry]]]
    add_each: Callable[[Sequence[ListService], Scope], Awaitable[Sequence[Outcome[ServiceEntry]]]]
    revise: Callable[[ReviseService, Scope], Awaitable[ServiceEntry]]
    verify: Callable[[VerifyService, Scope], Awaitable[ServiceEntry]]
    withdraw: Callable[[WithdrawService, Scope], Awaitable[ServiceEntry]]
    find: Callable[[EntryId, Scope], Awaitable[ServiceEntry]]
    list_found: Callable[[EntryFilter, Scope, Window], Awaitable[Slice[EntryFound]]]
    list: Callable[[EntryFilter, Scope, Window], Awaitable[Slice[ServiceEntry]]]
    show: Callable[[EntryId], Awaitable[ServiceEntry]]
    show_list: Callable[[EntryFilter, Window], Awaitable[Slice[ServiceEntry]]]
