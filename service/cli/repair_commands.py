"""The commands ``repair …``: names, words, arguments, examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.cli.arguments import day

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

DOCUMENTS: Final = (
    "repair_notice",
    "repair_promise",
    "repair_application",
    "repair_acceptance",
    "repair_rejection",
    "repair_grant",
    "repair_refusal",
    "repair_revocation",
    "repair_reminder",
    "repair_supply",
    "repair_extension",
    "repair_objection_receipt",
    "repair_objection_answer",
)


def _record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", metavar="RECORD.json", help="信用记录文件；- 表示标准输入")


def _check(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天判断（默认：今天）")


def _document(parser: argparse.ArgumentParser) -> None:
    _record(parser)
    parser.add_argument("out", metavar="OUT", help="写到哪里，扩展名决定格式：.docx、.pdf 或者 .txt")
    words = f"哪一种：{'、'.join(DOCUMENTS)}"
    parser.add_argument("--kind", required=True, choices=DOCUMENTS, metavar="KIND", help=words)
    parser.add_argument("--particulars", metavar="FILE", help="文号、证据、联系方式等（JSON）；没有的在文书里留空待填")
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天的情况起草（默认：今天）")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
REPAIR: Final[tuple[Row, ...]] = (
    (
        "repair check",
        "判断一条信用记录能否修复：结论、最早申请日、公示截止日、条件、办理期限",
        "xinheng repair check record.json --on 2026-07-11",
        "service.cli.repair:check",
        _check,
    ),
    (
        "repair document",
        "由信用记录生成修复文书草稿（Word、PDF 或者文字）；与结论不符的不生成",
        "xinheng repair document record.json 准予决定书.docx --kind repair_grant --on 2026-07-20",
        "service.cli.repair_document:write",
        _document,
    ),
)
