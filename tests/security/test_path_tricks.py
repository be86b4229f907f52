"""No spelling of a path opens what its plain spelling does not."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from security.paths import OPERATIONS, TRICKS
from security.raw import exchanges
from testing.gateway import SERVICES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from security.conftest import Door
    from security.raw import Exchange
    from testing.gateway import Edge, Upstream

# What needs no token, as the gateway passes it on; nothing else may come through without one.
PUBLIC = re.compile(
    r"/|/openapi\.json|/asyncapi\.json|/(docs|problems|static)(/[^/\\]*)*"
    r"|/(registry|cases|matching|reporting)/v1/permissions"
    r"|/registry/v1/area_lists/[^/%\\]+/areas\.ndjson"
    r"|/registry/hsds(/[^/\\]*)*"
)
# What a server behind could still read as a step to somewhere else.
STEPS = re.compile(r"//|/\.{1,2}(/|$)|%2f|%5c|%00|\\", re.IGNORECASE)
SECRET = (b"root:", b"wushe-admin", b"process_start_time", b"http_server_request", b"HELP")


def asked(url: str, paths: tuple[str, ...], token: str | None = None) -> Mapping[str, Exchange]:
    bearer = "" if token is None else f"authorization: Bearer {token}\r\n"
    return exchanges(
        url,
        {
            path: f"GET {path} HTTP/1.1\r\nhost: x\r\n{bearer}connection: close\r\n\r\n".encode()
            for path in paths
        },
    )


def test_without_a_token_only_what_is_public_passes_the_gateway(
    edge: Edge, upstream: Upstream
) -> None:
    assert len(TRICKS) >= 50
    upstream.seen.clear()

    answers = asked(edge.url, TRICKS + OPERATIONS)

    passed = [seen.split()[1].partition("?")[0] for seen in upstream.seen]
    assert [path for path in passed if not PUBLIC.fullmatch(path)] == []
    assert [path for path in passed if STEPS.search(path)] == []
    assert all(len(answer.statuses) == 1 for answer in answers.values()), answers
    refused = {path: each for path, each in answers.items() if each.statuses != [HTTPStatus.OK]}
    assert {each.statuses[0] for each in refused.values()} <= {400, 401, 404}
    assert all("application/problem+json" in each.head for each in refused.values())
    print(f"{len(TRICKS) + len(OPERATIONS)} spellings, {len(passed)} of them public")  # noqa: T201


def test_with_a_token_only_paths_of_services_pass_the_gateway(
    edge: Edge, upstream: Upstream
) -> None:
    upstream.seen.clear()

    asked(edge.url, TRICKS + OPERATIONS, edge.token())

    passed = [seen.split()[1].partition("?")[0] for seen in upstream.seen]
    known = tuple(f"/{name}/v1/" for name in SERVICES)
    strange = [each for each in passed if not each.startswith(known) and not PUBLIC.fullmatch(each)]
    assert strange == []
    # One spelling for both: nothing is left that a service could read in another way.
    assert [each for each in passed if STEPS.search(each)] == []


@pytest.mark.stack
def test_without_a_token_no_service_answers_more_than_what_is_public(doors: list[Door]) -> None:
    for door in doors:
        for path, answer in asked(door.url, TRICKS + OPERATIONS).items():
            # The service that shows the site shows it under its plain names only.
            plain = path.partition("?")[0].partition("#")[0]
            is_public = answer.statuses == [HTTPStatus.OK]
            assert not is_public or PUBLIC.fullmatch(_tidied(plain)), (door, path, answer)
            assert is_public or answer.statuses[0] in {400, 401, 404, 422}, (door, path, answer)
            assert not [secret for secret in SECRET if secret in answer.body], (door, path)


@pytest.mark.stack
def test_with_every_right_no_door_leads_to_operations(doors: list[Door], admin: str) -> None:
    for door in doors:
        for path, answer in asked(door.url, OPERATIONS, admin).items():
            assert answer.statuses in ([400], [404]), (door, path, answer)


def _tidied(path: str) -> str:
    parts: list[str] = []
    for part in re.sub(r"%2e", ".", path, flags=re.IGNORECASE).replace("\\", "/").split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in {"", "."}:
            parts.append(part)
    return "/" + "/".join(parts)
