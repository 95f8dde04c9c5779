"""Folders that a clever person might publish are refused with file and line; odd but sound ones are drawn alike."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from kernel.canonical import canonical_bytes
from kernel.errors import InputError
from supervision import draw
from supervision.draw import UnitTickets, select
from supervision.drawchanges import START
from supervision.drawframe import read_frame
from supervision.drawlog import CHANGES
from supervision.drawrecord import read_record
from supervision.drawrun import Folder, result_bytes, run
from supervision.drawtext import Tickets, sha256_hex
from supervision.verify import verify
from tests.supervision.draw.adversary import FRAME, Case, cases, drawn, folder, odd
from tests.supervision.draw.naive import Naive
from tests.supervision.draw.test_log import changed
from tests.supervision.draw.test_log import drawn as by_us


def test_the_folder_itself_holds() -> None:
    assert verify(Folder(drawn().get)) == []


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_a_broken_rule_is_named_with_file_and_place(case: Case) -> None:
    found = verify(Folder(case.files.get))
    assert [one for one in found if one.file == case.file and case.place in {None, one.place}], found
    assert case.file in found[0].detail or found[0].file == case.file
    with pytest.raises(InputError) as caught:
        run(Folder(case.files.get))
    assert caught.value.errors[0].pointer.startswith(f"/{case.file}")


@pytest.mark.parametrize(("name", "files"), list(odd()), ids=[name for name, _ in odd()])
def test_an_odd_folder_is_drawn_bit_for_bit_as_by_the_other_program(name: str, files: dict[str, bytes]) -> None:
    expected = Naive(files).run()
    result = run(Folder(files.get))
    read = json.loads(result_bytes(result))
    for part in ("seed_text", "key", "plans", "demands"):
        assert read[part] == expected[part], (name, part)
    assert [(gap["rank"], gap["full"]) for gap in read["unfilled"]] == [
        (gap["rank"], gap["full"]) for gap in expected["unfilled"]
    ]
    for data in (result_bytes(result), json.dumps(expected).encode()):
        assert verify(Folder({**files, "result.json": data}.get)) == [], name


def test_equal_tickets_go_by_the_bytes_of_the_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "digests", lambda _, endings: [b"\x01" * 32 for _ in endings])
    files = folder()
    plan = read_record(files["commit.json"]).plans[0]
    frame = read_frame(FRAME, files[FRAME])
    tickets = Tickets("0" * 64)
    found = select(plan, frame, tickets, UnitTickets(tickets))
    assert {name: list(one.selected) + list(one.reserve) for name, one in found.items()} == {
        "高": [1, 2, 4, 7, 8],  # the sixth row has been visited enough
        "低": [0, 3, 6],
    }


def forged(edit: Callable[[dict[str, Any]], object], line: int = 0) -> bytes:
    """A log whose chain holds, with one line edited."""
    _, now = changed(by_us(12), 12)
    lines, before = [asdict(one) for one in now.log], START
    edit(lines[line])
    out = []
    for one in lines:
        one["before"] = before
        before = sha256_hex(canonical_bytes({name: value for name, value in one.items() if name != "digest"}))
        out.append(canonical_bytes({**one, "digest": before}) + b"\n")
    return b"".join(out)


FORGED = {
    "多一个成员": lambda one: one.update(note="x"),
    "编号是文字": lambda one: one.update(number="1"),
    "原因是数": lambda one: one.update(reason=9),
    "批准人是空的": lambda one: one.update(approved_by=""),
    "接替的人不在名册": lambda one: one.update(by="ZZ"),
    "没有写替换了谁": lambda one: one.update(what=[]),
    "需求写成上标": lambda one: one.update(what=["²", "M01"]),
    "需求有前导零": lambda one: one.update(what=["00", "M01"]),
    "需求太大": lambda one: one.update(what=["9" * 5000, "M01"]),
    "原因不在清单": lambda one: one.update(what=["P0", "高", "X"], reason="6"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_change_is_named_with_its_line(name: str) -> None:
    found = verify(Folder({**by_us(12), CHANGES: forged(FORGED[name])}.get))
    assert [(one.file, one.place) for one in found] == [(CHANGES, "1")]
