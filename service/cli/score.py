"""``xinheng score …``: classes of enterprises, and why."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from service.cli.output import emit_json, note, say, say_all
from service.cli.score_common import about, open_scheme, open_table, parquet_out, progress
from service.cli.score_update import keep_state, update
from service.clock import today
from service.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.scoring.previous import Changes
    from service.scoring.run import Summary
    from service.scoring.source import Source
    from supervision.row import Result
    from supervision.scheme import Scheme

_SHOWN_MOVERS: Final = 1000


def schema(options: argparse.Namespace) -> int:
    """Show the columns that a scheme needs."""
    from supervision.layout import describe  # noqa: PLC0415 - start-up time

    scheme = open_scheme(options.scheme)
    columns = describe(scheme, today().isoformat())
    if options.json:
        emit_json({**about(scheme), "columns": columns, "classes": _classes(scheme)})
        return 0
    say(f"{scheme.spec.title}　版本 {scheme.version}　{len(scheme.indicators)} 项指标")
    say_all(_column_line(column) for column in columns)
    return 0


def run(options: argparse.Namespace) -> int:
    """Score a table into another."""
    from service.scoring.previous import changes, open_previous  # noqa: PLC0415 - start-up time
    from service.scoring.run import Job, score_file  # noqa: PLC0415
    from service.scoring.spark import require_spark  # noqa: PLC0415

    scheme = open_scheme(options.scheme)
    source = open_table(options.table, scheme)
    master = options.master if options.engine == "spark" else None
    if master:
        require_spark()
    out, on = parquet_out(options.out), options.on or today()
    if options.previous and Path(options.previous).is_dir():
        return update(options, scheme, source)
    before = open_previous(options.previous, scheme) if options.previous else None
    begun = time.monotonic()
    summary = score_file(Job(scheme, on, source, out, options.resume, progress(source.rows), master))
    kept = keep_state(options.state, source, scheme, on) if options.state else {}
    note(f"用时 {time.monotonic() - begun:.1f} 秒")
    found = changes(before, out, scheme) if before is not None else None
    if options.json:
        moves = {"changes": _changes(found)} if found else {}
        emit_json({**about(scheme), "on": on.isoformat(), **_summary(summary, source), **moves, **kept})
    else:
        say_all(_summary_lines(summary, scheme))
        say_all(_change_lines(found) if found else ())
    return 0


def explain(options: argparse.Namespace) -> int:
    """Show how one enterprise came to its class."""
    from service.scoring.lookup import explain as explained  # noqa: PLC0415 - start-up time

    scheme, on = open_scheme(options.scheme), options.on or today()
    result = explained(open_table(options.table, scheme), options.uscc, scheme, on)
    if options.json:
        shown = {**result.as_row(), "on": on.isoformat()}
        emit_json(_plain({**shown, "indicators": [part.as_dict() for part in result.parts]}))
    else:
        say_all(_result_lines(result, scheme))
    return 0


def compare(options: argparse.Namespace) -> int:
    """Show who moves between two schemes."""
    import polars as pl  # noqa: PLC0415 - start-up time

    from service.scoring.population import compare as compared  # noqa: PLC0415
    from service.scoring.population import write_frame  # noqa: PLC0415

    if len(options.scheme) != len(("from", "to")):
        raise UsageError(command="xinheng score compare", why="--scheme 要写两次")
    schemes = [open_scheme(name) for name in options.scheme]
    kept: list[pl.DataFrame] = []
    sources = [open_table(options.table, scheme) for scheme in schemes]
    found = compared(sources, schemes, options.on or today(), kept.append)
    moved = pl.concat(kept) if kept else pl.DataFrame()
    if options.out:
        write_frame(moved, options.out)
    if options.json:
        names = {"from": about(schemes[0]), "to": about(schemes[1])}
        counts = {"rows": found.rows, "moved": found.moved, "matrix": found.matrix}
        emit_json({**names, **counts, "movers": moved.head(_SHOWN_MOVERS).to_dicts()})
    else:
        say(f"{schemes[0].id} → {schemes[1].id}：共 {found.rows} 户，{found.moved} 户类别不同", *found.lines())
    return 0


def calibrate(options: argparse.Namespace) -> int:
    """Show the cut-offs that give the shares that are wanted."""
    from service.scoring.population import parse_shares, tally  # noqa: PLC0415 - start-up time

    scheme = open_scheme(options.scheme)
    counted = tally(open_table(options.table, scheme), scheme, options.on or today())
    cuts = counted.cut_offs(parse_shares(options.shares))
    shares = dict(zip(scheme.classes, counted.shares(cuts), strict=True))
    if options.json:
        emit_json({**about(scheme), "cut_offs": list(cuts), "shares": shares, "rows": int(counted.counts.sum())})
        return 0
    limits = [*(f"不超过 {cut} 分" for cut in cuts), "其余"]
    say_all(f"{name}　{limit}　{shares[name]:.2f} %" for name, limit in zip(scheme.classes, limits, strict=True))
    note("请把这些分界写进方案的新版本；同一版本的分界不再改动。")
    return 0


def synth(options: argparse.Namespace) -> int:
    """Write a made-up population."""
    from service.scoring.population import write_population  # noqa: PLC0415 - start-up time
    from service.scoring.rawpopulation import write_raw  # noqa: PLC0415
    from service.scoring.synth import Wish  # noqa: PLC0415

    scheme, out = open_scheme(options.scheme), parquet_out(options.out)
    wish = Wish(options.count, options.seed, options.on, options.layout == "tight")
    if options.raw:
        write_raw(scheme, wish, out, Path(options.raw), progress(options.count))
    else:
        write_population(scheme, wish, out, progress(options.count))
    if options.json:
        emit_json({**about(scheme), "rows": options.count, "seed": options.seed, "layout": options.layout})
    else:
        say(f"已写入 {options.count} 户模拟企业：{out}")
    return 0


def _classes(scheme: Scheme) -> list[dict[str, Any]]:
    return [{"id": one.id, "title": one.title, "up_to": one.up_to} for one in scheme.spec.classes]


def _column_line(column: dict[str, Any]) -> str:
    values = f"　取值：{'、'.join(column['values'])}" if column.get("values") else ""
    return f"{column['name']}　{column['dtype']}　{column['title']}　{column.get('indicator') or ''}{values}"


def _summary(summary: Summary, source: Source) -> dict[str, Any]:
    classes = {name: count for name, count in summary.classes.items() if name}
    return {
        "rows": summary.rows,
        "classes": classes,
        "unscored": summary.classes.get("", 0),
        "problems": summary.problems,
        "duplicate_codes": summary.duplicates,
        "resumed_rows": summary.resumed,
        "missing_columns": list(source.layout.missing),
        "extra_columns": list(source.layout.extra),
    }


def _summary_lines(summary: Summary, scheme: Scheme) -> Iterator[str]:
    yield f"共 {summary.rows} 行，方案 {scheme.id}，版本 {scheme.version}"
    for grade in scheme.spec.classes:
        count = summary.classes.get(grade.id, 0)
        yield f"{grade.id}　{grade.title}　{count} 户　{count / max(summary.rows, 1):.2%}"
    yield f"未能评分 {summary.classes.get('', 0)} 行，有问题提示 {summary.problems} 行"
    yield f"重复出现的代码 {summary.duplicates} 个"


def _changes(found: Changes) -> dict[str, Any]:
    moves = found.migration
    shown = {"matched": moves.rows, "moved": moves.moved, "new": found.new, "gone": found.gone}
    return {**shown, "matrix": moves.matrix, "movers": found.movers.head(_SHOWN_MOVERS).to_dicts()}


def _change_lines(found: Changes) -> Iterator[str]:
    moves = found.migration
    yield f"与上次比较：{moves.rows} 户都有，{moves.moved} 户类别不同，新增 {found.new} 户，不再出现 {found.gone} 户"
    yield from moves.lines()


def _result_lines(result: Result, scheme: Scheme) -> Iterator[str]:
    yield f"{result.uscc}　{result.score if result.score is not None else '未评分'}　{result.class_ or '没有类别'}"
    if result.problem:
        yield f"注意：{result.problem}"
    if result.override:
        title = next(rule.title for rule in scheme.rules if rule.id == result.override)
        yield f"类别由规则 {result.override} {title} 决定"
    for name, part in scheme.spec.dimensions.items():
        yield f"{part.title}　{result.points[name]} / {part.cap}"
    for one in result.parts:
        spec = one.indicator.spec
        yield f"  {spec.id} {spec.title}　{one.bin.label}　{one.bin.points} / {one.indicator.most}"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Days as text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
