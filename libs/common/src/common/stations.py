"""What stations are, house and run on, as code lists that more than one service reads.

Sources: the station systems of Guizhou, Linyi, Ningbo, Dalian and Jiyang as their civil-affairs
bureaus describe them; each list is meant to grow, readers first and writers a release later.
"""

from common.vocabulary import Labelled


class StationKind(Labelled):
    """Where a station sits: Linyi has them in schools, enterprises and hospitals too."""

    COMMUNITY = "community", "社区", "Community"
    SCHOOL = "school", "学校", "School"
    ENTERPRISE = "enterprise", "企业", "Enterprise"
    HOSPITAL = "hospital", "医院", "Hospital"


class RoomKind(Labelled):
    """What a room of a station is for (Ningbo names the first five)."""

    OFFICE = "office", "办公室", "Office"
    CASE_ROOM = "case_room", "个案室", "Case room"
    GROUP_ROOM = "group_room", "小组活动室", "Group room"
    MULTI_PURPOSE = "multi_purpose", "多功能室", "Multi-purpose room"
    ARCHIVE = "archive", "档案室", "Archive"
    RECEPTION = "reception", "接待区", "Reception"
    COUNSELLING = "counselling", "心理咨询室", "Counselling room"
    TRAINING = "training", "培训室", "Training room"
    CHILDREN = "children", "儿童活动室", "Children's room"
    OTHER = "other", "其他", "Other"


class CentreKind(Labelled):
    """What shares its premises with a station (一站双中心 and the like)."""

    PARTY_SERVICE = "party_service", "党群服务中心", "Party and community service centre"
    CIVILISATION_PRACTICE = "civilisation_practice", "新时代文明实践站", "Civilisation practice"
    COMMUNITY_SERVICE = "community_service", "社区综合服务中心", "Community service centre"
    ORGANISATION_HUB = "organisation_hub", "社会组织服务中心", "Hub of social organisations"
    VOLUNTEER_STATION = "volunteer_station", "志愿服务站", "Volunteer station"
    MINORS_PROTECTION = "minors_protection", "未成年人保护工作站", "Protection of minors"
    ELDERLY_CARE = "elderly_care", "养老服务中心", "Care for older people"
    RELIEF = "relief", "社会救助服务中心", "Social relief centre"
    VETERANS = "veterans", "退役军人服务站", "Veterans' service"
    DISABILITY = "disability", "残疾人服务中心", "Service for people with disabilities"
    CHARITY_SUPERMARKET = "charity_supermarket", "慈善超市", "Charity shop"
    OTHER = "other", "其他", "Other"


class OperatingMode(Labelled):
    """Who runs a station, and who employs its people (Ningbo has three of them)."""

    ENTRUSTED = "entrusted", "委托机构运营", "Entrusted to an agency"
    ADDED_POSTS = "added_posts", "增设岗位", "Added posts"
    MIXED_HIRING = "mixed_hiring", "县统招+自招", "Hired by the county and by itself"
    DIRECT = "direct", "直接运营", "Run by the township itself"
    PROJECT = "project", "项目购买", "Bought project by project"
    OTHER = "other", "其他", "Other"


class ProjectKind(Labelled):
    """What a station runs under a name of its own; the first three make up Ningbo's 1+X+1."""

    VULNERABLE = "vulnerable", "弱困服务项目", "Project for people in difficulty"
    FEATURE = "feature", "特色服务项目", "Project of its own profile"
    TALENT = "talent", "人才培育项目", "Project that develops talent"
    BRAND = "brand", "服务品牌", "Brand"


class FundingKind(Labelled):
    """For what a station was given money."""

    INVESTMENT = "investment", "建设投入", "Investment"
    ONE_OFF_SUBSIDY = "one_off_subsidy", "一次性补助", "One-off subsidy"
    OPERATING_SUBSIDY = "operating_subsidy", "运营补助", "Operating subsidy"
    PROJECT_GRANT = "project_grant", "项目资助", "Project grant"
    AWARD = "award", "以奖代补", "Award"
    DONATION = "donation", "捐赠", "Donation"
    OTHER = "other", "其他", "Other"


class FundingSource(Labelled):
    """Who gave the money."""

    CENTRAL = "central", "中央财政", "Central budget"
    PROVINCE = "province", "省级财政", "Provincial budget"
    PREFECTURE = "prefecture", "市级财政", "Prefectural budget"
    COUNTY = "county", "县级财政", "County budget"
    TOWNSHIP = "township", "乡镇(街道)财政", "Township budget"
    WELFARE_LOTTERY = "welfare_lottery", "福利彩票公益金", "Welfare lottery"
    CHARITY_FEDERATION = "charity_federation", "慈善总会", "Charity federation"
    FOUNDATION = "foundation", "基金会", "Foundation"
    ENTERPRISE = "enterprise", "企业", "Enterprise"
    OTHER = "other", "其他", "Other"
