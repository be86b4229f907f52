"""The columns of the sheet of the service list."""

from __future__ import annotations

from functools import partial
from typing import Final

from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import ServiceCode, Society, StationTier, Unit
from registry.domain import cells
from registry.domain.columns import (
    ID,
    PLACE,
    Column,
    Kind,
    choice_column,
    day_column,
    flag_column,
    id_column,
    text_column,
)
from registry.domain.list_columns import choices_column, number_column, weekly_column

_MOST: Final = 1_000_000_000
_MOST_OF_ANYTHING: Final = 1_000_000
_FARTHEST_METRES: Final = 100_000
_LONGEST_ADDRESS: Final = 200


COLUMNS: Final[tuple[Column, ...]] = (
    ID,
    *PLACE,
    choice_column("tier", "站点层级", "Tier", list(StationTier), synonyms=("层级",)),
    text_column("station_name", "站点名称", "Station", synonyms=("社工站名称", "站点")),
    id_column("station_id", "站点编号", "Station's id"),
    choice_column("society", "机构类别", "Society", list(Society)),
    text_column("party_name", "机构名称", "Organisation", synonyms=("组织名称", "服务机构")),
    id_column("party_id", "机构编号", "Organisation's id"),
    choice_column(
        "service",
        "服务类别",
        "Service",
        list(ServiceCode),
        is_required=True,
        synonyms=("服务类型", "服务种类"),
        example="company",
    ),
    text_column(
        "title_zh",
        "服务名称",
        "Title in Chinese",
        is_required=True,
        synonyms=("服务项目", "项目名称"),
        example="周末陪伴",
    ),
    text_column("title_en", "服务英文名称", "Title in English"),
    number_column(
        "capacity", "服务量", "Capacity", most=_MOST_OF_ANYTHING, example="20", is_required=True
    ),
    choice_column("unit", "计量单位", "Unit", list(Unit), is_required=True, example="person_time"),
    choice_column(
        "period", "周期", "Period", list(CapacityPeriod), is_required=True, example="week"
    ),
    choices_column(
        "audiences",
        "服务对象",
        "Audiences",
        list(Audience),
        example="older_people; carers",
    ),
    flag_column("is_for_residents", "仅限本地居民", "For residents only"),
    choice_column("cost", "收费方式", "Cost", list(CostKind)),
    number_column("cost_fen", "单价（分）", "Price in fen", most=_MOST),
    choice_column(
        "given", "服务方式", "Given", list(ServicePlace), is_required=True, example="at_home"
    ),
    flag_column("is_confidential", "地址保密", "Confidential place"),
    Column(
        code="address",
        zh="服务地址",
        en="Address",
        kind=Kind.TEXT,
        parse=partial(cells.text, most=_LONGEST_ADDRESS),
        synonyms=("地址", "服务地点"),
    ),
    number_column("reach_metres", "服务半径（米）", "Reach in metres", most=_FARTHEST_METRES),
    weekly_column(
        "hours",
        "服务时间",
        "Hours",
        synonyms=("开放时间",),
        example="mon 09:00-17:00",
    ),
    day_column("offered_from", "开始日期", "Offered from", is_required=True, example="2025-01-01"),
    day_column("offered_until", "结束日期", "Offered until"),
    day_column("verified_on", "核实日期", "Verified on"),
    day_column("withdrawn_on", "撤下日期", "Withdrawn on"),
)
