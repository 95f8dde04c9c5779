"""A changed byte anywhere makes verification fail with the name of the file."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from kernel.errors import InputError
from supervision.drawrun import Folder, result_bytes, run
from supervision.verify import Mismatch, verify
from tests.supervision.draw.folders import Files, folder, sealed
from tests.supervision.draw.naive import Naive

SEED = 7


def drawn(seed: int = SEED) -> Files:
    files = folder(seed)
    return {**files, "result.json": result_bytes(run(Folder(files.get)))}


def named(files: Files) -> set[str]:
    return {one.file for one in verify(Folder(files.get))}


def by_hand(files: Files) -> Files:
    """The same result as another program would write it."""
    return {**files, "result.json": json.dumps(Naive(files).run(), indent=2).encode()}


@pytest.mark.parametrize("seed", range(25))
def test_a_draw_verifies_whoever_wrote_the_result(seed: int) -> None:
    assert verify(Folder(drawn(seed).get)) == []
    assert verify(Folder(by_hand(folder(seed)).get)) == []


@pytest.mark.parametrize("name", sorted(drawn()))
@pytest.mark.parametrize("how", ["replace", "delete", "insert"])
def test_a_changed_byte_is_caught_and_the_file_is_named(name: str, how: str) -> None:
    rng = random.Random(f"{name} {how}")  # noqa: S311 - made-up faults
    files = drawn()
    data = files[name]
    if not data:
        how = "insert"
    for _ in range(60):
        place = rng.randrange(len(data) + (how == "insert"))
        byte = bytes([rng.choice([*range(256)])])
        kept = place if how == "insert" else place + 1
        changed = data[:place] + (b"" if how == "delete" else byte) + data[kept:]
        if changed != data:
            assert name in named({**files, name: changed}), (place, byte)


@pytest.mark.parametrize("name", sorted(drawn()))
def test_a_file_that_is_missing_is_named(name: str) -> None:
    files = drawn()
    del files[name]
    assert name in named(files)


def test_only_the_changed_file_is_named() -> None:
    files = drawn()
    frame = next(name for name in files if name.startswith("frame"))
    assert named({**files, frame: files[frame] + b"Z\tx\tok\tR\n"}) == {frame}
    assert named({**files, "reveal.json": files["reveal.json"].replace(b"+15", b"+14")}) == {"reveal.json"}
    # Nothing but the digest kept by the result shows such a change, and either could have been made.
    assert named({**files, "reveal.json": files["reveal.json"] + b"\n"}) == {"reveal.json", "result.json"}
    assert named({**files, "commit.json": files["commit.json"] + b"\n"}) == {"commit.json"}
    assert named({**files, "result.json": files["result.json"] + b"\n"}) == {"result.json"}


def edited(files: Files, edit: Callable[[dict[str, Any]], object]) -> list[Mismatch]:
    result = json.loads(by_hand(files)["result.json"])
    edit(result)
    return verify(Folder({**files, "result.json": json.dumps(result).encode()}.get))


def test_the_place_of_the_result_that_differs_is_named() -> None:
    files = folder(SEED)
    plan, strata = next(iter(json.loads(by_hand(files)["result.json"])["plans"].items()))
    stratum = next(iter(strata))

    def one(result: dict[str, Any]) -> None:
        result["plans"][plan][stratum]["n"] += 1

    (found,) = edited(files, one)
    assert (found.file, found.place) == ("result.json", f"plans/{plan}/{stratum}/n")
    assert edited(files, lambda result: result["plans"].update(other={}))[0].place == "plans/other"
    assert edited(files, lambda result: result["load"].update(somebody=1))[0].place == "load/somebody"
    assert edited(files, lambda result: result["load"].update(somebody=0)) == []
    assert edited(files, lambda result: result.update(comment="…")) == []
    assert edited(files, lambda result: result.pop("demands"))[0].place == "demands"


def broken(edit: Callable[[dict[str, Any]], object]) -> InputError:
    """The error of a record that was wrong when it was sealed."""
    files = folder(SEED)
    commit = json.loads(files["commit.json"])
    edit(commit)
    rest = {name: data for name, data in files.items() if not name.endswith(".json")}
    names = ("draw_id", "plans", "needs", "balance", "counts")
    record = {name: commit[name] for name in names if name in commit}
    with pytest.raises(InputError) as caught:
        run(Folder(sealed(rest, record, random.Random(1)).get))  # noqa: S311 - made-up data
    return caught.value


@pytest.mark.parametrize(
    ("edit", "code", "place"),
    [
        (lambda c: c["plans"][0].update(rate={}), "draw_rate_missing", "/commit.json"),
        (lambda c: c.update(needs={}), "draw_needs_missing", "/commit.json/needs"),
        (lambda c: c["plans"][0].update(rule="round"), "draw_word", "/commit.json/plans/0/rule"),
        (lambda c: c["plans"][0].update(rule="ceil", rate={"x": 1000001}), "draw_whole", "/commit.json/plans/0/rate/x"),
        (lambda c: c["plans"][0].update(rate={"x": 0.5}), "draw_whole", "/commit.json/plans/0/rate/x"),
        (lambda c: c["plans"][0].update(rate={"x": True}), "draw_whole", "/commit.json/plans/0/rate/x"),
        (lambda c: c["plans"][0].update(reserve=-1), "draw_whole", "/commit.json/plans/0/reserve"),
        (lambda c: c["plans"][0].update(group="a/b"), "draw_text", "/commit.json/plans/0/group"),
        (lambda c: c["plans"][0].update(frame="../x.tsv"), "draw_text", "/commit.json/plans/0/frame"),
        (lambda c: c["plans"][0].update(frame="..\\x"), "draw_file_name", "/commit.json/plans/0/frame"),
        (lambda c: c["plans"][0].update(frame="commit.json"), "draw_file_name", "/commit.json/plans/0/frame"),
        (lambda c: c["plans"][0].update(frame="other.tsv"), "draw_file_unlisted", "/other.tsv"),
        (lambda c: c["plans"].append(c["plans"][0]), "draw_name_twice", "/commit.json/plans"),
        (lambda c: c.update(balance="both"), "draw_word", "/commit.json/balance"),
        (lambda c: c.pop("balance"), "draw_member_missing", "/commit.json"),
        (lambda c: c.update(counts={"P0": {}}), "draw_counts", "/commit.json"),
        (lambda c: c.update(draw_id="a\nnonce:x"), "draw_text", "/commit.json/draw_id"),
    ],
)
def test_a_record_that_breaks_a_rule_is_refused_with_its_place(
    edit: Callable[[dict[str, Any]], object], code: str, place: str
) -> None:
    error = broken(edit).errors[0]
    assert (error.code, error.pointer) == (code, place)
    assert "commit.json" in error.detail or code == "draw_file_unlisted"


def test_a_visit_by_fewer_than_two_is_refused() -> None:
    one = {"alone": [["-", 1]], "joint": []}
    error = broken(lambda c: c.update(needs=dict.fromkeys(c["needs"], one)))
    assert error.errors[0].code == "draw_too_few_heads"


@pytest.mark.parametrize(
    ("reveal", "code"),
    [
        ({"nonces": []}, "draw_names_differ"),
        ({"public": {}}, "draw_names_differ"),
        ({"public": {"ssq-2026135": "03.08.12.19.25.33+07", "x": "1"}}, "draw_names_differ"),
        ({"public": {"ssq-2026135": "03.08.12.19.25.33+07\n"}}, "draw_text"),
        ({"public": {"ssq-2026135": "33.25.19.12.08.03+07"}}, "draw_value_balls"),
        ({"public": {"ssq-2026135": 7}}, "draw_type"),
        ({"nonces": [["planner", "0" * 64], ["司法局", "0" * 64]]}, "draw_nonce"),
        ({"nonces": [["planner", "0" * 63]]}, "draw_hex"),
    ],
)
def test_what_is_revealed_must_fit_the_record(reveal: dict[str, Any], code: str) -> None:
    seed = next(seed for seed in range(50) if len(json.loads(folder(seed)["reveal.json"])["nonces"]) == 2)
    files = folder(seed)
    files["reveal.json"] = json.dumps({**json.loads(files["reveal.json"]), **reveal}).encode()
    with pytest.raises(InputError) as caught:
        run(Folder(files.get))
    assert caught.value.errors[0].code == code
    assert caught.value.errors[0].pointer.startswith("/reveal.json")


def test_a_name_twice_in_a_document_is_refused() -> None:
    files = folder(SEED)
    files["reveal.json"] = files["reveal.json"].replace(b'"public"', b'"public": {}, "public"')
    assert named(files) == {"reveal.json", "result.json"}


def test_a_recusal_file_that_the_record_does_not_fix_is_refused() -> None:
    files = folder(SEED)
    commit = json.loads(files["commit.json"])
    record = {name: commit[name] for name in ("draw_id", "plans", "needs", "balance")}
    rest = {name: data for name, data in files.items() if not name.endswith(".json") and name != "recusal.tsv"}
    without = sealed(rest, record, random.Random(1))  # noqa: S311 - made-up data
    assert run(Folder(without.get))["key"]
    with pytest.raises(InputError) as caught:
        run(Folder({**without, "recusal.tsv": files["recusal.tsv"]}.get))
    assert caught.value.errors[0].code == "draw_file_unlisted"
