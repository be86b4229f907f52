"""All services, one story, from the meeting to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from wushe.tokens import Grant

if TYPE_CHECKING:
    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

Story = dict[str, Any]
FIVE_SOCIETIES = {
    "community",
    "social_organisation",
    "social_worker",
    "volunteer",
    "charitable_resource",
}


def step_codes(told: Story) -> list[str]:
    return [step["code"] for step in told["steps"]]


def test_every_expectation_of_the_story_held(told: Story) -> None:
    assert told["passed"]
    assert len(told["expectations"]) >= 10
    assert all(expectation["held"] for expectation in told["expectations"])


def test_the_story_is_told_by_people_of_four_roles_and_their_providers(told: Story) -> None:
    people = {step["who"]["en"] for step in told["steps"]}

    assert {"community worker", "station worker", "city officer"} <= people
    assert sum(person.startswith("provider ") for person in people) == 6


def test_all_five_societies_fill_the_need(told: Story) -> None:
    lines = told["final_plan"]["lines"]

    assert {line["society"] for line in lines} == FIVE_SOCIETIES
    assert {line["state"] for line in lines} == {"fulfilled"}


def test_the_room_brings_a_line_for_whoever_runs_it(told: Story) -> None:
    derived = [line for line in told["final_plan"]["lines"] if line["derived"]]

    assert [line["service"] for line in derived] == ["venue_operation"]
    assert derived[0]["society"] == "social_organisation"


def test_the_plan_changes_after_a_no_by_telephone_and_after_a_decline(told: Story) -> None:
    first = {line["service"]: line["party_id"] for line in told["first_plan"]["lines"]}
    final = {line["service"]: line["party_id"] for line in told["final_plan"]["lines"]}

    assert {service for service in first if first[service] != final[service]} == {
        "company",
        "drinking_water",
    }


def test_the_plan_is_proved_and_every_line_has_its_reasons(told: Story) -> None:
    certificate = told["first_plan"]["certificate"]
    lines = told["first_plan"]["lines"]

    assert certificate["gap"] == 0
    assert certificate["value"] == certificate["bound"]
    assert all(line["reason"]["zh"] and line["reason"]["en"] for line in lines)
    assert all(sum(term["points"] for term in line["terms"]) == line["value"] for line in lines)


def test_a_non_match_names_the_rule_and_its_law(told: Story) -> None:
    failing = [rule for rule in told["non_match"]["rules"] if not rule["passed"]]

    assert [rule["code"] for rule in failing] == ["vetting_valid"]
    assert "未成年人保护法" in failing[0]["source"]


def test_fifty_others_stood_by_and_none_of_them_was_chosen(told: Story) -> None:
    assert sum(told["setting"]["bystanders"].values()) == 50
    assert "bystanders-kept-out" in {each["code"] for each in told["expectations"]}


def test_the_report_tells_the_times_and_the_coverage(told: Story) -> None:
    times, report = told["times"], told["report"]

    assert report["coverage_covered"] == report["coverage_base"] == 149
    assert set(report["societies"]) == FIVE_SOCIETIES
    assert (
        0
        < times["submission_to_proposal"]
        <= times["submission_to_first_acceptance"]
        <= times["submission_to_all_accepted"]
        <= times["submission_to_fulfilment"]
        <= times["submission_to_closure"]
    )


def test_a_figure_leads_down_to_the_events_behind_it(told: Story, whole: Stack) -> None:
    officer = whole.token(Grant(role="officer", scheme="nbs", area="2102"), subject="test-officer")
    headers = {"authorization": f"Bearer {officer}"}
    with httpx.Client(base_url=whole.status().gateway, headers=headers, trust_env=False) as gateway:
        need = gateway.get(f"/reporting/v1/needs/{told['need_id']}").json()
        events = [gateway.get(f"/reporting/v1/events/{event['id']}") for event in need["events"]]

    assert {event.status_code for event in events} == {200}
    assert events[0].json()["type"] == "cases.need.submitted.v1"
    assert len(events) == told["report"]["events_of_the_need"]


def test_the_needs_worker_next_door_sees_nothing_of_it(told: Story, whole: Stack) -> None:
    neighbour = whole.token(
        Grant(role="community_worker", scheme="nbs", area="210213008"), subject="test-neighbour"
    )

    answer = httpx.get(
        f"{whole.status().gateway}/cases/v1/needs/{told['need_id']}",
        headers={"authorization": f"Bearer {neighbour}"},
        trust_env=False,
    )

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
