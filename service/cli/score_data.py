"""``xinheng score build`` and the commands that keep what scoring has found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from service.cli.output import emit_json, note, say_all
from service.cli.score_common import about, open_scheme, open_table, parquet_out, progress
from service.clock import today
from service.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    import polars as pl

    from service.scoring.monthly import Month
    from supervision.publicfigures import PublicTable
    from supervision.scheme import Scheme

_SHOWN: Final = 1000


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
    quality = build_file(BuildJob(scheme, on, folder, parquet_out(options.out), progress))
    if options.report:
        write_report(quality, options.report)
    found = quality.as_dict()
    if options.json:
        emit_json(found | {"unknown_files": list(folder.strangers)})
    else:
        say_all(_lines(found))
    return 0


def override(options: argparse.Namespace) -> int:
    """Apply decisions of persons to results."""
    from service.scoring.monthly import read_decisions, read_results  # noqa: PLC0415 - start-up time
    from service.scoring.population import write_frame  # noqa: PLC0415
    from supervision.overrides import MANUAL, applied  # noqa: PLC0415

    scheme, on = open_scheme(options.scheme), options.on or today()
    decisions = read_decisions(options.decisions, scheme)
    frame = applied(read_results(Path(options.classes), []), decisions, scheme, on)
    write_frame(frame, options.out)
    known = set(frame["uscc"].to_list())
    counts: dict[str, Any] = {
        "decisions": len(decisions),
        "holding": sum(one.holds(on) for one in decisions),
        "applied": int((frame["override"] == MANUAL).sum()),
        "refused": len(frame) - frame["override_refused"].null_count(),
        "unknown_codes": sorted({one.uscc for one in decisions} - known),
    }
    if options.json:
        emit_json({**about(scheme), "on": on.isoformat(), **counts})
    else:
        say_all((f"人工调整 {counts['decisions']} 条，{on} 有效 {counts['holding']} 条，用到 {counts['applied']} 户",))
        say_all((f"与法定直接判定抵触而没有用的 {counts['refused']} 户",))
        say_all(f"结果里没有这户企业：{code}" for code in counts["unknown_codes"])
    return 0


def history(options: argparse.Namespace) -> int:
    """Show classes by month."""
    from service.scoring import monthly  # noqa: PLC0415 - start-up time

    scheme, months = open_scheme(options.scheme), monthly.months_of(options.folder)
    if options.uscc:
        rows = monthly.history(months, options.uscc)
        if not rows:
            raise InputError.at("", "enterprise_unknown", uscc=options.uscc, file=options.folder)
        shown: dict[str, Any] = {"uscc": options.uscc, "months": rows}
        lines = [
            f"{row['month']}　{row['class'] or '没有类别'}　{row['score']} 分　{row['override'] or ''}" for row in rows
        ]
    else:
        shown = {"months": list(_months(months, scheme))}
        lines = [line for one in shown["months"] for line in _month_lines(one)]
    if options.json:
        emit_json({**about(scheme), **shown})
    else:
        say_all(lines)
    return 0


def _months(months: list[Month], scheme: Scheme) -> Iterator[dict[str, Any]]:
    from service.scoring import monthly  # noqa: PLC0415 - start-up time

    before: pl.DataFrame | None = None
    for month in months:
        now = month.results()
        moved = monthly.moves(before, now, scheme) if before is not None else None
        yield {
            "month": month.month,
            "classes": monthly.shares(now, scheme),
            "moved": moved.moved if moved else None,
            "matrix": moved.matrix if moved else None,
        }
        before = now


def _month_lines(one: dict[str, Any]) -> Iterator[str]:
    counts = "　".join(f"{name or '没有类别'} {count}" for name, count in one["classes"].items())
    moved = f"　比上月类别不同 {one['moved']} 户" if one["moved"] is not None else ""
    yield f"{one['month']}　{counts}{moved}"


def early(options: argparse.Namespace) -> int:
    """Write the early-warning list."""
    from polars import concat  # noqa: PLC0415 - start-up time

    from service.scoring.monthly import read_results  # noqa: PLC0415
    from service.scoring.population import write_frame  # noqa: PLC0415
    from supervision.watch import by_change, by_indicator  # noqa: PLC0415

    if not options.previous and not options.columns:
        raise UsageError(command="xinheng score early", why="--previous 和 --columns 至少要有一个")
    scheme, on = open_scheme(options.scheme), options.on or today()
    now = read_results(Path(options.classes))
    found = [by_change(scheme, read_results(Path(options.previous)), now)] if options.previous else []
    if options.columns:
        source = open_table(options.columns, scheme)
        pieces = source.batches(0, source.rows)
        found += [by_indicator(scheme, frame, on, source.layout.scales) for frame in pieces]
    table = concat(found).sort("sign", "uscc")
    if options.out:
        write_frame(table, options.out)
    counts = {
        f"{sign} {title}": count for sign, title, count in table.group_by("sign", "title").len().sort("sign").rows()
    }
    if options.json:
        emit_json({**about(scheme), "on": on.isoformat(), "warnings": counts, "rows": table.head(_SHOWN).to_dicts()})
    else:
        say_all(f"{name}　{count} 户" for name, count in counts.items())
        note("预警名单是内部资料，不得公开。")
    return 0


def public(options: argparse.Namespace) -> int:
    """Print what the public may see."""
    from service.scoring.monthly import public_figures, read_results  # noqa: PLC0415 - start-up time

    scheme = open_scheme(options.scheme)
    table = public_figures(read_results(Path(options.classes)), scheme)
    if options.json:
        emit_json(
            {
                "classes": list(table.columns),
                "cells": table.cells,
                "row_totals": table.row_totals,
                "column_totals": table.column_totals,
                "total": table.total,
            }
        )
    else:
        say_all(_public_lines(table))
    return 0


def _public_lines(table: PublicTable) -> Iterator[str]:
    yield "\t".join(["登记机关", *table.columns, "合计"])
    for name, own in table.cells.items():
        yield "\t".join([name, *(_cell(own[column]) for column in table.columns), _cell(table.row_totals[name])])
    yield "\t".join(["合计", *(_cell(table.column_totals[name]) for name in table.columns), _cell(table.total)])


def _cell(count: int | None) -> str:
    return "—" if count is None else str(count)


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
