"""Columns that are never read: what watches or judges people's choices about children.

A column is out of bounds when its header holds one of these terms. Only the header is ever
reported.
"""

from __future__ import annotations

import re

_TERMS = (
    # pregnancy and its examinations
    "孕检", "妊检", "孕情", "孕期", "孕周", "孕次", "孕产次", "孕环", "怀孕", "受孕", "妊娠",
    "查环", "环检",
    "透环", "末次月经", "月经", "预产期",
    # contraception and operations
    "避孕", "节育", "绝育", "结扎", "上环", "取环", "放环", "皮埋", "宫内节育器", "药具",
    "引产", "流产", "人流", "药流", "刮宫", "清宫", "终止妊娠", "补救措施", "四术", "计生手术",
    # levies and penalties
    "社会抚养费", "抚养费", "超生费", "计生罚款", "计划外生育费",
    # whether a birth was allowed
    "计划内", "计划外", "政策内", "政策外", "政策属性", "政策符合", "符合政策", "生育政策", "超生",
    "违法生育", "违规生育", "违反计划生育", "非婚生", "未婚先育", "未婚生育", "早育", "抢生",
    "准生证",
    "生育证", "生育服务证", "再生育", "生育审批", "二孩审批", "三孩审批", "生育间隔", "婚育间隔",
    "婚育证明", "流动人口婚育",
    # who told
    "举报", "线索提供",
)  # fmt: skip
_PATTERN = re.compile("|".join(_TERMS))


def is_out_of_bounds(normalised_header: str) -> bool:
    """Whether a header (normalised as `headers.normalise` does) names a column that is never
    read."""
    return _PATTERN.search(normalised_header) is not None
