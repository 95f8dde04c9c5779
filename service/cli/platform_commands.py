"""The commands that run the service: database, audit trail, backup, worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.cli.arguments import day

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def _nothing(_: argparse.ArgumentParser) -> None:
    """The command takes no argument of its own."""


def _upgrade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", default="head", metavar="REVISION", help="升级到哪个版本（默认：最新）")


def _downgrade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("to", metavar="REVISION", help="退回到哪个版本，例如 0007；base 表示清空")
    parser.add_argument("--yes", action="store_true", help="确认：较新的表连同内容一并删除")


def _anchors(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--anchors", metavar="FILE", help="锚定文件（默认：XINHENG_ANCHOR_FILE）")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT.ndjson", help="写到哪个文件，一行一条；- 表示标准输出")
    parser.add_argument("--from", dest="first", type=day, metavar="DATE", help="从哪一天起")
    parser.add_argument("--to", dest="last", type=day, metavar="DATE", help="到哪一天止（当日计入）")


def _anchor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", help="锚定文件（默认：XINHENG_ANCHOR_FILE）")


def _make(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="新的备份文件夹，不能已经存在")


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="备份文件夹")


def _worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--attached", action="store_true", help="标准输入关闭时停止（由 serve 启动时用）")


Row = tuple[str, str, str, str, "Callable[[argparse.ArgumentParser], None]"]
PLATFORM: Final[tuple[Row, ...]] = (
    ("db status", "数据库在哪个版本，本软件需要哪个版本", "xinheng db status", "service.cli.db:status", _nothing),
    ("db upgrade", "建立或者升级数据库的表", "xinheng db upgrade", "service.cli.db:upgrade", _upgrade),
    (
        "db downgrade",
        "退回到较早的版本（先备份）",
        "xinheng db downgrade 0007 --yes",
        "service.cli.db:downgrade",
        _downgrade,
    ),
    (
        "db rekey",
        "更换数据库中保密内容（动态验证码、抽取的密封内容）的密钥",
        "xinheng db rekey",
        "service.cli.db:rekey",
        _nothing,
    ),
    (
        "audit verify",
        "核对全部审计记录的链；有不一致时指出位置，退出码为 1",
        "xinheng audit verify --anchors anchors.txt",
        "service.cli.audit:verify_trail",
        _anchors,
    ),
    (
        "audit export",
        "导出审计记录（NDJSON）",
        "xinheng audit export audit.ndjson --from 2026-01-01 --to 2026-03-31",
        "service.cli.audit:export_trail",
        _export,
    ),
    (
        "audit anchor",
        "把链的末端写到数据库之外的文件",
        "xinheng audit anchor anchors.txt",
        "service.cli.audit:anchor_trail",
        _anchor,
    ),
    (
        "backup make",
        "备份数据库和旁边的文件（不必停止服务）",
        "xinheng backup make backups/2026-11-25",
        "service.cli.backup:make_backup",
        _make,
    ),
    (
        "backup check",
        "逐字节核对一份备份",
        "xinheng backup check backups/2026-11-25",
        "service.cli.backup:check_backup",
        _folder,
    ),
    (
        "backup restore",
        "把备份恢复到空的数据库和空的数据文件夹，并与备份时比较",
        "xinheng backup restore backups/2026-11-25",
        "service.cli.backup:restore_backup",
        _folder,
    ),
    ("worker", "执行后台任务，直到停止", "xinheng worker", "service.cli.worker:work", _worker),
)
PLATFORM_GROUPS: Final = {
    "db": "管理数据库",
    "audit": "核对和导出审计记录",
    "backup": "备份和恢复",
}
