"""Chinese words for the codes of a decision that commands, pages and documents share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

FORCES: Final[Mapping[str, str]] = {"shall": "应当", "may": "可以"}
RANGES: Final[Mapping[str, str]] = {"mitigated": "减轻", "lighter": "从轻", "general": "一般", "heavier": "从重"}
PENALTY_KINDS: Final[Mapping[str, str]] = {
    "warning": "警告",
    "criticism": "通报批评",
    "fine": "罚款",
    "confiscate": "没收违法所得、非法财物",
    "suspend_permit": "暂扣许可证件",
    "downgrade_qualification": "降低资质等级",
    "revoke_permit": "吊销许可证件",
    "restrict_business": "限制开展生产经营活动",
    "stop_business": "责令停产停业",
    "close_business": "责令关闭",
    "ban_from_trade": "限制从业",
    "detention": "行政拘留",
    "other": "法律、行政法规规定的其他处罚",
}
