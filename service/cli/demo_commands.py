"""The command that fills the demonstration city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.cli.arguments import count, day

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", type=count, default=20_000, metavar="N", help="多少户经营主体（默认 20000，最多 1000000）"
    )
    parser.add_argument(
        "--seed", type=count, default=2026, metavar="S", help="随机种子；同样的种子得到同样的城市（默认 2026）"
    )
    parser.add_argument("--on", type=day, metavar="DATE", help="按哪一天填充（默认：今天）")
    parser.add_argument("--if-empty", action="store_true", help="数据库里已经有账号时什么也不做")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
DEMO: Final[tuple[Row, ...]] = (
    (
        "demo",
        "在空的数据库里填充演示市（虚构的数据），并显示各角色的账号",
        "xinheng demo --size 20000",
        "service.cli.demo:demo",
        _demo,
    ),
)
