"""The field's code lists, each with its Chinese and English label.

Sources: 五社联动 (community, social organisations, social workers, volunteers, charitable
resources) and the four tiers of stations as Dalian and Guizhou use them; the kinds of need line
are this project's own.
"""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A code with a label for people; the value is the code that travels and is stored."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str = "", en: str = "") -> Self:
        """Keep the labels beside the code; they may miss only in a look-up by code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member


class Society(Labelled):
    """The five kinds of helper (五社) that one need brings together."""

    COMMUNITY = "community", "社区", "Community"
    SOCIAL_ORGANISATION = "social_organisation", "社会组织", "Social organisation"
    SOCIAL_WORKER = "social_worker", "社会工作者", "Social worker"
    VOLUNTEER = "volunteer", "社区志愿者", "Volunteer"
    CHARITABLE_RESOURCE = "charitable_resource", "社会慈善资源", "Charitable resource"


class PartyStanding(Labelled):
    """Where a party is in its life as a partner; only one in good standing may be matched."""

    INVITED = "invited", "已邀请", "Invited"
    APPROVED = "approved", "已核准", "Approved"
    RECERTIFICATION_REQUIRED = "recertification_required", "需重新核证", "Recertification required"
    SUSPENDED = "suspended", "已暂停", "Suspended"
    MERGED = "merged", "已合并", "Merged into another"


class StationTier(Labelled):
    """The four tiers of the station system (四级体系)."""

    CITY_CENTRE = "city_centre", "市级指导中心", "City guidance centre"
    GENERAL_STATION = "general_station", "区县总站", "General station"
    STATION = "station", "乡镇(街道)社工站", "Township station"
    ROOM = "room", "村(社区)社工室", "Village or community room"


class AreaScheme(Labelled):
    """A named code list of administrative divisions; a code means nothing without it."""

    NBS = "nbs", "国家统计局统计用区划代码", "National Bureau of Statistics"
    MCA = "mca", "民政部行政区划代码", "Ministry of Civil Affairs"


class AreaLevel(Labelled):
    """How large an area is."""

    PROVINCE = "province", "省级", "Province"
    PREFECTURE = "prefecture", "地级", "Prefecture"
    COUNTY = "county", "县级", "County"
    TOWNSHIP = "township", "乡级", "Township"
    VILLAGE = "village", "村级", "Village"


class LineKind(Labelled):
    """What kind of thing a need line asks for."""

    SERVICE = "service", "服务", "Service"
    GOODS = "goods", "物资", "Goods"
    MONEY = "money", "资金", "Money"
    VENUE = "venue", "场地", "Venue"
    COMPANIONSHIP = "companionship", "陪伴", "Companionship"
    CAPACITY = "capacity", "承接能力", "Carrier capacity"


class Unit(Labelled):
    """The measure of a quantity; two units are never added to each other."""

    PERSON = "person", "人", "persons"
    PERSON_TIME = "person_time", "人次", "person-times"
    HOUSEHOLD = "household", "户", "households"
    SESSION = "session", "场次", "sessions"
    HOUR = "hour", "小时", "hours"
    PIECE = "piece", "件", "pieces"
    YUAN = "yuan", "元", "yuan"
    ROOM = "room", "间", "rooms"


class Beneficiary(Labelled):
    """For whom a need is."""

    PERSON = "person", "个人", "Person"
    HOUSEHOLD = "household", "家庭", "Household"
    GROUP = "group", "群体", "Group"
    PUBLIC_PLACE = "public_place", "公共场所", "Public place"


class ServicePath(Labelled):
    """How a service was given: handling an affair, or professional social work (Dalian)."""

    AFFAIRS = "affairs", "经办事务", "Handling of affairs"
    PROFESSIONAL = "professional", "专业服务", "Professional service"


class ServiceCode(Labelled):
    """What exactly is asked for or offered; each belongs to one kind of line."""

    WAITING_ROOM = "waiting_room", "等候场所", "Waiting room"
    ACTIVITY_ROOM = "activity_room", "活动室", "Activity room"
    COUNSELLING = "counselling", "心理疏导", "Counselling"
    MEDIATION = "mediation", "矛盾调处", "Mediation"
    LEGAL_ADVICE = "legal_advice", "法律咨询", "Legal advice"
    HOME_CARE = "home_care", "居家照料", "Home care"
    MEAL_DELIVERY = "meal_delivery", "送餐", "Meal delivery"
    DRINKING_WATER = "drinking_water", "饮用水", "Drinking water"
    RICE_AND_OIL = "rice_and_oil", "米面粮油", "Rice and oil"
    WINTER_CLOTHES = "winter_clothes", "冬衣", "Winter clothes"
    RELIEF_GRANT = "relief_grant", "救助金", "Relief grant"
    COMPANY = "company", "陪伴照看", "Company"
    TUTORING = "tutoring", "课业辅导", "Tutoring"
    VENUE_OPERATION = "venue_operation", "场地运营", "Running of a venue"


KIND_OF_SERVICE: dict[ServiceCode, LineKind] = {
    ServiceCode.WAITING_ROOM: LineKind.VENUE,
    ServiceCode.ACTIVITY_ROOM: LineKind.VENUE,
    ServiceCode.COUNSELLING: LineKind.SERVICE,
    ServiceCode.MEDIATION: LineKind.SERVICE,
    ServiceCode.LEGAL_ADVICE: LineKind.SERVICE,
    ServiceCode.HOME_CARE: LineKind.SERVICE,
    ServiceCode.MEAL_DELIVERY: LineKind.SERVICE,
    ServiceCode.DRINKING_WATER: LineKind.GOODS,
    ServiceCode.RICE_AND_OIL: LineKind.GOODS,
    ServiceCode.WINTER_CLOTHES: LineKind.GOODS,
    ServiceCode.RELIEF_GRANT: LineKind.MONEY,
    ServiceCode.COMPANY: LineKind.COMPANIONSHIP,
    ServiceCode.TUTORING: LineKind.COMPANIONSHIP,
    ServiceCode.VENUE_OPERATION: LineKind.CAPACITY,
}


class Weekday(Labelled):
    """A day of the week, ISO order."""

    MONDAY = "mon", "周一", "Monday"
    TUESDAY = "tue", "周二", "Tuesday"
    WEDNESDAY = "wed", "周三", "Wednesday"
    THURSDAY = "thu", "周四", "Thursday"
    FRIDAY = "fri", "周五", "Friday"
    SATURDAY = "sat", "周六", "Saturday"
    SUNDAY = "sun", "周日", "Sunday"


class MatchState(Labelled):
    """The life of a match (对接)."""

    PROPOSED = "proposed", "已提议", "Proposed"
    ASKED = "asked", "已征询", "Asked"
    ACCEPTED = "accepted", "已接受", "Accepted"
    IN_SERVICE = "in_service", "服务中", "In service"
    FULFILLED = "fulfilled", "已完成", "Fulfilled"
    DECLINED = "declined", "已谢绝", "Declined"
    EXPIRED = "expired", "已过期", "Expired"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    SUPERSEDED = "superseded", "已替换", "Superseded"


class Answer(Labelled):
    """What a party says to an ask."""

    ACCEPTED = "accepted", "接受", "Accepted"
    DECLINED = "declined", "谢绝", "Declined"
