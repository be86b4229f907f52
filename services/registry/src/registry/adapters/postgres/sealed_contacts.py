"""What is known of a person, as it is kept: sealed fields, and digests to find them by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from common.personal.plain_form import plain_name, plain_number, plain_phone
from registry.domain.contact import Identity, PersonalField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from common.personal.blind_index import BlindIndex
    from common.personal.sealing import DataKey
    from registry.adapters.postgres.contact_tables import ContactRow

PLAIN_FORMS: Final[Mapping[PersonalField, Callable[[str], str]]] = {
    PersonalField.NAME: plain_name,
    PersonalField.PHONE: plain_phone,
    PersonalField.ID_NUMBER: plain_number,
    PersonalField.CERTIFICATE_NUMBER: plain_number,
}
"""The fields by which people are found, each by its plain form."""
TAIL: Final = "id_tail"
_TAIL_LENGTH: Final = 4
_NO_DIGESTS: Final = {f"{name}_index": None for name in (*PLAIN_FORMS, TAIL)}
NOTHING: Final[Mapping[str, None]] = {**dict.fromkeys(map(str, PersonalField)), **_NO_DIGESTS}
"""The columns of somebody of whom nothing is known, or nothing any more."""


def sealed(identity: Identity, key: DataKey) -> dict[str, bytes | None]:
    """Return every column that holds a field; what is not known is none."""
    return {
        field.value: key.seal(text, field=_place(field))
        if (text := identity.fields.get(field)) is not None
        else None
        for field in PersonalField
    }


def opened(row: ContactRow, key: DataKey) -> Identity:
    """Return what a row holds."""
    found = ((field, getattr(row, field.value)) for field in PersonalField)
    return Identity(
        {
            field: key.open(content, field=_place(field))
            for field, content in found
            if content is not None
        }
    )


def held_in(row: ContactRow) -> frozenset[PersonalField]:
    """Return the fields that a row holds, without opening any."""
    return frozenset(field for field in PersonalField if getattr(row, field.value) is not None)


def indexed(identity: Identity, index: BlindIndex) -> dict[str, bytes | None]:
    """Return every column that holds a digest.

    A masked number says nothing as a whole; its last four characters, if they show, say as much as
    those of the full one, so both are found by them.
    """
    return {**_NO_DIGESTS, **dict(_digests(identity, index))}


def digest_of(field: PersonalField, text: str, index: BlindIndex) -> bytes:
    """Return the digest under which a value of a field is found."""
    return index.of(PLAIN_FORMS[field](text), kind=field.value)


def _digests(identity: Identity, index: BlindIndex) -> Iterator[tuple[str, bytes]]:
    for field, form in PLAIN_FORMS.items():
        text = identity.fields.get(field)
        if text is None:
            continue
        plain = form(text)
        if plain and "*" not in plain:
            yield f"{field}_index", index.of(plain, kind=field.value)
        if field is PersonalField.ID_NUMBER and "*" not in plain[-_TAIL_LENGTH:]:
            yield f"{TAIL}_index", index.of(plain[-_TAIL_LENGTH:], kind=TAIL)


def _place(field: PersonalField) -> str:
    return f"contact.{field}"
