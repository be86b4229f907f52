"""What can be refused about contacts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class ContactNotFound(NotFound, code="contact-not-found", zh="没有这个联系人。"):
    """The party has no such contact."""

    contact_id: UUID


@dataclass(eq=False)
class ContactChangedMeanwhile(
    Conflict, code="contact-changed-meanwhile", zh="该联系人刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else changed the contact at the same moment; read it again."""

    contact_id: UUID


@dataclass(eq=False)
class ContactIdTaken(Conflict, code="contact-id-taken", zh="这个编号已用于另一联系人。"):
    """The id belongs to another contact."""

    contact_id: UUID


@dataclass(eq=False)
class PersonHasContact(Conflict, code="person-has-contact", zh="此人的联系信息已经登记。"):
    """The party is a person whose contact data is kept already; change it there."""

    party_id: UUID


@dataclass(eq=False)
class ContactOfPersonIsSelf(
    RuleViolated,
    code="contact-of-person-is-self",
    zh="个人主体的联系人只能是本人，机构不能是本人。",
):
    """A party that is a person is reached in person, and no other party is."""

    role: str
