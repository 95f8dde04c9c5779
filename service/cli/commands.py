"""The tree of commands: names, words, arguments, examples. The work is imported only when run."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.cli.arguments import count as _count
from service.cli.arguments import day as _day
from service.cli.case_commands import STORED_CASES
from service.cli.demo_commands import DEMO
from service.cli.draw_commands import DRAW
from service.cli.parser import Parser, Version
from service.cli.plan_commands import PLAN, TASK
from service.cli.platform_commands import PLATFORM, PLATFORM_GROUPS
from service.cli.repair_commands import REPAIR
from service.cli.repair_figure_commands import FIGURES
from service.cli.repair_register_commands import REGISTER
from service.cli.score_commands import SCORE
from service.cli.user_commands import USERS

if TYPE_CHECKING:
    from collections.abc import Callable

LISTS: Final = ("no_penalty", "lighter", "mitigated", "no_coercive_measure")
DOCUMENTS: Final = (
    "no_penalty_decision",
    "correction_order",
    "commitment",
    "penalty_notice",
    "education_record",
    "reasoning",
)
MOST_WORKERS: Final = 64
KINDS: Final = ("list_item", "statute", "violation")
_ABOUT: Final = "信衡 Xinheng：行政处罚四张清单的适用判断，信用修复，规则目录，工作日。"
_CODES: Final = (
    "退出码：0 完成；1 检查发现问题；2 用法有误；3 数据有误；4 不允许。\n"
    "各命令都可以加 --json（结果为 JSON）和 --help（说明与示例）。"
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``run`` names the function as ``module:function``."""

    name: str
    help: str
    example: str
    run: str
    configure: Callable[[argparse.ArgumentParser], None]


def _port(text: str) -> int:
    number = _count(text)
    if 0 <= number < 1 << 16:
        return number
    raise argparse.ArgumentTypeError("端口应当是 0 到 65535 的整数")


def _workers(text: str) -> int:
    number = _count(text)
    if 1 <= number <= MOST_WORKERS:
        return number
    raise argparse.ArgumentTypeError(f"进程数应当是 1 到 {MOST_WORKERS} 的整数")


def _on(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=_day, metavar="DATE", help="案件没有写决定日时，按哪一天判断（默认：今天）")


def _case_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE.json", help="案件文件；- 表示标准输入")
    _on(parser)


def _case_ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE.json", help="案件文件，可以只写行政区划和案由")
    parser.add_argument("--save", metavar="FILE", help="把补全后的案件写到这个文件")
    _on(parser)


def _case_batch(parser: argparse.ArgumentParser) -> None:
    cases = "一行一个案件：.ndjson，或者有标题行的 .csv、.xlsx、.parquet；- 表示标准输入（NDJSON）"
    parser.add_argument("cases", metavar="CASES", help=cases)
    parser.add_argument("out", metavar="OUT", help="结果文件，一行对一行；- 表示标准输出")
    parser.add_argument("--resume", action="store_true", help="接着上次中断的地方继续")
    summary = "每个案件只写一行摘要（统计用），扩展名决定格式：.ndjson、.csv 或者 .parquet"
    parser.add_argument("--summary", action="store_true", help=summary)
    second = "是否同时询问第二套引擎（默认：完整判断询问，摘要不询问）"
    parser.add_argument("--second-opinion", action=argparse.BooleanOptionalAction, help=second)
    parser.add_argument("--workers", type=_workers, metavar="N", help="用几个进程（默认：按行数和处理器数目决定）")
    _on(parser)


def _case_document(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE.json", help="案件文件；- 表示标准输入")
    parser.add_argument("out", metavar="OUT", help="写到哪里，扩展名决定格式：.docx、.pdf 或者 .txt")
    words = f"哪一种：{'、'.join(DOCUMENTS)}"
    parser.add_argument("--kind", required=True, choices=DOCUMENTS, metavar="KIND", help=words)
    parser.add_argument("--particulars", metavar="FILE", help="当事人、机关、文号等（JSON）；没有的在文书里留空待填")
    _on(parser)


def _rules_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", choices=LISTS, metavar="LIST", help=f"哪一张清单：{'、'.join(LISTS)}")
    parser.add_argument("--jurisdiction", metavar="CODE", help="只列这个行政区划（及其上级）的事项，例如 210200")
    parser.add_argument("--field", metavar="FIELD", help="执法领域，例如 市场监管")
    parser.add_argument("--violation", metavar="ID", help="只列与这个案由有关的")
    parser.add_argument("--kind", choices=KINDS, metavar="KIND", help=f"哪一类：{'、'.join(KINDS)}")


def _rules_list(parser: argparse.ArgumentParser) -> None:
    _rules_filters(parser)


def _rules_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="清单事项、法定情形、案由或者其他条目的编号")


def _rules_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORDS", help="词语、拼音首字母、全拼、法条或者编号")
    parser.add_argument("--limit", type=_count, default=20, metavar="N", help="最多几条（默认 20）")
    _rules_filters(parser)


def _rules_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--on", type=_day, metavar="DATE", help="按哪一天检查是否过期（默认：今天）")
    parser.add_argument("--within-days", type=_count, default=90, metavar="N", help="几天之内到期的也提示（默认 90）")
    parser.add_argument("--no-proofs", action="store_true", help="不做证明，只做其他检查（快得多）")


def _rules_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", nargs="?", metavar="OUT.xlsx", help="写到哪个文件")
    parser.add_argument(
        "--excel", nargs="?", const="", metavar="OUT.xlsx", help="导出为 Excel 工作表（目前只有这一种）"
    )
    parser.add_argument("--blank", action="store_true", help="空白工作表，用来填新的清单")
    parser.add_argument("--drafts", action="store_true", help="只导出草稿，并列出每一项还缺什么")
    parser.add_argument("--list", choices=LISTS, metavar="LIST", help=f"哪一张清单：{'、'.join(LISTS)}")
    parser.add_argument("--jurisdiction", metavar="CODE", help="只导出这个行政区划自己的事项，例如 210200")
    parser.add_argument("--field", metavar="FIELD", help="执法领域，例如 市场监管")
    parser.add_argument("--source", metavar="ID", help="只导出这份清单文件的事项")
    parser.add_argument("--on", type=_day, metavar="DATE", help="按哪一天的规定显示处罚幅度（默认：今天）")


def _rules_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="工作表或者机关自己的清单：.xlsx、.xls、.csv 等")
    parser.add_argument("--into", metavar="DIR", help="写到哪个目录文件夹（默认：XINHENG_CATALOGUE_DIR）")
    parser.add_argument("--apply", action="store_true", help="确认写入；不加只检查和预览")
    parser.add_argument("--remove", action="store_true", help="表里删去的事项也从目录里删去")
    parser.add_argument("--errors", metavar="OUT.xlsx", help="交还同一份表，加“错误说明”一列，并拟好案件")
    parser.add_argument("--as-published", action="store_true", help="公布的清单：作为草稿导入，保留原文")
    parser.add_argument("--workbook", metavar="OUT.xlsx", help="把读到的内容写成工作表，列出每一项还缺什么")
    parser.add_argument("--list", choices=LISTS, metavar="LIST", help=f"哪一张清单：{'、'.join(LISTS)}")
    parser.add_argument("--field", metavar="FIELD", help="表里没有“领域”一栏时用")
    parser.add_argument("--force", choices=("shall", "may"), help="表里没有“强度”一栏时用：shall 应当，may 可以")
    parser.add_argument("--source-title", metavar="TITLE", help="清单的名称（表里没有时用）")
    parser.add_argument("--source-number", metavar="NUMBER", help="清单的文号")
    parser.add_argument("--issuer", metavar="ORGAN", help="清单的发布机关")
    parser.add_argument("--jurisdiction", metavar="CODE", help="清单适用的行政区划，例如 210200")
    parser.add_argument("--start", type=_day, metavar="DATE", help="清单的施行日期")
    parser.add_argument("--on", type=_day, metavar="DATE", help="导入的日期（默认：今天）")
    parser.add_argument("--resume", action="store_true", help="完成上一次中断的写入")


def _rules_diff(parser: argparse.ArgumentParser) -> None:
    _two_editions(parser, "diff")
    parser.add_argument("--all", action="store_true", help="也显示只改了核对记录的条目")


def _rules_impact(parser: argparse.ArgumentParser) -> None:
    _two_editions(parser, "impact")
    parser.add_argument("cases", metavar="CASES", help="案件：.ndjson，或者有标题行的 .csv、.xlsx、.parquet")
    parser.add_argument("--limit", type=_count, default=50, metavar="N", help="最多显示几件（默认 50）")
    _on(parser)


def _two_editions(parser: argparse.ArgumentParser, verb: str) -> None:
    words = "规则目录的文件夹，或者日期（本机的目录在那一天的规定）；current 表示本机的目录"
    parser.add_argument("old", metavar="A", help=f"旧版本：{words}")
    parser.add_argument("new", metavar="B", help="新版本：写法同上；两个都是文件夹，或者都是日期")
    parser.set_defaults(verb=verb)


def _workdays_add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("start", type=_day, metavar="DATE", help="起算日（当日不计）")
    parser.add_argument("n", type=_count, metavar="N", help="几个工作日")


def _workdays_between(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("start", type=_day, metavar="A", help="起算日（当日不计）")
    parser.add_argument("end", type=_day, metavar="B", help="截止日（当日计入）")


def _serve(parser: argparse.ArgumentParser) -> None:
    words = "监听的地址（默认 127.0.0.1；设置了 XINHENG_HOSTS 才可以用别的）"
    parser.add_argument("--host", default="127.0.0.1", help=words)
    parser.add_argument("--workers", type=_workers, default=1, metavar="N", help="几个进程（默认 1）")
    parser.add_argument("--port", type=_port, default=8000, help="端口（默认 8000；0 表示任选一个）")


COMMANDS: Final = (
    Command(
        "case check",
        "判断一个案件：四张清单各自是否适用，幅度，职责，还缺什么",
        "xinheng case check case.json",
        "service.cli.case:check",
        _case_check,
    ),
    Command(
        "case ask",
        "在终端逐项询问还缺的事实，最有用的先问",
        "xinheng case ask case.json --save case-full.json",
        "service.cli.case:ask",
        _case_ask,
    ),
    Command(
        "case batch",
        "判断许多案件，一行进一行出",
        "xinheng case batch cases.ndjson results.ndjson --resume\n"
        "  xinheng case batch cases.xlsx summary.csv --summary",
        "service.cli.many:batch",
        _case_batch,
    ),
    Command(
        "case document",
        "由案件生成文书草稿（Word、PDF 或者文字）",
        "xinheng case document CASE.json 不予处罚决定书.docx --kind no_penalty_decision",
        "service.cli.document:write",
        _case_document,
    ),
    *(Command(*row) for row in STORED_CASES),
    Command(
        "rules list",
        "列出清单事项和法定情形",
        "xinheng rules list --list no_penalty --jurisdiction 210200 --field 市场监管",
        "service.cli.catalogue:list_rules",
        _rules_list,
    ),
    Command(
        "rules show",
        "显示一个条目的全部内容",
        "xinheng rules show MR-N05",
        "service.cli.catalogue:show_rule",
        _rules_show,
    ),
    Command(
        "rules search",
        "查找案由、清单事项和法定情形",
        "xinheng rules search gqsp\n  xinheng rules search 过期 食品\n  xinheng rules search 食品安全法124",
        "service.cli.catalogue:search_rules",
        _rules_search,
    ),
    Command(
        "rules check",
        "检查规则目录；发现缺陷时退出码为 1",
        "xinheng rules check --within-days 30",
        "service.cli.catalogue_check:check_rules",
        _rules_check,
    ),
    Command(
        "rules export",
        "导出四张清单的 Excel 工作表",
        "xinheng rules export --excel lists.xlsx --jurisdiction 210200",
        "service.cli.exchange:export_rules",
        _rules_export,
    ),
    Command(
        "rules import",
        "检查、预览并导入工作表或者机关自己的清单",
        "xinheng rules import list.xlsx --errors list-errors.xlsx\n"
        "  xinheng rules import list.xlsx --into own-lists --apply",
        "service.cli.exchange:import_rules",
        _rules_import,
    ),
    Command(
        "rules diff",
        "比较两个版本的规则目录，或者两个日期的规定",
        "xinheng rules diff 2025-10-15 2026-08-15\n  xinheng rules diff 旧目录 current",
        "service.cli.difference:diff_rules",
        _rules_diff,
    ),
    Command(
        "rules impact",
        "已有的案件有哪些会作出不同的判断，为什么",
        "xinheng rules impact current 新目录 cases.ndjson",
        "service.cli.difference:impact_of_rules",
        _rules_impact,
    ),
    *(Command(*row) for row in (*REPAIR, *REGISTER, *FIGURES)),
    *(Command(*row) for row in (*PLAN, *DRAW, *TASK)),
    *(Command(*row) for row in SCORE),
    *(Command(*row) for row in DEMO),
    Command(
        "workdays add",
        "某日之后第 N 个工作日是哪一天",
        "xinheng workdays add 2026-09-28 5",
        "service.cli.workdays:add",
        _workdays_add,
    ),
    Command(
        "workdays between",
        "两日之间有几个工作日",
        "xinheng workdays between 2026-09-28 2026-10-12",
        "service.cli.workdays:between",
        _workdays_between,
    ),
    *(Command(*row) for row in PLATFORM),
    *(Command(*row) for row in USERS),
    Command(
        "serve",
        "启动接口、网页和后台任务",
        "xinheng serve --port 8000",
        "service.cli.serve:serve",
        _serve,
    ),
)
GROUPS: Final = {
    "case": "判断案件，查看保存的案件",
    "decision": "复算案件的决定",
    "rules": "查看和检查规则目录",
    "repair": "信用修复",
    "plan": "检查抽查计划，做成抽取文件夹",
    "draw": "可验证的随机抽取",
    "task": "检查任务、任务单和统计指标",
    "score": "企业信用风险分类",
    "workdays": "推算工作日",
    **PLATFORM_GROUPS,
    "user": "管理账号和角色",
}


def build_parser() -> Parser:
    """The parser of the whole command line."""
    parser = Parser("xinheng", _ABOUT, _CODES)
    parser.add_argument("--version", action=Version)
    below = _branches(parser)
    groups: dict[str, argparse._SubParsersAction[Parser]] = {}
    for command in COMMANDS:
        group, _, name = command.name.rpartition(" ")
        if group and group not in groups:
            groups[group] = _branches(_branch(below, group, f"xinheng {group}", GROUPS[group]))
        _leaf(groups[group] if group else below, name, command)
    return parser


def _branches(parser: Parser) -> argparse._SubParsersAction[Parser]:
    return parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=Parser)


def _branch(below: argparse._SubParsersAction[Parser], name: str, prog: str, words: str, epilog: str = "") -> Parser:
    return below.add_parser(name, help=words, prog=prog, description=words + "。", epilog=epilog)


def _leaf(below: argparse._SubParsersAction[Parser], name: str, command: Command) -> None:
    _configure(_branch(below, name, f"xinheng {command.name}", command.help, f"示例：\n  {command.example}"), command)


def leaf_parser(command: Command) -> Parser:
    """The parser of one command alone."""
    return _configure(Parser(f"xinheng {command.name}"), command)


def _configure(parser: Parser, command: Command) -> Parser:
    command.configure(parser)
    parser.add_argument("--json", action="store_true", help="结果为 JSON，标准输出上没有别的内容")
    parser.set_defaults(run=command.run)
    return parser
