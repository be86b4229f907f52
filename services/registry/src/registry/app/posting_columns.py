"""The columns of the sheet of postings."""

from __future__ import annotations

from typing import Final

from common.vocabulary import StationTier
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

COLUMNS: Final[tuple[Column, ...]] = (
    ID,
    *PLACE,
    choice_column(
        "tier",
        "站点层级",
        "Tier",
        list(StationTier),
        synonyms=("层级", "站点类型"),
        example="station",
    ),
    text_column(
        "station_name",
        "站点名称",
        "Station",
        synonyms=("社工站名称", "站点", "派驻站点", "服务站点"),
        example="先进街道社工站",
    ),
    id_column(
        "station_id",
        "站点编号",
        "Station's id",
    ),
    text_column(
        "worker_name",
        "社工编号",
        "Worker",
        synonyms=("工号", "人员编号"),
        example="DL-SW-0001",
    ),
    Column(
        code="worker_area",
        zh="社工登记地代码",
        en="Worker's area",
        kind=Kind.CODE,
        parse=cells.area_code,
    ),
    id_column(
        "worker_id",
        "社工主体编号",
        "Worker's id",
    ),
    flag_column(
        "is_full_time",
        "是否专职",
        "Full time",
        is_required=True,
        synonyms=("专职", "全职", "是否全职"),
        example="是",
    ),
    day_column(
        "starts_on",
        "派驻起始日期",
        "Starts on",
        is_required=True,
        synonyms=("起始日期", "到岗日期", "到岗时间", "派驻时间", "入职时间"),
        example="2024-09-01",
    ),
    day_column(
        "ends_on",
        "派驻截止日期",
        "Ends on",
        synonyms=("截止日期", "离岗日期", "离岗时间", "离职时间"),
    ),
)
