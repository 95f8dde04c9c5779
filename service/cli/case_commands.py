"""The commands about stored cases and decisions: names, words, arguments, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

STATUSES: Final = ("draft", "open", "decided")
_MOST: Final = 200


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", choices=STATUSES, metavar="STATUS", help="draft 草稿，open 办理中，decided 已决定")
    parser.add_argument("--violation", metavar="ID", help="只列这个案由")
    parser.add_argument("--department", metavar="NAME", help="只列这个机关")
    parser.add_argument("--words", metavar="TEXT", help="案号、当事人或者信用代码中的文字")
    numbers = range(1, _MOST + 1)
    parser.add_argument("--limit", type=int, choices=numbers, default=50, metavar="N", help="最多几条（默认 50）")


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="CASE_ID", help="案件编号，例如 case-01J…")


def _replay(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", metavar="DECISION_ID", help="决定编号，例如 decision-01J…")
    parser.add_argument("--all", action="store_true", help="复算全部决定")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
STORED_CASES: Final[tuple[Row, ...]] = (
    (
        "case list",
        "列出保存的案件，最近修改的在前",
        "xinheng case list --status open --words 晨光",
        "service.cli.stored_cases:list_cases",
        _list,
    ),
    (
        "case show",
        "显示一个保存的案件：事实、证据、结论、决定",
        "xinheng case show case-01M883EXM0R1D36RKBZ3Y2Q9B5",
        "service.cli.stored_cases:show_case",
        _show,
    ),
    (
        "decision replay",
        "按保存的事实和当时的规则目录复算决定；有一份不一致时退出码为 1",
        "xinheng decision replay decision-01M883EXM098WMD5BMCPYW6CDX\n  xinheng decision replay --all",
        "service.cli.stored_cases:replay_decisions",
        _replay,
    ),
)
