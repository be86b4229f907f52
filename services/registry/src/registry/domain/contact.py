"""A contact: a person who can be reached about a party, and what is known of them.

What identifies the person is kept apart, sealed; here it appears only as the names of the fields
that are held. It is read for a stated purpose, and forgotten for ever when it is erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from typing_extensions import override

from common.personal.key_store import PersonErased
from common.vocabulary import Labelled
from registry.domain.errors.contacts import ContactOfPersonIsSelf
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from registry.domain.party import Party

ContactId = NewType("ContactId", UUID)


class ContactRole(Labelled):
    """What the person is to the party."""

    OWN_SELF = "own_self", "本人", "The person who is the party"
    OTHER_RECORD = "other_record", "本人(合并前的另一份)", "The same person, entered twice"
    CONTACT_PERSON = "contact_person", "联系人", "Contact person"
    PERSON_IN_CHARGE = "person_in_charge", "负责人", "Person in charge"
    LEGAL_REPRESENTATIVE = "legal_representative", "法定代表人", "Legal representative"


class PersonalField(Labelled):
    """What may be known of a person; every one of these is sealed, and nothing else is kept."""

    NAME = "name", "姓名", "Name"
    PHONE = "phone", "电话", "Telephone number"
    ID_NUMBER = "id_number", "身份证号", "ID number"
    ADDRESS = "address", "地址", "Address"
    EMAIL = "email", "电子邮箱", "E-mail address"
    CERTIFICATE_NUMBER = "certificate_number", "证书编号", "Number of a certificate"
    NOTE = "note", "备注", "Note"


class ReadingPurpose(Labelled):
    """For what somebody may ask who a person is; PIPL articles 6 and 28 ask for a definite one."""

    ARRANGE_SERVICE = "arrange_service", "安排服务", "To arrange a service"
    VETTING = "vetting", "资格审查", "To vet the person"
    EMERGENCY = "emergency", "紧急情况", "An emergency"
    CORRECTION = "correction", "核对更正", "To check or correct what is kept"
    OWN_REQUEST = "own_request", "本人查询", "At the person's own request"
    DUPLICATE_CHECK = "duplicate_check", "查重", "To tell two people apart"
    TRAINING = "training", "培训考试", "To arrange a training or examination"


class ErasureReason(Labelled):
    """Why a person is forgotten (PIPL article 47)."""

    OWN_WISH = "own_wish", "本人要求", "The person's own wish"
    PURPOSE_ENDED = "purpose_ended", "目的已实现", "What it was kept for is over"
    CONSENT_WITHDRAWN = "consent_withdrawn", "撤回同意", "Consent was withdrawn"
    UNLAWFUL = "unlawful", "违规收集", "It should never have been kept"


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who somebody is, in plain words; its text shows which fields there are and no more."""

    fields: Mapping[PersonalField, str]

    @property
    def held(self) -> frozenset[PersonalField]:
        """The fields that there are."""
        return frozenset(self.fields)

    @override
    def __repr__(self) -> str:
        return f"Identity({', '.join(sorted(self.fields))})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody who can be reached about a party, without a word of who it is."""

    id: ContactId
    version: int
    party_id: PartyId
    role: ContactRole
    held: frozenset[PersonalField]
    erased_at: datetime | None = None

    def described_by(self, identity: Identity) -> Contact:
        """Return the contact after what is known of the person was put in place of what was.

        Raises:
            PersonErased: The person was forgotten, and stays so.
        """
        self.refuse_erased()
        return replace(self, version=self.version + 1, held=identity.held)

    def erased(self, *, at: datetime) -> Contact:
        """Return the contact after the person was forgotten; again, and it is as it was."""
        if self.erased_at is not None:
            return self
        return replace(self, version=self.version + 1, held=frozenset(), erased_at=at)

    def refuse_erased(self) -> None:
        """Go on only with somebody who was not forgotten.

        Raises:
            PersonErased: This person was.
        """
        if self.erased_at is not None:
            raise PersonErased(person_id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A look at who somebody is: who looked, at what, for what, when."""

    id: UUID
    contact_id: ContactId
    party_id: PartyId
    reader: str
    purpose: ReadingPurpose
    fields: frozenset[PersonalField]
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An entry of the ledger that is applied again after every restore."""

    person_id: ContactId
    party_id: PartyId
    reason: ErasureReason
    erased_by: str
    erased_at: datetime


def new_contact(
    contact_id: ContactId, *, party: Party, role: ContactRole, identity: Identity
) -> Contact:
    """Return somebody who can be reached about a party from now on.

    Raises:
        ContactOfPersonIsSelf: A party that is a person speaks for themselves, and no other does.
    """
    if party.is_person != (role is ContactRole.OWN_SELF) or role is ContactRole.OTHER_RECORD:
        raise ContactOfPersonIsSelf(role=role)
    return Contact(id=contact_id, version=1, party_id=party.id, role=role, held=identity.held)
