"""The values that people and other systems meet, with their words: docs/reference/values.md.

The words are those of the tables that the pages and messages of the service use; only what no page shows as a word
of its own is written here.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kernel.yamldoc import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).resolve().parent.parent
ABOUT: Final = """接口、命令和文件中的取值与页面上的说法。
事实的取值见[事实词表](facts.md)，权限和角色见[权限](access.md)。"""
TABLES: Final = (
    ("案件的状态 `status`", "service.cases.model:STATUS_TITLES"),
    ("案件的变动 `kind`", "service.cases.model:KIND_TITLES"),
    ("处理决定 `chosen`", "service.cases.deciding:CHOICE_TITLES"),
    ("结论的档次 `tier`", "service.web.labels:TIERS"),
    ("四张清单", "service.web.labels:LISTS"),
    ("清单和情形的结论 `outcome`", "service.web.labels:OUTCOMES"),
    ("情形的种类 `kind`", "service.web.labels:GROUND_KINDS"),
    ("强制程度 `force`", "service.exchange.labels:FORCES"),
    ("条件的状态 `state`", "service.web.labels:STATES"),
    ("哪一时期的规定 `at`", "service.web.labels:LAW_AT"),
    ("期限的单位 `unit`", "service.exchange.labels:UNITS"),
    ("何时处罚 `trigger`", "service.exchange.labels:TRIGGERS"),
    ("复算的结果 `verdict`", "service.cli.stored_cases:_VERDICTS"),
    ("信用修复的结论 `outcome`", "credit.labels:OUTCOMES"),
    ("信用记录的类别 `class`", "credit.labels:CLASSES"),
    ("信用记录的种类 `kind`", "credit.labels:RECORD_KINDS"),
    ("主体的类型 `party.kind`", "credit.labels:PARTIES"),
    ("公示的系统 `channel`", "credit.labels:CHANNELS"),
    ("处罚的种类 `penalty_kinds`", "credit.labels:KINDS"),
    ("监管领域 `domain`", "credit.labels:DOMAINS"),
    ("依据的把握 `confidence`", "credit.labels:CONFIDENCE"),
    ("未决问题影响什么 `affects`", "credit.labels:AFFECTS"),
    ("抽查计划的状态 `state`", "supervision.planstates:STATES"),
    ("检查任务的状态 `state`", "supervision.taskstates:STATES"),
    ("一单两库 `kind`", "service.planning.libraries:TITLES"),
    ("目录和方案草案的状态 `state`", "service.twoperson:STATE_LABELS"),
    ("后台任务的状态 `state`", "service.jobs.acts:STATE_TITLES"),
    ("账号的状态 `status`", "service.access.accounts:STATUS_LABELS"),
    ("账号的种类 `kind`", "service.access.accounts:KIND_LABELS"),
    ("账号的来源 `origin`", "service.access.accounts:ORIGIN_LABELS"),
)
OWN: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("既往处理 `history[].outcome`", {"penalty": "处罚", "no_penalty": "不予处罚", "not_filed": "不予立案"}),
    ("处罚的程序 `procedure`", {"simple": "当场处罚（简易程序）", "ordinary": "普通程序"}),
    ("登记导入的状态 `status`", {"read": "已读取，等待写入", "applied": "已写入", "dropped": "已放弃"}),
    (
        "抽取的文件 `files[].kind`",
        {
            "frame": "名录",
            "roster": "检查人员名册",
            "recusal": "回避关系",
            "commit": "公布的记录",
            "reveal": "密封数和公开数",
            "result": "结果",
            "changes": "抽取之后的变更",
            "cancel": "作废的说明",
            "publication": "公布的全部文件",
            "attachment": "附件",
        },
    ),
    ("谁在调用 `kind`", {"user": "登录的人员", "token": "接口令牌"}),
    ("角色的种类 `kind`", {"business": "业务角色", "administrator": "管理员"}),
    ("指标按什么分 `by`", {"all": "合计", "department": "按单位", "region": "按地区"}),
    ("信用风险类别", {"A": "信用风险低", "B": "信用风险一般", "C": "信用风险较高", "D": "信用风险高"}),
)


def page(made: str) -> str:
    """The page; ``made`` says that it is not written by hand."""
    head = f"# 取值对照\n\n{made}\n\n{ABOUT}\n"
    parts = [f"## {title}\n\n| 取值 | 说法 |\n|---|---|\n{_rows(words)}" for title, words in _tables()]
    return "\n".join([head, *parts])


def _rows(words: Mapping[str, str]) -> str:
    return "".join(f"| `{value}` | {text} |\n" for value, text in words.items() if value)


def _tables() -> Iterator[tuple[str, Mapping[str, str]]]:
    for title, where in TABLES:
        module, name = where.split(":")
        yield title, {key: str(text) for key, text in vars(importlib.import_module(module))[name].items()}
    repair: Any = read_yaml((ROOT / "credit/workflow.yaml").read_text("utf-8"), "workflow.yaml")
    yield "修复事项的状态 `state`", _labels(repair["states"], "label")
    yield "修复事项的步骤 `move`", _labels(repair["moves"], "label")
    triggers: Any = read_yaml((ROOT / "supervision/plandata/triggers.yaml").read_text("utf-8"), "triggers.yaml")
    yield "检查的方式 `method`", {one["code"]: one["name"] for one in triggers["method"]}
    ceremony: Any = read_yaml((ROOT / "supervision/ceremony.yaml").read_text("utf-8"), "ceremony.yaml")
    yield "抽取的状态 `state`", _labels(ceremony["states"], "name")
    yield from OWN


def _labels(found: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, str]:
    return {name: str(one[key]) for name, one in found.items()}
