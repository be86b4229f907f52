"""The ring: where it comes from, how it turns, and that nobody starts with a broken one."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from pydantic import ValidationError

from common.personal.key_ring import (
    KeyRingUnusable,
    RingAtHand,
    new_key_ring,
    read_key_ring,
    write_key_ring,
)
from common.personal.sealing import new_data_key
from common.personal.settings import PersonalSettings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_ring_is_read_from_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    ring, file = new_key_ring(), tmp_path / "ring.json"

    write_key_ring(file, ring)

    assert read_key_ring(str(file)) == ring
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_ring_is_read_from_the_environment_itself() -> None:
    ring = new_key_ring()

    assert read_key_ring(f"\n {ring.document()}") == ring


def test_after_a_turn_old_keys_open_and_new_ones_are_wrapped_by_the_new_version() -> None:
    ring, key = new_key_ring(), new_data_key(uuid4())
    before = ring.wrap(key)

    turned = ring.turned()

    assert turned.wrap(key).version == 2
    assert turned.unwrap(before, key.person_id).secret == key.secret
    assert turned.index_secret == ring.index_secret


def test_a_process_finds_the_version_that_another_one_has_put_into_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ring.json"
    write_key_ring(file, new_key_ring())
    here, there = RingAtHand(str(file)), RingAtHand(str(file))

    assert there.turn().current == 2

    assert here.ring.current == 1
    assert 2 in here.having(2).secrets


def test_a_ring_outside_of_a_file_is_turned_where_it_is_kept() -> None:
    with pytest.raises(KeyRingUnusable, match="not in a file"):
        RingAtHand(new_key_ring().document()).turn()


def a_document(**other: object) -> str:
    return json.dumps({**json.loads(new_key_ring().document()), **other})


@pytest.mark.parametrize(
    "source",
    [
        "",
        "/nowhere/ring.json",
        "{",
        "{}",
        a_document(current=7),
        a_document(keys={"1": "c2hvcnQ="}),
        a_document(keys={"1": "not base64 but secret"}),
        a_document(keys=["x"]),
        a_document(index=None),
    ],
    # Secrets differ from process to process, and the names of tests may not.
    ids=["none", "no file", "cut", "empty", "future", "short", "no base64", "a list", "no index"],
)
def test_a_service_does_not_start_without_a_usable_ring(source: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        PersonalSettings.model_validate(
            {
                "database_url": "x",
                "kafka_bootstrap": "x",
                "oidc_issuer": "x",
                "oidc_jwks": "x",
                "keys_database_url": "x",
                "key_ring": source,
            }
        )

    (flaw,) = refusal.value.errors(include_input=False)
    assert flaw["loc"] == ("key_ring",)
    assert flaw["msg"].startswith("Value error, key ring: ")
    assert "secret" not in flaw["msg"]
