"""Who may use a service of the service list, what it costs, where it is given, and how often."""

from common.vocabulary import Labelled


class Audience(Labelled):
    """For whom a service is; several may be named, and nobody named means everybody."""

    OLDER_PEOPLE = "older_people", "老年人", "Older people"
    CHILDREN = "children", "未成年人", "Children and young people"
    DISABILITY = "disability", "残疾人", "People with disabilities"
    LOW_INCOME = "low_income", "低收入家庭", "Families of low income"
    CARERS = "carers", "照护者", "Carers"
    WOMEN = "women", "妇女", "Women"
    MENTAL_HEALTH = "mental_health", "精神障碍患者", "People with mental illness"
    VETERANS = "veterans", "退役军人", "Veterans"
    NEWCOMERS = "newcomers", "流动人口", "Newcomers"
    VIOLENCE = "violence", "遭受家庭暴力者", "People who meet with violence at home"


class CapacityPeriod(Labelled):
    """In which time a service can be given so often."""

    AT_A_TIME = "at_a_time", "每次", "At a time"
    DAY = "day", "每天", "A day"
    WEEK = "week", "每周", "A week"
    MONTH = "month", "每月", "A month"
    YEAR = "year", "每年", "A year"
    IN_ALL = "in_all", "总计", "In all"


class CostKind(Labelled):
    """Whether a service costs those who use it something."""

    FREE = "free", "免费", "Free"
    FIXED = "fixed", "定价收费", "At a fixed price"
    BY_AGREEMENT = "by_agreement", "面议", "By agreement"


class ServicePlace(Labelled):
    """Where a service is given."""

    AT_ADDRESS = "at_address", "定点", "At an address"
    AT_HOME = "at_home", "上门", "At home"
    REMOTE = "remote", "线上或电话", "Online or by telephone"
