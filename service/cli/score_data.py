"""``xinheng score build`` and the commands that keep what scoring has found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli.output import emit_json, note, say_all
from service.cli.score_common import open_scheme, progress
from service.clock import today

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def build(options: argparse.Namespace) -> int:
    """Derive the columns of a scheme from raw records."""
    from service.scoring.build import BuildJob, build_file  # noqa: PLC0415 - start-up time
    from service.scoring.qualitypage import check_name, write_report  # noqa: PLC0415
    from service.scoring.records import open_folder  # noqa: PLC0415

    if options.report:
        check_name(options.report)
    scheme, folder, on = open_scheme(options.scheme), open_folder(options.records), options.on or today()
    if folder.strangers:
        note(f"文件夹里有不认识的文件，没有读取：{'、'.join(folder.strangers[:20])}")
    quality = build_file(BuildJob(scheme, on, folder, Path(options.out), progress))
    if options.report:
        write_report(quality, options.report)
    found = quality.as_dict()
    if options.json:
        emit_json(found | {"unknown_files": list(folder.strangers)})
    else:
        say_all(_lines(found))
    return 0


def _lines(found: dict[str, Any]) -> Iterator[str]:
    gone = found["not_yet_founded"]
    yield f"登记表 {found['rows']} 行，写出 {found['rows'] - gone} 户（{gone} 户在 {found['on']} 之后成立）"
    for one in found["tables"]:
        bad = sum(each["count"] for each in one["unreadable"].values())
        yield f"{one['title']}　{one['rows']} 行，不能读取的值 {bad} 个，代码不在登记表的 {one['orphans']} 行"
    for one in found["contradictions"]:
        yield f"矛盾：{one['title']} {one['count']} 处"
    known = [one for one in found["indicators"] if one["filled"]]
    yield f"{len(found['indicators'])} 项指标中有数据的 {len(known)} 项"
    if found["missing_tables"]:
        yield f"没有提供的表：{'、'.join(found['missing_tables'])}"
