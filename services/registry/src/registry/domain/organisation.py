"""What is said about a party that is no person: its kind, credit code, nursery, permit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.personal.plain_form import plain_number
from common.vocabulary import Labelled, Society
from registry.domain.credit_code import is_credit_code
from registry.domain.errors.profiles import (
    CreditCodeInvalid,
    PermitDaysOutOfOrder,
    ProfileDoesNotFitParty,
)
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.party import Party


class OrganisationKind(Labelled):
    """What kind of organisation, community or provider it is."""

    RESIDENTS_COMMITTEE = "residents_committee", "社区居民委员会", "Residents' committee"
    VILLAGERS_COMMITTEE = "villagers_committee", "村民委员会", "Villagers' committee"
    ASSOCIATION = "association", "社会团体", "Association"
    SERVICE_INSTITUTION = "service_institution", "社会服务机构", "Social service institution"
    SOCIAL_WORK_AGENCY = "social_work_agency", "社会工作服务机构", "Social work agency"
    COMMUNITY_GROUP = "community_group", "社区社会组织", "Community group"
    VOLUNTEER_TEAM = "volunteer_team", "志愿服务队伍", "Volunteer team"
    FOUNDATION = "foundation", "基金会", "Foundation"
    CHARITY = "charity", "慈善组织", "Charity"
    ENTERPRISE = "enterprise", "企业", "Enterprise"
    SOLE_TRADER = "sole_trader", "个体工商户", "Sole trader"
    PUBLIC_INSTITUTION = "public_institution", "事业单位", "Public institution"


_K = OrganisationKind
_GIVING: Final = {_K.FOUNDATION, _K.CHARITY}
KINDS_OF_SOCIETY: Final[Mapping[Society, frozenset[OrganisationKind]]] = {
    Society.COMMUNITY: frozenset({_K.RESIDENTS_COMMITTEE, _K.VILLAGERS_COMMITTEE}),
    Society.SOCIAL_ORGANISATION: frozenset(
        {
            *(_K.ASSOCIATION, _K.SERVICE_INSTITUTION, _K.SOCIAL_WORK_AGENCY),
            *(_K.COMMUNITY_GROUP, _K.VOLUNTEER_TEAM),
            *_GIVING,
        }
    ),
    Society.SOCIAL_WORKER: frozenset({_K.SOCIAL_WORK_AGENCY}),
    Society.VOLUNTEER: frozenset({_K.VOLUNTEER_TEAM, _K.COMMUNITY_GROUP}),
    Society.CHARITABLE_RESOURCE: frozenset(
        {*_GIVING, _K.ENTERPRISE, _K.SOLE_TRADER, _K.PUBLIC_INSTITUTION, _K.ASSOCIATION}
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FundraisingPermit:
    """The licence to raise funds in public (公开募捐资格)."""

    number: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation, community or provider, beyond its public name."""

    party_id: PartyId
    version: int
    kind: OrganisationKind
    credit_code: str | None = None
    incubated_by: UUID | None = None
    permit: FundraisingPermit | None = None


def describe_organisation(wanted: Organisation, party: Party) -> Organisation:
    """Return what is said about a party, with its credit code in plain form.

    Raises:
        ProfileDoesNotFitParty: The party is a person, or its society has no such kind.
        CreditCodeInvalid: The code is not whole, or its check character is wrong.
        PermitDaysOutOfOrder: The permit would end before it begins.
    """
    if party.is_person or wanted.kind not in KINDS_OF_SOCIETY[party.society]:
        raise ProfileDoesNotFitParty(party_id=party.id, society=party.society)
    if (permit := wanted.permit) is not None and permit.valid_until < permit.valid_from:
        raise PermitDaysOutOfOrder(valid_from=permit.valid_from, valid_until=permit.valid_until)
    code = None if wanted.credit_code is None else plain_number(wanted.credit_code)
    if code is not None and not is_credit_code(code):
        raise CreditCodeInvalid
    return Organisation(
        party_id=party.id,
        version=wanted.version,
        kind=wanted.kind,
        credit_code=code,
        incubated_by=wanted.incubated_by,
        permit=permit,
    )
