"""The commands ``plan …`` and ``task …``: names, words, arguments, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.cli.arguments import count, day

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def _plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", metavar="PLAN.yaml", help="计划文件；其中的文件名从它所在的文件夹算起")


def _check(parser: argparse.ArgumentParser) -> None:
    _plan(parser)
    parser.add_argument("--on", type=day, metavar="DATE", help="年度计划按哪一天的名录检查（默认：今天）")


def _prepare(parser: argparse.ArgumentParser) -> None:
    _plan(parser)
    parser.add_argument("dir", metavar="DIR", help="抽取文件夹，没有就建立")
    parser.add_argument("--draw-id", required=True, metavar="ID", help="抽取编号，公布后不变")
    parser.add_argument("--entry", action="append", metavar="NUMBER", help="只抽这一项，可以写几次（默认：全部）")
    parser.add_argument("--on", type=day, metavar="DATE", help="冻结名录的日期（默认：今天）")


def _drawn(parser: argparse.ArgumentParser) -> None:
    _plan(parser)
    parser.add_argument("dir", metavar="DIR", help="已经抽取的文件夹")


def _list(parser: argparse.ArgumentParser) -> None:
    _drawn(parser)
    parser.add_argument("--out", metavar="FILE", help="写到这个文件（.csv、.xlsx、.parquet 或者 .ndjson）")


def _sheets(parser: argparse.ArgumentParser) -> None:
    _drawn(parser)
    parser.add_argument("out", metavar="OUT.pdf", help="写到哪个文件")
    words = "二维码指向的服务地址（默认 http://127.0.0.1:8000）"
    parser.add_argument("--address", default="http://127.0.0.1:8000", metavar="URL", help=words)


def _figures(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("results", metavar="RESULTS", help="检查结果，一行一个代码：.csv 或者 .xlsx")
    parser.add_argument("--enterprises", type=count, required=True, metavar="N", help="全部企业有多少户")
    parser.add_argument("--place", default="000000", metavar="CODE", help="行政区划代码，决定公示期限（默认 000000）")
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天统计（默认：今天）")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
PLAN: Final[tuple[Row, ...]] = (
    (
        "plan check",
        "抽取之前说明一份计划会怎样：各层户数，重复上门，上限，同去的部门，人手",
        "xinheng plan check plan.yaml",
        "service.cli.plan:check",
        _check,
    ),
    (
        "plan prepare",
        "由年度计划和名录库冻结对象池，做成抽取文件夹",
        "xinheng plan prepare plan.yaml 2026-Q4 --draw-id 2026-Q4 --entry P01 --entry P03",
        "service.cli.tasks:prepare",
        _prepare,
    ),
)
TASK: Final[tuple[Row, ...]] = (
    (
        "task list",
        "由抽取结果列出检查任务：对象、部门、人员、事项、安排日期",
        "xinheng task list plan.yaml 2026-Q4 --out tasks.xlsx",
        "service.cli.tasks:listed",
        _list,
    ),
    (
        "task sheets",
        "检查任务单（A4，带二维码），一次抽取一份 PDF",
        "xinheng task sheets plan.yaml 2026-Q4 sheets.pdf --address https://xinheng.example.gov.cn",
        "service.cli.tasks:sheets",
        _sheets,
    ),
    (
        "task figures",
        "由检查结果计算统计指标，每个数有分子、分母和算法",
        "xinheng task figures results.csv --enterprises 1000000 --on 2026-12-31",
        "service.cli.tasks:figures",
        _figures,
    ),
)
