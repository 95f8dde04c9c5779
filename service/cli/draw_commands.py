"""The commands ``draw …``: names, words, arguments, examples."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Final

from service.cli.arguments import count

if TYPE_CHECKING:
    from collections.abc import Callable


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dir", metavar="DIR", help="抽取文件夹")


def _commit(parser: argparse.ArgumentParser) -> None:
    _folder(parser)
    lock = "口令文件或密钥文件：新做的密封数用它加密后写入 sealed.json（默认不加密，只有本人可读）"
    parser.add_argument("--lock", metavar="FILE", help=lock)


def _unseal(parser: argparse.ArgumentParser) -> None:
    _folder(parser)
    parser.add_argument("--lock", metavar="FILE", required=True, help="封存时用的口令文件或密钥文件")


def _moment(text: str) -> str:
    """Read an instant with its offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"“{text}”不是带时区的时刻，例如 2026-11-25T10:00:00+08:00")
    return found.isoformat(timespec="seconds")


def _act(parser: argparse.ArgumentParser, reason: str) -> None:
    _folder(parser)
    parser.add_argument("--reason", required=True, metavar="WHY", help=reason)
    parser.add_argument("--by", required=True, metavar="NAME", help="谁批准")
    parser.add_argument("--at", type=_moment, metavar="INSTANT", help="何时批准（默认：现在）")


def _cancel(parser: argparse.ArgumentParser) -> None:
    _act(parser, "作废的理由：event_void、input_defect、ordered 或 nonce_lost")
    parser.add_argument("--words", required=True, metavar="TEXT", help="向社会说明的话，一行")
    parser.add_argument("--second", metavar="NAME", help="同意作废的第二个人")


def _replace(parser: argparse.ArgumentParser) -> None:
    _act(parser, "结果代码：7、9、10、11 或 12")
    for name, words in (("plan", "计划"), ("stratum", "分层"), ("unit", "对象代码")):
        parser.add_argument(f"--{name}", required=True, metavar=name.upper(), help=words)


def _restaff(parser: argparse.ArgumentParser) -> None:
    _act(parser, "原因，例如：生病、回避")
    parser.add_argument(
        "--rank", required=True, type=count, metavar="N", help="第几个派人需求（从 0 数起，见 result.json）"
    )
    parser.add_argument("--person", required=True, metavar="ID", help="要替换的人员编号")


def _chain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dirs", nargs="+", metavar="DIR", help="抽取文件夹，按公布的次序")
    parser.add_argument("--start", metavar="SHA256", help="第一份记录之前那一份的摘要（默认：没有）")


def _proof(parser: argparse.ArgumentParser) -> None:
    _folder(parser)
    parser.add_argument("--unit", required=True, metavar="CODE", help="统一社会信用代码")


def _proof_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="PROOF.json", help="企业拿到的证明")
    parser.add_argument("--record", required=True, metavar="COMMIT.json", help="公布的记录")


DRAW: Final[tuple[tuple[str, str, str, str, Callable[[argparse.ArgumentParser], None]], ...]] = (
    (
        "draw commit",
        "由草稿做成抽取记录 commit.json（已有记录时核对），显示它的摘要",
        "xinheng draw commit 2026-Q4",
        "service.cli.draw:commit",
        _commit,
    ),
    (
        "draw unseal",
        "解开加密的密封数 sealed.json，显示 nonces",
        "xinheng draw unseal 2026-Q4 --lock planner.key --json",
        "service.cli.draw_seal:unseal",
        _unseal,
    ),
    (
        "draw run",
        "公开事件之后抽取对象和人员，写出 result.json",
        "xinheng draw run 2026-Q4",
        "service.cli.draw:make",
        _folder,
    ),
    (
        "draw verify",
        "核对一次抽取的全部文件；有不一致时退出码为 1",
        "xinheng draw verify 2026-Q4",
        "service.cli.draw:check",
        _folder,
    ),
    (
        "draw cancel",
        "没有结果的记录公开作废，写出 cancel.json",
        "xinheng draw cancel 2026-Q4 --reason event_void --words 第2026135期停售 --by 张三",
        "service.cli.draw_changes:cancel",
        _cancel,
    ),
    (
        "draw replace",
        "不在检查范围内的对象由候补名单的下一个接替，记入 changes.jsonl",
        "xinheng draw replace 2026-Q4 --plan P-market --stratum 高 --unit 91210200MA00000001 --reason 9 --by 张三",
        "service.cli.draw_changes:replace",
        _replace,
    ),
    (
        "draw restaff",
        "不能去的检查人员按规则换人，记入 changes.jsonl",
        "xinheng draw restaff 2026-Q4 --rank 3 --person M02 --reason 生病 --by 张三",
        "service.cli.draw_changes:restaff",
        _restaff,
    ),
    (
        "draw log",
        "显示抽取后的变更和变更后的小组",
        "xinheng draw log 2026-Q4",
        "service.cli.draw_changes:show",
        _folder,
    ),
    (
        "draw chain",
        "核对各份记录是否前后相连，每份记录有一个结果或者一个作废；有问题时退出码为 1",
        "xinheng draw chain 2026-Q1 2026-Q2 2026-Q3",
        "service.cli.draw_chain:check",
        _chain,
    ),
    (
        "draw salt",
        "名录不公布时：做盐，把各名录的根写入草稿，企业以后能核对自己那一行",
        "xinheng draw salt 2026-Q4",
        "service.cli.draw_rows:salt",
        _folder,
    ),
    (
        "draw proof",
        "出具一家企业的证明：它那一行、盐和到根的路径",
        "xinheng draw proof 2026-Q4 --unit 91210200MA00000001",
        "service.cli.draw_rows:proof",
        _proof,
    ),
    (
        "draw proofcheck",
        "企业核对证明：自己那一行是否在公布的记录里；不在时退出码为 1",
        "xinheng draw proofcheck proof.json --record commit.json",
        "service.cli.draw_rows:check",
        _proof_check,
    ),
)
