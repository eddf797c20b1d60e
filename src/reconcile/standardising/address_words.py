"""The words by which the parts of an address are known, as parts of patterns."""

from __future__ import annotations

ROAD = "(?:大道|大街|公路|胡同|国道|省道|县道|步道|路|街|巷|弄)"

ESTATE = "(?:小区|花园|[家嘉佳]园|公寓|大厦|广场|苑|山庄|庄园|宿舍|大院|家属)"
"""What makes the name before it an estate's wherever it stands."""

FURTHER_ESTATE = (
    "(?:[名新]城|别墅|[豪华名雅]庭|[华名御]府|公馆|雅居|生活区|住宅区|安置[区房]|商住楼|[大教办]楼|新村|度假村|新区|[东西南北中]区"
    "|街坊|商城|酒店|宾馆|饭店|国际|中心)"
)
"""At the end of a name."""

COMMITTEE = (
    "(?:村民委员会|社区居民委员会|社区居委会|社区村委会|居民委员会|村居委会|村委会|居委会"
    "|社区工作站|社区|生产大队|大队|管理区)"
)

NEAR = "(?:旁边?|对面|对过|附近|隔壁|后面|前面|里面|楼下|楼上|交叉口|路口)$"
"""At the end of what is only near."""

REMARK = f"^.{{0,8}}(?:对面|对过|附近|隔壁|旁边)|{NEAR}|[转收住家]$|..[省市县区]$"
"""Behind the numbers: whose it is, what is near, an area put last."""
