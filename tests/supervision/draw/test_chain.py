"""Records form one chain; a changed file shows what else can be seen of the change."""

import json
import random
from dataclasses import replace

import pytest

from kernel.errors import InputError
from supervision.drawchain import CANCEL, Cancelled, Link, breaks, link_of, read_cancelled, unsettled
from supervision.drawrecord import read_record
from supervision.drawrun import Folder, result_bytes, run
from supervision.verify import verify
from tests.supervision.draw.folders import Files, folder, sealed

ONE, TWO, THREE = ("1" * 64, "2" * 64, "3" * 64)
CHAIN = (
    Link("第一次", ONE, None, "Q1", result=True, cancelled=False),
    Link("第二次", TWO, ONE, "Q2", result=False, cancelled=True),
    Link("第三次", THREE, TWO, "Q3", result=False, cancelled=False),
)


def codes(*chain: Link, start: str | None = None) -> list[tuple[str, str]]:
    return [(one.name, one.code) for one in breaks(chain, start)]


def test_a_whole_chain_holds_and_says_which_record_is_open() -> None:
    assert codes(*CHAIN) == []
    assert [link.name for link in unsettled(CHAIN)] == ["第三次"]
    assert codes(*CHAIN[1:], start=ONE) == []


def test_a_dropped_record_a_wrong_order_and_a_second_outcome_are_told() -> None:
    assert codes(CHAIN[0], CHAIN[2]) == [("第三次", "draw_chain_prev")]
    assert codes(*CHAIN[1:]) == [("第二次", "draw_chain_prev")]
    assert codes(CHAIN[1], CHAIN[0])[0] == ("第二次", "draw_chain_prev")
    assert codes(replace(CHAIN[0], cancelled=True)) == [("第一次", "draw_chain_both")]
    assert codes(CHAIN[0], replace(CHAIN[1], draw_id="Q1")) == [("第二次", "draw_chain_twice")]


def cancelled(files: Files, **other: str | None) -> Files:
    record = read_record(files["commit.json"])
    found = Cancelled(record.digest, "event_void", "停售", "张三", None, "2026-11-25T10:00:00+08:00")
    return {**files, CANCEL: json.dumps({**found.as_dict(), **other}).encode()}


def test_a_cancelled_folder_verifies_without_a_result_only() -> None:
    files = folder(7)
    gone = cancelled(files)
    assert verify(Folder(gone.get)) == []
    assert link_of("x", Folder(gone.get)).cancelled
    drawn = {**gone, "result.json": result_bytes(run(Folder(files.get)))}
    assert [one.code for one in verify(Folder(drawn.get))] == ["draw_cancel_result"]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"commit": ONE}, "draw_cancel_other"),
        ({"reason": "unwelcome"}, "draw_word"),
        ({"reason": "nonce_lost"}, "draw_cancel_second"),
        ({"reason": "nonce_lost", "second": "张三"}, "draw_cancel_second"),
        ({"words": ""}, "draw_text"),
    ],
)
def test_a_cancellation_must_fit_its_record_and_its_reason(other: dict[str, str], code: str) -> None:
    files = cancelled(folder(7), **other)
    with pytest.raises(InputError) as caught:
        read_cancelled(files[CANCEL], read_record(files["commit.json"]))
    assert caught.value.code == code
    assert [one.file for one in verify(Folder(files.get))] == [CANCEL]


def counted() -> Files:
    return next(files for files in map(folder, range(20)) if "counts" in json.loads(files["commit.json"]))


def traces(files: Files, name: str, data: bytes) -> list[tuple[str, str]]:
    drawn = {**files, "result.json": result_bytes(run(Folder(files.get))), name: data}
    found = verify(Folder(drawn.get))
    assert {one.file for one in found} == {name}
    return [(one.code, one.place) for one in found]


def test_a_changed_file_names_the_line_that_breaks_a_rule() -> None:
    files = counted()
    roster = files["roster.tsv"]
    second = roster.index(b"\n") + 1 if roster.count(b"\n") > 1 else 0
    wrong = roster[:second] + b" " + roster[second:]
    assert traces(files, "roster.tsv", wrong)[:2] == [
        ("draw_digest", ""),
        ("draw_character", "2" if second else "1"),
    ]
    assert traces(files, "recusal.tsv", files["recusal.tsv"] + b"x")[1][0] == "draw_last_line"


def test_a_changed_frame_names_the_stratum_whose_numbers_differ() -> None:
    files = counted()
    name = next(name for name in files if name.startswith("frame") and b"\n" in files[name])
    last = files[name].rstrip(b"\n").rfind(b"\n") + 1
    codes_found = {code for code, _ in traces(files, name, files[name][:last])}
    assert codes_found == {"draw_digest", "draw_count_differs"}


def test_a_record_chained_to_another_is_read_back() -> None:
    files = folder(7)
    commit = json.loads(files["commit.json"])
    plain = {name: commit[name] for name in ("draw_id", "plans", "needs", "balance")}
    rest = {name: data for name, data in files.items() if not name.endswith(".json")}
    prev = read_record(files["commit.json"]).digest
    second = sealed(rest, {**plain, "draw_id": "第二", "prev": prev}, random.Random(1))  # noqa: S311 - made-up data
    links = [link_of(name, Folder(one.get)) for name, one in (("a", files), ("b", second))]
    assert [one.code for one in breaks(links)] == []
    assert [one.code for one in breaks(links[1:])] == ["draw_chain_prev"]
