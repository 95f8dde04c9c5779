"""``xinheng plan check``: what a plan will do, before any draw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from service import clock
from service.cli.files import STANDARD, reading_error
from service.cli.output import emit_json, say
from service.cli.planfiles import is_annual, open_plan
from service.errors import UsageError
from supervision.plancheck import check as report
from supervision.plandoc import read_plan
from supervision.planparams import reasons

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_PPM_PERCENT: Final = 10_000
_SHOWN: Final = 20


def check(options: argparse.Namespace) -> int:
    """Say what a plan will do; the answer is information, so the exit code is 0."""
    if options.plan == STANDARD:
        raise UsageError(why="计划要从文件读取：其中的文件名从它所在的文件夹算起", command="xinheng plan check")
    path = Path(options.plan)

    def read(name: str) -> bytes:
        try:
            return (path.parent / name).read_bytes()
        except (OSError, ValueError) as error:
            raise reading_error(str(path.parent / name), error) from error

    text = _text(path, read)
    found = _annual(options) if is_annual(text, path.name) else report(read_plan(path.name, text), read)
    if options.json:
        emit_json(found)
    else:
        say(*_lines(found))
    return 0


def _annual(options: argparse.Namespace) -> dict[str, Any]:
    """Say what a yearly plan will do with the libraries that it names."""
    from supervision.annualdraw import check as report_of  # noqa: PLC0415 - start-up time

    files = open_plan(options.plan)
    return report_of(files.plan, files.libraries, files.known, options.on or clock.today())


def _text(path: Path, read: Any) -> str:  # noqa: ANN401 - the function above
    try:
        text: str = read(path.name).decode()
    except UnicodeDecodeError as error:
        raise InputError.at("", "not_utf8", offset=error.start) from error
    return text


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield "各层户数："
    for one in found["strata"]:
        short = f"，缺 {one['short']} 户" if one["short"] else ""
        share = f"（占全部 {_percent(one['n_of_N_ppm'])}）"
        where = f"{one['plan']} {one['stratum']}"
        yield f"  {where}：共 {one['N']} 户，可抽 {one['drawable']} 户，抽 {one['n']} 户{share}{short}"
    totals, visits = found["totals"], found["visits"]
    floor = "达到" if totals["reaches_floor"] else "没有达到"
    yield (
        f"预计上门 {visits['expected']} 次（各部门分别抽取则为 {visits['expected_if_apart']} 次，"
        f"少 {visits['saved']} 次）；"
        f"预计抽到 {_percent(totals['share_visited_ppm'])} 的对象，{floor}每年 {_percent(totals['floor_ppm'])} 的下限。"
    )
    yield from (
        f"同去的部门：{'、'.join(one['departments'])}，预计 {one['expected_joint_visits']} 户"
        for one in found["meetings"]
    )
    yield from _annual_lines(found)
    yield from _cap_lines(found["caps"])
    yield from _staff_lines(found)


def _annual_lines(found: dict[str, Any]) -> Iterator[str]:
    """What only a yearly plan says: who is not in the pools, what bites, what is unwise."""
    for one in found.get("entries", ()):
        excluded = "，".join(f"{reasons('out_of_pool')[code]} {many} 户" for code, many in one["excluded"].items())
        bites = "，".join(f"{code} 已满 {many} 户" for code, many in one["bites"].items() if many)
        lifted = f"解除无事不扰 {one['lifted']} 户" if one["lifted"] else ""
        words = "；".join(filter(None, (excluded and f"不在对象池：{excluded}", bites, lifted)))
        if words:
            yield f"{one['entry']}：{words}"
    for one in found.get("remarks", ()):
        yield f"{'错误' if one['level'] == 'error' else '提示'}（{one['entry'] or '整份计划'}）：{one['detail']}"


def _cap_lines(caps: dict[str, Any]) -> Iterator[str]:
    for plan, numbers in caps["not_drawable"].items():
        if numbers:
            yield f"不可抽的对象（{plan}）：" + "，".join(f"{name} {many} 户" for name, many in numbers.items())
    for plan, many in (caps["at_cap_but_drawable"] or {}).items():
        if many:
            yield f"注意：{plan} 的名录中有 {many} 户本年检查次数已满，却仍标为可抽。"


def _staff_lines(found: dict[str, Any]) -> Iterator[str]:
    short = [one for one in found["staff"] if one["short"]]
    for one in short[:_SHOWN]:
        yield (
            f"人手不足：{one['dept']} {one['region']} 资格 {one['qual']}：需要 {one['seats_expected']} 人次，"
            f"{one['persons']} 人最多 {one['room']} 人次，差 {one['short']}"
        )
    for one in [one for one in found["weeks_by_region"] if one.get("short")][:_SHOWN]:
        where = f"{one['week']} 那一周 {one['region']}：{one['dept']}"
        yield f"{where}需要 {one['seats']} 人次，最多 {one['room']} 人次，差 {one['short']}"
    trial = found["trial"]
    yield (
        f"试抽一次：任务 {trial['tasks']} 个（联合 {trial['joint_tasks']} 个），名额 {trial['seats']} 个，"
        f"空缺 {trial['unfilled']} 个；"
        f"一个人最多 {trial['most_seats_for_one_person']} 次。"
    )
    yield from (f"  {why}" for why in trial["why"])


def _percent(ppm: int) -> str:
    return f"{ppm / _PPM_PERCENT:.2f}%"
