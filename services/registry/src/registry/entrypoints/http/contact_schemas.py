"""What callers send and receive about contacts; who somebody is only where it is asked for."""

from datetime import datetime
from typing import Annotated, Final, Self, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from common.http.languages import Language
from common.http.schemas import Body, View
from common.http.words import ChosenId, example, label
from common.personal.plain_form import plain_number, plain_phone
from registry.domain.contact import (
    Contact,
    ContactRole,
    ErasureReason,
    Identity,
    PersonalField,
    Reading,
    ReadingPurpose,
)
from registry.domain.id_number import is_id_number

_ID: Final = "0192d3c4-5b6a-7890-8abc-def012345678"
_SOMEBODY: Final = {"name": "王小美", "phone": "13800000000"}
_CONTACT: Final = {
    "id": _ID,
    "version": 1,
    "party_id": _ID,
    "role": "own_self",
    "role_label": "本人",
    "held": ["name", "phone"],
    "erased_at": None,
}
_FEWEST_DIGITS, _MOST_DIGITS = 5, 20


def _phone(text: str) -> str:
    if not _FEWEST_DIGITS <= len(plain_phone(text)) <= _MOST_DIGITS:
        message = "Has to be a telephone number"
        raise ValueError(message)
    return text


def _id_number(text: str) -> str:
    if not is_id_number(plain_number(text)):
        message = "Has to be the number of an identity card, whole or masked with 18 characters"
        raise ValueError(message)
    return text


def _text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Phone: TypeAlias = Annotated[str, _text(40), AfterValidator(_phone)]
IdNumber: TypeAlias = Annotated[str, _text(40), AfterValidator(_id_number)]
PersonName: TypeAlias = Annotated[str, _text(60)]
CertificateNumber: TypeAlias = Annotated[str, _text(60)]


class PersonBody(Body):
    """Who somebody is; what is left out is not known."""

    name: PersonName | None = None
    phone: Phone | None = None
    id_number: Annotated[
        IdNumber | None, Field(description="Whole, or masked like `210213********1234`.")
    ] = None
    address: Annotated[str, _text(200)] | None = None
    email: Annotated[str, _text(254), StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    certificate_number: CertificateNumber | None = None
    note: Annotated[str, _text(2000)] | None = None

    def identity(self) -> Identity:
        """Return what is known."""
        told = ((field, getattr(self, field.value)) for field in PersonalField)
        return Identity({field: text for field, text in told if text is not None})


class ContactToAdd(PersonBody):
    """Who can be reached about a party, and what is known of them."""

    model_config = example(role="own_self", **_SOMEBODY)

    id: ChosenId = None
    role: ContactRole


class ContactToDescribe(PersonBody):
    """What is known of a person from now on; it takes the place of all that was known."""

    model_config = example(**_SOMEBODY)


class PurposeOfReading(Body):
    """For what the caller has to know who somebody is, and which fields; all, if none is named."""

    model_config = example(purpose="arrange_service", fields=["name", "phone"])

    purpose: ReadingPurpose
    fields: Annotated[list[PersonalField], Field(max_length=len(PersonalField))] = Field(
        default_factory=list[PersonalField]
    )


class ContactsToFind(Body):
    """What is known of somebody; however it is written, every value has to be theirs."""

    model_config = example(purpose="duplicate_check", phone="138 0000 0000")

    purpose: ReadingPurpose
    name: PersonName | None = None
    phone: Phone | None = None
    id_number: IdNumber | None = None
    certificate_number: CertificateNumber | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not self.sought():
            message = "Something has to be known"
            raise ValueError(message)
        return self

    def sought(self) -> dict[PersonalField, str]:
        """Return the values to look for."""
        told = ((field, getattr(self, field.value, None)) for field in PersonalField)
        return {field: text for field, text in told if text is not None}


class PersonToErase(Body):
    """Why somebody is to be forgotten."""

    model_config = example(reason="own_wish")

    reason: ErasureReason


class ContactView(View):
    """A contact: which fields are held, and nothing of what is in them."""

    model_config = example(**_CONTACT)

    id: UUID
    version: int
    party_id: UUID
    role: ContactRole
    role_label: str
    held: list[PersonalField]
    erased_at: datetime | None

    @classmethod
    def of(cls, contact: Contact, language: Language) -> Self:
        """Show a contact to somebody who reads this language."""
        return cls(
            id=contact.id,
            version=contact.version,
            party_id=contact.party_id,
            role=contact.role,
            role_label=label(contact.role, language),
            held=sorted(contact.held),
            erased_at=contact.erased_at,
        )


class ContactsView(View):
    """The contacts of a party, or those that were found."""

    model_config = example(items=[_CONTACT])

    items: list[ContactView]


class IdentityView(View):
    """Who somebody is, as far as it was asked for and is known."""

    model_config = example(contact_id=_ID, identity=_SOMEBODY)

    contact_id: UUID
    identity: dict[PersonalField, str]

    @classmethod
    def of(cls, contact: Contact, identity: Identity) -> Self:
        """Show what was asked for."""
        return cls(contact_id=contact.id, identity=dict(identity.fields))


class ReadingView(View):
    """A look at who somebody is: by which login, when, for what, at which fields."""

    model_config = example(
        id=_ID,
        reader="worker-17",
        purpose="arrange_service",
        purpose_label="安排服务",
        fields=["name", "phone"],
        read_at="2026-03-01T04:00:00Z",
    )

    id: UUID
    reader: str
    purpose: ReadingPurpose
    purpose_label: str
    fields: list[PersonalField]
    read_at: datetime

    @classmethod
    def of(cls, reading: Reading, language: Language) -> Self:
        """Show a record of access to somebody who reads this language."""
        return cls(
            id=reading.id,
            reader=reading.reader,
            purpose=reading.purpose,
            purpose_label=label(reading.purpose, language),
            fields=sorted(reading.fields),
            read_at=reading.read_at,
        )
