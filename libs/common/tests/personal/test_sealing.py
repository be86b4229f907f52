"""S19: what is sealed opens for its person and field alone, bit by bit as it was."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.personal.key_ring import Wrapped, new_key_ring
from common.personal.sealing import SealBroken, new_data_key

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
FIELD = "contact.phone"


@given(TEXTS, st.uuids())
def test_what_is_sealed_opens_as_it_was(text: str, person_id: UUID) -> None:
    key = new_data_key(person_id)

    assert key.open(key.seal(text, field=FIELD), field=FIELD) == text


@given(TEXTS, st.data())
def test_one_changed_bit_anywhere_is_noticed(text: str, data: st.DataObject) -> None:
    key = new_data_key(uuid4())
    sealed = bytearray(key.seal(text, field=FIELD))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealBroken):
        key.open(bytes(sealed), field=FIELD)


@given(TEXTS)
def test_a_value_moved_to_another_person_or_field_is_noticed(text: str) -> None:
    key = new_data_key(uuid4())
    sealed = key.seal(text, field=FIELD)
    # The same secret under another name: only what the value is bound to differs.
    other = type(key)(uuid4(), key.secret)

    with pytest.raises(SealBroken):
        other.open(sealed, field=FIELD)
    with pytest.raises(SealBroken):
        key.open(sealed, field="contact.note")


@pytest.mark.parametrize("cut", [0, 1, 12, 13, 28])
def test_what_was_cut_short_is_noticed(cut: int) -> None:
    key = new_data_key(uuid4())

    with pytest.raises(SealBroken):
        key.open(key.seal("", field=FIELD)[:cut], field=FIELD)


def test_equal_values_are_never_sealed_alike() -> None:
    key = new_data_key(uuid4())

    assert len({key.seal("13800000000", field=FIELD) for _ in range(200)}) == 200


def test_the_text_of_keys_and_rings_shows_no_secret() -> None:
    ring, key = new_key_ring(), new_data_key(uuid4())

    shown = f"{ring} {ring!r} {key} {key!r}"

    assert repr(key.secret) not in shown
    assert repr(ring.index_secret) not in shown
    assert repr(ring.secrets[1]) not in shown


def test_a_key_wrapped_for_one_person_is_nobody_elses() -> None:
    ring = new_key_ring()
    key = new_data_key(uuid4())
    wrapped = ring.wrap(key)

    assert ring.unwrap(wrapped, key.person_id).secret == key.secret
    with pytest.raises(SealBroken):
        ring.unwrap(wrapped, uuid4())
    with pytest.raises(SealBroken):
        ring.unwrap(Wrapped(version=2, content=wrapped.content), key.person_id)
