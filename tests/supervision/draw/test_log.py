"""Changes on a whole folder: repeated by anybody from the files, and every changed line is caught by its number."""

import dataclasses
import random

import pytest

from kernel.errors import InputError
from supervision.drawchanges import Act, ChangeError
from supervision.drawlog import CHANGES, Standing, log_bytes, read_log
from supervision.drawrun import Folder, result_bytes, run
from supervision.verify import verify
from tests.supervision.draw.folders import Files, folder

NOW = Act("9", "局长", "2026-11-25T10:00:00+08:00")
ILL = Act("生病", "局长", "2026-11-25T11:00:00+08:00")


def drawn(seed: int) -> Files:
    files = folder(seed)
    return {**files, "result.json": result_bytes(run(Folder(files.get)))}


def standing(files: Files) -> Standing:
    log = read_log(files[CHANGES]) if CHANGES in files else []
    return Standing(Folder(files.get), log)


def changed(files: Files, seed: int, many: int = 6) -> tuple[Files, Standing]:
    """The folder after some random changes, and how it stands as they were made."""
    rng = random.Random(seed)  # noqa: S311 - made-up changes
    now = standing(files)
    for _ in range(many):
        seats = [(one.rank, person) for one in now.stands() for person in one.people]
        units = [
            (plan, stratum, unit)
            for plan, strata in now.drawn.items()
            for stratum, one in strata.items()
            for unit in one["selected"]
            if all(line.what[-1] != unit for line in now.log)
        ]
        if seats and rng.random() < 0.5:
            now.restaff(*rng.choice(seats), ILL)
        elif units:
            now.replace(*rng.choice(units), NOW)
    return {**files, CHANGES: log_bytes(now.log)}, now


def stands(of: Standing) -> list[object]:
    return list(of.stands())


@pytest.mark.parametrize("seed", range(40))
def test_a_log_repeated_from_the_files_gives_the_same_teams(seed: int) -> None:
    files, now = changed(drawn(seed), seed)
    again = standing(files)
    assert stands(again) == stands(now)
    assert again.log == now.log
    assert verify(Folder(files.get)) == []


@pytest.mark.parametrize("seed", range(40))
def test_teams_stay_lawful_and_earlier_seats_stay_where_they_are(seed: int) -> None:
    files = drawn(seed)
    before = stands(standing(files))
    _, now = changed(files, seed)
    persons = {row.split("\t")[0]: row.split("\t") for row in files["roster.tsv"].decode().splitlines()}
    recused = {tuple(row.split("\t")) for row in files["recusal.tsv"].decode().splitlines()}
    moved = {int(line.what[0]) for line in now.log if len(line.what) == 2}
    seats: dict[tuple[str, str], list[str]] = {}
    for one in now.stands():
        seats.setdefault((one.task.group, one.task.unit), []).extend(one.people)
        for person in one.people:
            _, dept, regions, quals, _, _ = persons[person]
            assert dept == one.demand.dept
            assert regions == "*" or one.task.region in regions.split(",")
            assert one.demand.qual in {"-", *quals.split(",")}
            assert (person, one.task.unit) not in recused
    assert all(len(set(people)) == len(people) for people in seats.values())
    for was, one in zip(before, now.stands(), strict=False):
        assert one.rank in moved or was.people == one.people  # type: ignore[attr-defined]  # both are stands


def a_changed_folder() -> Files:
    return next(files for files, now in (changed(drawn(seed), seed) for seed in range(50)) if len(now.log) == 6)


def named(files: Files) -> list[tuple[str, str]]:
    return [(one.file, one.place) for one in verify(Folder(files.get))]


def test_a_changed_byte_of_the_log_is_caught_with_its_line() -> None:
    files = a_changed_folder()
    data = files[CHANGES]
    rng = random.Random(1)  # noqa: S311 - made-up faults
    for _ in range(80):
        place = rng.randrange(len(data))
        byte = bytes([rng.randrange(256)])
        wrong = data[:place] + rng.choice((b"", byte, byte + data[place : place + 1])) + data[place + 1 :]
        if wrong == data:
            continue
        ((file, line),) = named({**files, CHANGES: wrong})
        assert file == CHANGES
        # The line itself, or the next one when only its end is gone.
        assert abs(int(line) - (data[:place].count(b"\n") + 1)) <= 1, (
            "the line itself, or the next one that no longer follows"
        )


@pytest.mark.parametrize("how", ["drop", "swap", "end"])
def test_a_missing_or_moved_line_is_caught(how: str) -> None:
    files = a_changed_folder()
    lines = files[CHANGES].splitlines(keepends=True)
    wrong = {"drop": lines[:2] + lines[3:], "swap": [lines[1], lines[0], *lines[2:]], "end": [*lines, b"{}\n"]}[how]
    assert named({**files, CHANGES: b"".join(wrong)})[0][0] == CHANGES


def test_somebody_chosen_by_hand_is_caught_although_the_chain_holds() -> None:
    files = a_changed_folder()
    log = read_log(files[CHANGES])
    place = next(place for place, line in enumerate(log) if line.by is not None)
    forged = [*log[:place], dataclasses.replace(log[place], by="我的朋友")]
    assert named({**files, CHANGES: log_bytes(forged)}) == [(CHANGES, str(place + 1))]


def test_whoever_left_a_visit_is_not_sent_there_again() -> None:
    for seed in range(60):
        now = standing(drawn(seed))
        one = next((one for one in now.stands() if one.people), None)
        if one is None:
            continue
        gone = []
        person: str | None = one.people[0]
        while person is not None:
            gone.append(person)
            person = now.restaff(one.rank, person, ILL).by
        assert len(set(gone)) == len(gone)


def test_a_unit_of_no_plan_and_a_seat_of_nobody_are_refused() -> None:
    now = standing(drawn(7))
    with pytest.raises(ChangeError):
        now.replace("P0", "高", "X", NOW)
    with pytest.raises(ChangeError):
        now.restaff(10**6, "M01", ILL)
    assert now.log == []


def test_the_last_line_needs_its_end() -> None:
    with pytest.raises(InputError) as caught:
        read_log(a_changed_folder()[CHANGES][:-1])
    assert caught.value.errors[0].pointer == f"/{CHANGES}/6"
