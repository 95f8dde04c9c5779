"""``xinheng score report``, ``whatif`` and ``learn``: a scheme under study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.cli.files import write_whole
from service.cli.output import emit_json, note, say_all
from service.cli.score_common import about, open_scheme, open_table, progress
from service.clock import today
from service.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from service.scoring.report import Month
    from supervision.scheme import Scheme


def report(options: argparse.Namespace) -> int:
    """Write the monitoring report."""
    from service.scoring.report import document, judge, page, take_census  # noqa: PLC0415 - start-up time
    from service.scoring.visits import read_visits  # noqa: PLC0415

    scheme = open_scheme(options.scheme)
    months = _months(options, scheme)
    visits = read_visits(options.visits, today()) if options.visits else None
    censuses = [take_census(month, scheme, progress(month.source.rows)) for month in months]
    doc = document(censuses, judge(months, scheme, visits) if visits is not None else None)
    write_whole(Path(options.out), page(doc, scheme).encode())
    note(f"报告已写入 {options.out}")
    if options.json:
        emit_json({**about(scheme), **doc})
    else:
        say_all(_report_lines(doc))
    return 0


def _months(options: argparse.Namespace, scheme: Scheme) -> list[Month]:
    """The tables to report on, the earlier first."""
    from service.scoring.report import Month  # noqa: PLC0415 - start-up time

    on = options.on or today()
    if bool(options.earlier) != bool(options.earlier_on):
        raise UsageError(command="xinheng score report", why="--earlier 和 --earlier-on 要一起写")
    if options.earlier and options.earlier_on >= on:
        raise UsageError(command="xinheng score report", why="--earlier-on 应当早于评分日")
    months = [Month(open_table(options.table, scheme), on)]
    if options.earlier:
        months.insert(0, Month(open_table(options.earlier, scheme), options.earlier_on))
    return months


def _report_lines(doc: dict[str, Any]) -> Iterator[str]:
    yield f"共 {doc['rows']} 户，未能评分 {doc['unscored']} 户，由缺失值决定类别的占 {doc['decided_by_absent']:.1%}"
    for row in doc["classes"]:
        yield f"{row['class']}　{row['title']}　{row['rows']} 户　{row['share']:.2%}"
    if doc["drift"]:
        yield f"PSI：类别 {doc['drift']['classes']:.3f}，总分 {doc['drift']['scores']:.3f}"
    visits = doc["visits"]
    if visits:
        yield f"检查 {visits['used']} 次，发现问题 {visits['found']} 次，没有用到 {visits['left_out']} 次"
        for row in visits["by_class"]:
            rate = "—" if row["rate"] is None else f"{row['rate']:.1%}"
            yield f"{row['class']}　检查 {row['visits']} 次　发现率 {rate}"


def learn(options: argparse.Namespace) -> int:
    """Write a draft of a scheme with points learned from inspection results."""
    from service.scoring import learn as learning  # noqa: PLC0415 - start-up time
    from service.scoring.learnreport import document, page  # noqa: PLC0415
    from service.scoring.visits import read_visits  # noqa: PLC0415

    learning.require_learning()
    scheme = open_scheme(options.scheme)
    months = learning.open_months(options.tables, scheme, open_table)
    gathered = learning.gather(months, scheme, read_visits(options.visits, today()))
    wish = learning.Wish(today(), options.test_from, options.window, options.repeats, options.seed)
    learned = learning.learn(gathered, months, scheme, wish)
    write_whole(Path(options.out), learned.text.encode())
    doc = document(scheme, learned, wish)
    if options.report:
        write_whole(Path(options.report), page(doc).encode())
    note(f"草案已写入 {options.out}，审阅后才可以使用")
    if options.json:
        emit_json({**about(scheme), **doc})
    else:
        say_all(_learn_lines(doc))
    return 0


def _learn_lines(doc: dict[str, Any]) -> Iterator[str]:
    train, test = doc["train"], doc["test"]
    yield f"学习：{train['visits']} 次检查，{train['found']} 次发现问题"
    yield f"检验：{test['visits']} 次检查，{test['found']} 次发现问题"
    yield "检验（同样的检查次数，只换次序）　前一半的发现率　前一半占全部问题　平均提前天数"
    for name, title in (("actual", "实际次序"), ("present", "现行方案"), ("learned", "草案")):
        one = {figure: part["value"] for figure, part in doc["orders"][name].items()}
        yield f"{title}　{one['precision']:.1%}　{one['found_in_first_half']:.1%}　{one['days_earlier']:.1f}"
    yield doc["conclusion"]


def whatif(options: argparse.Namespace) -> int:
    """Show what other points and cut-offs would move."""
    from service.scoring.report import Month  # noqa: PLC0415 - start-up time
    from service.scoring.whatif import read_variants, with_sensitivity  # noqa: PLC0415

    scheme = open_scheme(options.scheme)
    month = Month(open_table(options.table, scheme), options.on or today())
    variants = read_variants(options.variants, scheme) if options.variants else []
    doc = with_sensitivity(month, scheme, variants, options.step, progress(month.source.rows))
    if options.json:
        emit_json({**about(scheme), "on": month.on.isoformat(), **doc})
    else:
        say_all(_whatif_lines(doc))
    return 0


def _whatif_lines(doc: dict[str, Any]) -> Iterator[str]:
    for one in doc["variants"]:
        shares = "　".join(f"{name} {share:.1%}" for name, share in one["shares"].items())
        yield f"{one['name']}：{one['moved']} 户类别不同，变差 {one['worse']} 户，变好 {one['better']} 户；{shares}"
        names = list(next(iter(one["matrix"].values())))
        yield "\t".join(["", *(name or "未评" for name in names)])
        yield from ("\t".join([name or "未评", *map(str, row.values())]) for name, row in one["matrix"].items())
    yield f"敏感度：有分值的档各加 {doc['step']} 分，类别改变的户数"
    yield from (f"{one['indicator']}　{one['title']}　{one['moved']}" for one in doc["sensitivity"])
