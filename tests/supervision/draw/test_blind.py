"""A draw without its lists: everything else is still checked, and says what was not."""

import hashlib
import json
import random
from typing import Any

import pytest

from supervision.drawlog import CHANGES, log_bytes
from supervision.drawmerkle import MERKLE, root
from supervision.drawrun import Folder, result_bytes, run
from supervision.verify import verify
from supervision.verifyblind import unpublished
from tests.supervision.draw.folders import Files, counts, folder, sealed
from tests.supervision.draw.naive import Naive
from tests.supervision.draw.test_log import changed


def hidden(seed: int) -> tuple[Files, Files]:
    """A drawn folder with roots in its record: with its frames, and as it is published."""
    files = folder(seed, units=60)
    commit = json.loads(files["commit.json"])
    lists = {name: data for name, data in files.items() if not name.endswith(".json")}
    frames = {plan["frame"] for plan in commit["plans"]}
    roots = {name: root(lists[name], "0" * 64, name) for name in sorted(frames)}
    record = {name: commit[name] for name in ("draw_id", "plans", "needs", "balance")}
    record |= {"counts": counts(lists, commit["plans"]), MERKLE: roots}
    whole = sealed(lists, record, random.Random(seed))  # noqa: S311 - made-up data
    whole["result.json"] = result_bytes(run(Folder(whole.get)))
    return whole, {name: data for name, data in whole.items() if name not in frames}


def named(files: Files) -> set[str]:
    return {one.file for one in verify(Folder(files.get))}


@pytest.mark.parametrize("seed", range(30))
def test_a_published_draw_holds_without_its_lists(seed: int) -> None:
    whole, published = hidden(seed)
    assert unpublished(Folder(whole.get)) == ()
    assert set(unpublished(Folder(published.get))) == set(whole) - set(published)
    assert named(whole) == named(published) == set()
    by_hand = json.dumps(Naive(whole).run()).encode()
    assert named({**published, "result.json": by_hand}) == set()


def edited(seed: int, rng: random.Random) -> bytes | None:
    """The result of another program with one thing changed that its lists alone would not be needed to see."""
    whole, _ = hidden(seed)
    result: Any = Naive(whole).run()
    strata = [one for plan in result["plans"].values() for one in plan.values()]
    drawn = [one for one in strata if len(one["selected"]) > 1]
    if not drawn or not result["demands"]:
        return None
    one = rng.choice(drawn)
    how = rng.randrange(6)
    if how == 0:
        one["selected"].reverse()
    elif how == 1:
        one["selected"][0] = "ZZ99"
    elif how == 2:
        one["selected"].pop()
    elif how == 3:
        one["cutoff"] = hashlib.sha256(one["cutoff"].encode()).hexdigest()
    elif how == 4:
        one["N"] += 1
    else:
        rng.choice(result["demands"])["n"] += 1
    return json.dumps(result).encode()


def test_a_changed_result_is_named_without_the_lists() -> None:
    rng = random.Random(3)  # noqa: S311 - made-up faults
    results = [(seed, edited(seed, rng)) for seed in range(60)]
    some = [(seed, data) for seed, data in results if data is not None]
    assert len(some) > 20
    for seed, data in some:
        assert named({**hidden(seed)[1], "result.json": data}) == {"result.json"}, seed


def test_a_list_that_the_record_does_not_withhold_is_missed() -> None:
    whole, published = hidden(4)
    commit = json.loads(whole["commit.json"])
    del commit[MERKLE]
    gone = {**published, "commit.json": json.dumps(commit).encode()}
    assert unpublished(Folder(gone.get)) == ()
    assert set(whole) - set(published) <= named(gone)
    commit[MERKLE] = {"frame-0.tsv": "x"}
    assert named({**published, "commit.json": json.dumps(commit).encode()}) == {"commit.json"}


def test_who_steps_in_is_checked_without_the_lists() -> None:
    seen = 0
    for seed in range(20):
        whole, published = hidden(seed)
        files, now = changed(whole, seed)
        assert named({**published, CHANGES: files[CHANGES]}) == set(), seed
        units = [place for place, line in enumerate(now.log) if len(line.what) == len(("plan", "stratum", "unit"))]
        if units:
            seen += 1
            object.__setattr__(now.log[units[0]], "by", "我的朋友")
            forged = {**published, CHANGES: log_bytes(now.log[: units[0] + 1])}
            assert named(forged) == {CHANGES}, seed
    assert seen
