"""Files of a draw are read strictly; every fault names file and line, and the quick reader never decides."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from kernel.errors import InputError
from supervision import drawframe
from supervision.drawframe import Frame, check_regions, read_frame, regions_agree
from supervision.drawlines import MOST_FAULTS
from supervision.teamsroster import read_recusal, read_roster

GOOD = (
    "91210200MA00000001\t高\tok\tR1\n91210200MA00000002\t低\tcap\tR2\n企业\t高\trecent\tR1\n𠮷😀\t高\tok\t中山区\n"
).encode()
ROSTER = "A1\tmarket\t*\t-\t2\t0\nA2\tmarket\tR1,R2\tfood,特种\t10\t3\n".encode()


def said(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_frame("frame-a.tsv", data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (GOOD[:-1], "draw_last_line", 4),
        (b"\xef\xbb\xbf" + GOOD, "draw_bom", 1),
        (GOOD.replace(b"\n", b"\r\n"), "draw_character", 1),
        (b"A\tx\tok\n", "draw_columns", 1),
        (b"A\tx\tok\tR\t\n", "draw_columns", 1),
        (b"A\tx\tok\tR\n\n", "draw_columns", 2),
        (b"\tx\tok\tR\n", "draw_empty", 1),
        (b"A\t\tok\tR\n", "draw_empty", 1),
        (b"A\tx\t\tR\n", "draw_empty", 1),
        (b"A\tx\tok\t\n", "draw_empty", 1),
        (b"B\tx\tok\tR\nA\tx\tok\tR\n", "draw_order", 2),
        (b"A\tx\tok\tR\nA\ty\tok\tR\n", "draw_repeated", 2),
        ("Ａ\tx\tok\tR\n𠮷\tx\tok\tR\n企\tx\tok\tR\n".encode(), "draw_order", 3),
        (b"a\tx\tok\tR\n", "draw_lower_case", 1),
        ("é".upper().encode() + b"\tx\tok\tR\n\xc3\xa9\tx\tok\tR\n", "draw_lower_case", 2),
        ("E\u0301\tx\tok\tR\n".encode(), "draw_not_nfc", 1),
        ("A\te\u0301\tok\tR\n".encode(), "draw_not_nfc", 1),
        (b"A" * 81 + b"\tx\tok\tR\n", "draw_too_long", 1),
        (("企" * 27).encode() + b"\tx\tok\tR\n", "draw_too_long", 1),
        (b"A\xff\tx\tok\tR\n", "draw_not_utf8", 1),
        (b"A\tx\xff\tok\tR\n", "draw_not_utf8", 1),
        *[(b"A\tx%cx\tok\tR\n" % bad, "draw_character", 1) for bad in b"/:,* \x00\x0b\x1f\x7f"],
        *[(b"A%cA\tx\tok\tR\n" % bad, "draw_character", 1) for bad in b"/:,* \x00\x0b\x1f\x7f"],
        *[(f"A{bad}A\tx\tok\tR\n".encode(), "draw_character", 1) for bad in "\u00a0\u0085\u2028\u3000"],
    ],
)
def test_a_faulty_frame_is_refused_with_file_and_line(data: bytes, code: str, line: int) -> None:
    error = said(data)
    assert (error.errors[0].code, error.errors[0].pointer) == (code, f"/frame-a.tsv/{line}")
    assert f"“frame-a.tsv”第 {line} 行" in error.errors[0].detail


@pytest.mark.parametrize("unit", ["A" * 80, "企" * 26 + "AB", "😀" * 20, "0", "-", '"A', "A\\", "'"])
def test_every_allowed_identifier_is_taken(unit: str) -> None:
    frame = read_frame("frame-a.tsv", f"{unit}\t{unit}\tok\t{unit}\n".encode())
    assert frame.units.tolist() == [unit.encode()]
    assert frame.strata.names == frame.regions.names == (unit,)


def test_an_empty_frame_is_a_frame() -> None:
    assert read_frame("frame-a.tsv", b"").counts() == {}


def test_faults_are_told_up_to_a_limit() -> None:
    assert len(said(b"a\tx\tok\tR\n" * 1000).errors) == MOST_FAULTS


def test_counts_are_those_of_the_record() -> None:
    counts = read_frame("frame-a.tsv", GOOD).counts()
    assert counts == {"低": {"N": 1, "cap": 1}, "高": {"N": 3, "ok": 2, "recent": 1}}
    assert read_frame("frame-a.tsv", GOOD).find("企业") == 2
    assert read_frame("frame-a.tsv", GOOD).find("企") is None


def columns(frame: Frame) -> list[object]:
    coded = (frame.strata, frame.status, frame.regions)
    return [frame.units.tolist(), *([one.names[code] for code in one.codes] for one in coded)]


@given(st.binary(max_size=6), st.integers(0, len(GOOD)), st.integers(0, 3))
def test_the_quick_reader_takes_nothing_that_the_strict_one_refuses(piece: bytes, place: int, gone: int) -> None:
    data = GOOD[:place] + piece + GOOD[place + gone :]
    quick = drawframe._quick("frame-a.tsv", data)
    if quick is not None:
        assert columns(quick) == columns(drawframe._strict("frame-a.tsv", data))


def test_the_quick_reader_reads_what_it_is_for() -> None:
    quick = drawframe._quick("frame-a.tsv", GOOD)
    assert quick is not None
    assert columns(quick) == columns(drawframe._strict("frame-a.tsv", GOOD))
    assert np.array_equal(quick.drawable(), [True, False, False, True])


def test_a_unit_with_two_regions_is_refused_with_both_lines() -> None:
    other = b"91210200MA00000002\tx\tok\tR9\n"
    with pytest.raises(InputError) as caught:
        check_regions(read_frame("frame-a.tsv", GOOD), read_frame("frame-b.tsv", other))
    assert "“frame-b.tsv”第 1 行" in caught.value.detail
    assert "“frame-a.tsv”第 2 行" in caught.value.detail


@pytest.mark.parametrize("other", [b"", b"X\tx\tok\tR9\n", GOOD, GOOD.replace(b"R1", b"R1")])
def test_frames_that_agree_are_taken(other: bytes) -> None:
    check_regions(read_frame("frame-a.tsv", GOOD), read_frame("frame-b.tsv", other))
    check_regions(read_frame("frame-a.tsv", other), read_frame("frame-b.tsv", GOOD))


def test_roster() -> None:
    first, second = read_roster("roster.tsv", ROSTER)
    assert first.works_in("anywhere")
    assert first.can("-")
    assert not first.can("food")
    assert second.works_in("R2")
    assert not second.works_in("R3")
    assert second.can("特种")
    assert (second.cap, second.load0) == (10, 3)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A1\td\t*\t-\t2", "draw_columns"),
        ("A1\td\t*\t-\t-1\t0", "draw_number"),
        ("A1\td\t*\t-\t02\t0", "draw_number"),
        ("A1\td\t*\t-\t２\t0", "draw_number"),
        ("A1\td\t*\t-\t2\t", "draw_number"),
        ("A1\td\t*,R1\t-\t2\t0", "draw_character"),
        ("A1\td\tR1,R1\t-\t2\t0", "draw_listed_twice"),
        ("A1\td\tR1,\t-\t2\t0", "draw_empty"),
        ("A1\td\t*\t-,food\t2\t0", "draw_dash"),
        ("A1\td\t*\t\t2\t0", "draw_empty"),
        ("A1\td d\t*\t-\t2\t0", "draw_character"),
    ],
)
def test_a_faulty_roster_is_refused(row: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_roster("roster.tsv", f"A0\td\t*\t-\t1\t0\n{row}\n".encode())
    assert [(one.code, one.pointer) for one in caught.value.errors] == [(code, "/roster.tsv/2")]


def test_recusals_go_by_person_and_unit() -> None:
    assert read_recusal("recusal.tsv", b"A1\tU1\nA1\tU2\nA2\tU1\n") == {
        "U1": frozenset({"A1", "A2"}),
        "U2": frozenset({"A1"}),
    }
    with pytest.raises(InputError) as caught:
        read_recusal("recusal.tsv", b"A2\tU1\nA1\tU2\n")
    assert caught.value.errors[0].code == "draw_order"


def test_many_frames_agree_as_they_do_in_pairs() -> None:
    one = b"U1\ta\tok\tR1\nU2\ta\tok\tR2\n"
    other = b"U1\ta\tok\tR1\nU2222\ta\tok\tR1\n"
    wrong = b"U0\ta\tok\tR1\nU2\ta\tok\tR1\n"
    frames = {name: read_frame(name, data) for name, data in (("a", one), ("b", other), ("c", wrong), ("d", b""))}
    assert regions_agree([frames["a"], frames["b"], frames["d"]])
    assert not regions_agree(list(frames.values()))
    assert regions_agree([])
    with pytest.raises(InputError, match="draw_two_regions"):
        check_regions(frames["a"], frames["c"])
