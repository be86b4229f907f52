"""The composition root: the one module that knows every class."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from common.frame import build_frame
from common.service import Service
from matching.adapters.postgres.decisions import PostgresDecisions
from matching.adapters.postgres.fairness import PostgresFairness
from matching.adapters.postgres.feed import PostgresFeed
from matching.adapters.postgres.plans import PostgresPlans
from matching.adapters.postgres.policies import PostgresPolicies
from matching.adapters.postgres.shortages import PostgresShortages
from matching.adapters.postgres.stalls import PostgresStalls
from matching.adapters.postgres.standings import PostgresStandings
from matching.adapters.postgres.store import PostgresStore
from matching.adapters.postgres.usages import PostgresUsages
from matching.adapters.postgres.views import PostgresViews
from matching.adapters.postgres.what_ifs import PostgresWhatIfs
from matching.app.allot_offers import find_allotments, grant_allotment, recall_allotment
from matching.app.answer_match import accept_match, decline_match, take_answer
from matching.app.application import Application
from matching.app.confirm_hours import list_hours, state_hours
from matching.app.confirm_offers import ask_confirmations, confirm_offer
from matching.app.count_shortages import count_shortages, find_shortages
from matching.app.decide_plan import approve_plan, note_refusal
from matching.app.end_acceptance import drop_out
from matching.app.expire_asks import expire_asks
from matching.app.explain_need import explain_offer, find_candidates
from matching.app.find_fairness import find_fairness
from matching.app.find_offer import find_offer
from matching.app.find_usage import find_usage
from matching.app.follow_allotments import (
    close_allotment,
    have_back,
    receive_allotment,
    return_allotments,
)
from matching.app.follow_entries import state_entry, verify_entry, withdraw_entry
from matching.app.follow_needs import change_need, count_service, end_need, receive_needs
from matching.app.follow_parties import (
    approve_party,
    mark_pool,
    remember_party,
    suspend_party,
    vet_party,
)
from matching.app.keep_policies import (
    activate_policy,
    begin_policies,
    draft_policy,
    find_policies,
    find_policy,
    policy_in_force,
    remember_policy,
)
from matching.app.moderate_offers import moderate_offer
from matching.app.nag import remind_asks, tell_undecided
from matching.app.plan_pool import PoolsInMemory, dirty_pools, plan_pool
from matching.app.price_pairs import SolvedPrices
from matching.app.publish_offers import publish_offer, publish_offers
from matching.app.queries import find_match, find_matches, find_needs, find_offers, find_plan
from matching.app.replay_match import replay_match
from matching.app.schedule_offers import (
    extend_sessions,
    find_calendar,
    find_sessions,
    put_calendar,
)
from matching.app.tell_outcome import (
    find_outcome,
    find_reliability,
    give_opinion,
    tell_no_show,
)
from matching.app.try_policy import TryPolicies, find_what_if, try_policy
from matching.app.watch_proposals import watch_proposals
from matching.app.withdraw_offer import withdraw_offer
from matching.domain.policy_document import SHIPPED
from matching.engine import Limits, assign
from matching.entrypoints.events import reactions
from matching.entrypoints.http.routes import routers
from matching.entrypoints.ledger import again_and_again
from matching.entrypoints.planner import Planner

if TYPE_CHECKING:
    from common.frame import Frame
    from matching.settings import Settings

NAME: Final = "matching"
TITLE: Final = "Wushe matching"
DESCRIPTION: Final = (
    "Who helps whom: offers of the five societies, the standing plan with its reasons, "
    "asks and answers. 对接：五社供给、联动方案与理由、征询与答复。"
)


_FOR_PLANNING: Final = ("matching.domain.pool", "matching.engine.program", "scipy.sparse.csgraph")
"""What takes a second or two to load; processes that serve or send need none of it."""


def build(settings: Settings) -> Service:
    """Put the service together; nothing is opened before it is used."""
    frame = build_frame(NAME, settings)
    application = build_application(frame, settings)
    planner = Planner(
        application,
        get_ready=_get_ready,
        sweep_seconds=settings.sweep_seconds,
        expiry_seconds=settings.expiry_seconds,
    )
    return Service(
        name=NAME,
        frame=frame,
        application=application,
        routers=routers(),
        handlers=reactions(application),
        background=(
            planner.run,
            again_and_again(application.count_shortages, "shortages"),
            again_and_again(application.try_policies, "what-ifs"),
        ),
        listener=planner,
        title=TITLE,
        description=DESCRIPTION,
    )


def _get_ready() -> None:
    """Load what planning needs, and have each kernel run once."""
    for each in _FOR_PLANNING:
        import_module(each)
    from matching.engine.compiled import play  # noqa: PLC0415

    play()


def build_application(frame: Frame, settings: Settings) -> Application:
    """Bind every ability to what it needs."""
    clock, areas = frame.clock, frame.areas
    store = PostgresStore(frame.unit_of_work, frame.outbox)
    views = PostgresViews(frame.unit_of_work, areas)
    policies = PostgresPolicies(frame.unit_of_work, areas)
    usages = PostgresUsages(frame.unit_of_work)
    what_ifs = PostgresWhatIfs(frame.unit_of_work, areas)
    ledger = PostgresShortages(frame.unit_of_work, areas)
    feed = PostgresFeed(frame.unit_of_work, settings.database_url)
    # The member is this process: another one, or the same after a restart, has another.
    plans = PostgresPlans(frame.unit_of_work, frame.outbox, member=frame.new_id(), clock=clock)
    limits = Limits(nodes=settings.solver_nodes, seconds=settings.solver_seconds)
    pools = PoolsInMemory(limits=limits)
    stalls = PostgresStalls(frame.unit_of_work, frame.outbox)
    kernel = partial(assign, limits=limits)
    prices = SolvedPrices(PostgresStandings(frame.unit_of_work), kernel)
    return Application(
        publish_offer=partial(
            publish_offer, store=store, areas=areas, policies=policies, clock=clock
        ),
        publish_offers=partial(
            publish_offers, store=store, areas=areas, policies=policies, clock=clock
        ),
        withdraw_offer=partial(withdraw_offer, store=store, policies=policies, clock=clock),
        confirm_offer=partial(confirm_offer, store=store, policies=policies, clock=clock),
        moderate_offer=partial(
            moderate_offer, store=store, areas=areas, policies=policies, clock=clock
        ),
        grant_allotment=partial(grant_allotment, store=store, areas=areas, clock=clock),
        recall_allotment=partial(recall_allotment, store=store, areas=areas, clock=clock),
        find_allotments=partial(find_allotments, store=store, areas=areas),
        state_entry=partial(
            state_entry, store=store, areas=areas, clock=clock, new_id=frame.new_id
        ),
        verify_entry=partial(verify_entry, store=store, clock=clock),
        withdraw_entry=partial(withdraw_entry, store=store, clock=clock),
        receive_allotment=partial(receive_allotment, store=store, areas=areas, clock=clock),
        close_allotment=partial(close_allotment, store=store, clock=clock),
        have_back=partial(have_back, store=store, clock=clock),
        return_allotments=partial(return_allotments, store=store, clock=clock),
        find_offer=partial(find_offer, store=store, areas=areas, policies=policies, clock=clock),
        find_offers=partial(find_offers, views=views, policies=policies, clock=clock),
        put_calendar=partial(put_calendar, store=store, clock=clock),
        find_calendar=partial(find_calendar, store=store, areas=areas),
        find_sessions=partial(find_sessions, store=store, areas=areas, views=views),
        extend_sessions=partial(extend_sessions, store=store, clock=clock),
        find_usage=partial(
            find_usage, store=store, usages=usages, areas=areas, policies=policies, clock=clock
        ),
        find_needs=partial(find_needs, views=views),
        find_plan=partial(find_plan, views=views, clock=clock),
        explain_offer=partial(
            explain_offer, store=store, areas=areas, policies=policies, prices=prices, clock=clock
        ),
        find_candidates=partial(
            find_candidates, store=store, areas=areas, policies=policies, prices=prices, clock=clock
        ),
        approve_plan=partial(approve_plan, store=store, views=views, areas=areas, clock=clock),
        note_refusal=partial(note_refusal, store=store, areas=areas, clock=clock),
        find_matches=partial(find_matches, views=views, clock=clock),
        find_match=partial(find_match, views=views, clock=clock),
        accept_match=partial(accept_match, store=store, views=views, areas=areas, clock=clock),
        decline_match=partial(decline_match, store=store, views=views, areas=areas, clock=clock),
        state_hours=partial(state_hours, store=store, views=views, clock=clock),
        list_hours=partial(list_hours, store=store, views=views, clock=clock),
        drop_out=partial(drop_out, store=store, views=views, clock=clock),
        tell_no_show=partial(tell_no_show, store=store, views=views, clock=clock),
        give_feedback=partial(give_opinion, store=store, views=views, clock=clock),
        find_outcome=partial(find_outcome, store=store, views=views, clock=clock),
        find_reliability=partial(find_reliability, store=store, areas=areas, clock=clock),
        watch_proposals=partial(watch_proposals, feed=feed, areas=areas),
        take_answer=partial(take_answer, store=store, clock=clock),
        receive_needs=partial(
            receive_needs, store=store, areas=areas, policies=policies, clock=clock
        ),
        change_need=partial(change_need, store=store, areas=areas, policies=policies, clock=clock),
        end_need=partial(end_need, store=store, clock=clock),
        count_service=partial(count_service, store=store, clock=clock),
        remember_party=partial(remember_party, store=store),
        vet_party=partial(vet_party, store=store, clock=clock),
        suspend_party=partial(suspend_party, store=store, clock=clock),
        approve_party=partial(approve_party, store=store, clock=clock),
        mark_pool=partial(mark_pool, store=store),
        own_partitions=plans.own,
        dirty_pools=partial(dirty_pools, plans=plans, clock=clock),
        partition_of=plans.partition_of,
        plan_pool=partial(
            plan_pool,
            plans=plans,
            pools=pools,
            policies=policies,
            clock=clock,
            new_id=frame.new_id,
        ),
        forget_pools_but=pools.forget_all_but,
        remind_asks=partial(remind_asks, stalls=stalls, policies=policies, clock=clock),
        tell_undecided=partial(tell_undecided, stalls=stalls, policies=policies, clock=clock),
        expire_asks=partial(expire_asks, plans=plans, store=store, policies=policies, clock=clock),
        draft_policy=partial(draft_policy, policies=policies, areas=areas, clock=clock),
        activate_policy=partial(activate_policy, policies=policies, areas=areas, clock=clock),
        find_policy=partial(find_policy, policies=policies),
        find_policies=partial(find_policies, policies=policies),
        policy_in_force=partial(policy_in_force, policies=policies, clock=clock),
        remember_policy=partial(remember_policy, SHIPPED, policies=policies),
        replay_match=partial(
            replay_match,
            views=views,
            decisions=PostgresDecisions(frame.unit_of_work),
            kernel=kernel,
            clock=clock,
        ),
        find_fairness=partial(
            find_fairness, records=PostgresFairness(frame.unit_of_work, areas), clock=clock
        ),
        try_policy=partial(
            try_policy,
            what_ifs=what_ifs,
            policies=policies,
            areas=areas,
            clock=clock,
            new_id=frame.new_id,
        ),
        find_what_if=partial(find_what_if, what_ifs=what_ifs, areas=areas),
        try_policies=TryPolicies(
            what_ifs=what_ifs, policies=policies, kernel=kernel, clock=clock
        ).work_once,
        count_shortages=partial(
            count_shortages,
            ledger=ledger,
            policies=policies,
            seconds=settings.shortage_seconds,
            clock=clock,
        ),
        find_shortages=partial(find_shortages, ledger=ledger),
        begin_policies=partial(begin_policies, policies=policies, store=store, clock=clock),
        ask_confirmations=partial(
            ask_confirmations,
            store=store,
            policies=policies,
            clock=clock,
        ),
    )
