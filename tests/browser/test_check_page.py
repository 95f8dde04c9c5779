"""The public check page in a real browser: from a file and over plain http, the same answers as ``draw verify``."""

import functools
import http.server
import json
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from service.web.checkpage import ADDRESS, PAGE
from supervision.drawlog import CHANGES, log_bytes
from supervision.drawrun import Folder, result_bytes, run
from supervision.verify import verify
from tests.supervision.draw.adversary import cases, odd
from tests.supervision.draw.folders import Files, folder
from tests.supervision.draw.naive import Naive
from tests.supervision.draw.test_adversary import FORGED, forged
from tests.supervision.draw.test_blind import edited, hidden
from tests.supervision.draw.test_log import changed as with_changes
from tests.supervision.draw.test_log import drawn as by_us

WAIT = 60_000


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The page over plain http, where the browser's own SHA-256 may be missing."""
    handler = functools.partial(Silent, directory=str(PAGE.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{PAGE.name}"
        server.shutdown()


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """The page opened from disk; it may ask for nothing and must not break."""
    context = chromium.new_context(locale="zh-CN", offline=True)
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("request", lambda request: trouble.append(request.url) if not request.url.startswith("file:") else None)
    opened.goto(PAGE.as_uri())
    yield opened
    context.close()
    assert trouble == []


def drawn(seed: int, units: int = 40, people: int = 14) -> Files:
    files = folder(seed, units=units, people=people)
    return {**files, "result.json": result_bytes(run(Folder(files.get)))}


def choose(page: Page, files: Files) -> set[str]:
    """Choose files and return the names of those that do not match."""
    payloads: list[FilePayload] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files.items()
    ]
    page.evaluate("document.getElementById('verdict').dataset.state = 'busy'")
    page.set_input_files("#files", payloads)
    page.wait_for_selector("#verdict:is([data-state=good], [data-state=bad])", timeout=WAIT)
    return set(filter(None, (page.get_attribute("#verdict", "data-files") or "").split(",")))


def by_the_command(files: Files) -> set[str]:
    return {one.file for one in verify(Folder(files.get))}


def changed(files: Files, rng: random.Random) -> Files:
    """One byte of one file replaced, taken away or put in."""
    name = rng.choice(sorted(name for name, data in files.items() if data))
    data, place = files[name], rng.randrange(len(files[name]))
    byte = bytes([rng.randrange(256)])
    kept = rng.choice((place, place + 1))
    return {**files, name: data[:place] + rng.choice((b"", byte)) + data[kept:]}


def test_random_draws_hold_as_for_the_command(page: Page) -> None:
    for seed in range(100):
        assert choose(page, drawn(seed)) == set(), seed


def test_draws_short_of_people_hold(page: Page) -> None:
    for seed in range(1000, 1010):
        files = drawn(seed, units=400, people=40)
        assert choose(page, files) == set(), page.inner_text("#details")


def test_changes_after_the_draw_hold_and_forged_ones_do_not(page: Page) -> None:
    rng = random.Random(6)  # noqa: S311 - made-up faults
    for seed in range(20):
        files, now = with_changes(drawn(seed), seed)
        assert choose(page, files) == set(), seed
        data = files[CHANGES]
        if not data:
            continue
        place = rng.randrange(len(data))
        wrong = {**files, CHANGES: data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]}
        assert choose(page, wrong) == by_the_command(wrong), seed
        units = [place for place, line in enumerate(now.log) if len(line.what) == len(("plan", "stratum", "unit"))]
        if units:
            forged = {**files, CHANGES: log_bytes([*now.log[: units[0]], replace(now.log[units[0]], by="我的朋友")])}
            assert choose(page, forged) == by_the_command(forged) == {CHANGES}, seed


def test_who_takes_the_seat_of_somebody_is_computed_too(page: Page) -> None:
    seen = 0
    for seed in range(18):
        files, now = with_changes(drawn(seed), seed)
        seats = [place for place, line in enumerate(now.log) if len(line.what) == len(("rank", "person"))]
        if not seats:
            continue
        seen += 1
        persons = [line.split("\t")[0] for line in files["roster.tsv"].decode().splitlines()]
        by = next((one for one in [*persons, "谁"] if one != now.log[seats[-1]].by), None)
        forged = {**files, CHANGES: log_bytes([*now.log[: seats[-1]], replace(now.log[seats[-1]], by=by)])}
        assert choose(page, forged) == by_the_command(forged) == {CHANGES}, seed
        assert choose(page, files) == set(), seed
        assert str(len(now.log)) in page.inner_text("#details")
    assert seen > 8


def test_folders_of_an_adversary_are_named_as_by_the_command(page: Page) -> None:
    for case in cases():
        assert choose(page, case.files) == by_the_command(case.files) == {case.file}, case.name
    for name, edit in FORGED.items():
        files = {**by_us(12), CHANGES: forged(edit)}
        assert choose(page, files) == by_the_command(files) == {CHANGES}, name


def test_odd_folders_hold_as_for_the_command(page: Page) -> None:
    for name, files in odd():
        whole = {**files, "result.json": json.dumps(Naive(files).run()).encode()}
        assert choose(page, whole) == by_the_command(whole) == set(), name


def test_a_draw_without_its_lists_holds_as_far_as_it_goes(page: Page) -> None:
    rng = random.Random(9)  # noqa: S311 - made-up faults
    for seed in range(15):
        whole, published = hidden(seed)
        files = {**published, CHANGES: with_changes(whole, seed)[0][CHANGES]}
        assert choose(page, published) == choose(page, files) == by_the_command(files) == set(), seed
        assert "没有公布" in page.inner_text("#details")
        wrong = changed(published, rng)
        assert choose(page, wrong) == by_the_command(wrong), seed
        data = edited(seed, rng)
        if data is not None:
            forged_result = {**published, "result.json": data}
            assert choose(page, forged_result) == by_the_command(forged_result) == {"result.json"}, seed


def test_a_result_written_by_another_program_holds(page: Page) -> None:
    for seed in range(10):
        files = folder(seed)
        files["result.json"] = json.dumps(Naive(files).run(), indent=1).encode()
        assert choose(page, files) == set(), seed


def test_changed_files_are_named_as_by_the_command(page: Page) -> None:
    rng = random.Random(5)  # noqa: S311 - made-up faults
    for seed in range(150):
        files = changed(drawn(seed % 30), rng)
        assert choose(page, files) == by_the_command(files), seed


@pytest.mark.parametrize("name", ["seed_text", "key", "plans", "demands", "unfilled", "load"])
def test_a_result_without_a_part_does_not_hold(page: Page, name: str) -> None:
    files = folder(7)
    result = Naive(files).run()
    del result[name]
    files["result.json"] = json.dumps(result).encode()
    assert choose(page, files) == by_the_command(files) == {"result.json"}


def test_a_missing_file_is_named(page: Page) -> None:
    for name in drawn(7):
        files = drawn(7)
        del files[name]
        assert choose(page, files) == by_the_command(files)


def test_one_enterprise_checks_its_own_row_without_the_lists(page: Page) -> None:
    files = drawn(7)
    result = json.loads(files["result.json"])
    commit = json.loads(files["commit.json"])
    choose(page, {name: files[name] for name in ("commit.json", "result.json")})
    for plan in commit["plans"]:
        for line in files[plan["frame"]].decode().splitlines():
            unit, stratum, status, _ = line.split("\t")
            page.select_option("#plan", plan["plan_id"])
            page.select_option("#stratum", stratum)
            page.fill("#unit", unit)
            page.fill("#status", status)
            page.click("#row button")
            expected = unit in result["plans"][plan["plan_id"]][stratum]["selected"]
            assert page.get_attribute("#answer", "data-state") == ("drawn" if expected else "not"), unit


def test_a_row_that_contradicts_the_published_list_is_told(page: Page) -> None:
    files = drawn(7)
    result = json.loads(files["result.json"])
    plan, strata = next(
        (plan, strata) for plan, strata in result["plans"].items() if any(one["selected"] for one in strata.values())
    )
    stratum, one = next((name, one) for name, one in strata.items() if one["selected"])
    unit = one["selected"].pop(0)
    choose(page, {"commit.json": files["commit.json"], "result.json": json.dumps(result).encode()})
    page.select_option("#plan", plan)
    page.select_option("#stratum", stratum)
    page.fill("#unit", unit)
    page.click("#row button")
    assert page.get_attribute("#answer", "data-state") == ("bad" if one["selected"] else "not")


def test_it_works_over_plain_http(chromium: Browser, served: str) -> None:
    page = chromium.new_page()
    page.goto(served)
    assert choose(page, drawn(3)) == set()
    page.close()


def test_the_service_serves_it_under_a_policy_that_allows_nothing_else(chromium: Browser, base: str) -> None:
    page = chromium.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.goto(base + ADDRESS)
    assert choose(page, drawn(3)) == set()
    assert page.evaluate("getComputedStyle(document.querySelector('section')).borderTopStyle") == "solid"
    page.close()
    assert [words for words in trouble if "Policy" in words] == []


@pytest.mark.slow
def test_a_million_units_take_at_most_five_seconds(page: Page, tmp_path: Path) -> None:
    from benchmarks.draw_population import write_draw  # noqa: PLC0415 - half a minute of writing, for this test only

    where = write_draw(tmp_path / "draw", 1_000_000, 600, frames=1)
    folder_of = Folder(lambda name: (where / name).read_bytes() if (where / name).exists() else None)
    (where / "result.json").write_bytes(result_bytes(run(folder_of)))
    page.set_input_files("#files", sorted(where.iterdir()))
    page.wait_for_selector("#verdict[data-state=good]", timeout=WAIT)
    assert float(page.get_attribute("#verdict", "data-seconds") or "inf") < 5 * 3, (
        "the bar, with room for a busy machine"
    )
