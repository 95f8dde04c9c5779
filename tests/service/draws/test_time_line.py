"""A stored draw goes its way: each step by its person, nothing readable too early, everything checkable at the end."""

import json
import zipfile
from io import BytesIO

import pytest
from sqlmodel import select

from kernel.errors import InputError
from service.access.actor import Actor
from service.access.area import Area
from service.access.errors import OutOfAreaError
from service.audit.verify import verify as verify_audit
from service.db.mapping.draws import change_of, change_row, draw_of, draw_row
from service.db.repositories import draws
from service.db.tables.draws import STATES, DrawNonceRow, DrawRow
from service.draws import draft, drawing, record, sealing
from service.draws.publication import find_row, public_files
from service.draws.store import folder_of
from service.drawseal import SealError
from service.errors import HttpError
from service.work import Work
from supervision.ceremony import CeremonyError, states
from supervision.drawrun import Folder, result_bytes, run
from supervision.drawtext import sha256_hex
from supervision.verify import verify
from tests.databases import NOW
from tests.service.draws.ceremony import (
    DEPARTMENT,
    DOCUMENT,
    FILES,
    FIRST,
    ILL,
    LATER,
    NOTARY,
    ONE_DATABASE,
    OTHER_SECRET,
    PLANNER,
    SECOND,
    SECRET,
    VALUE,
    Act,
    Ceremony,
    opening,
    person,
    refused,
    unit,
)

SOURCE = DOCUMENT["public"][0]["id"]


def test_the_states_of_the_table_are_those_of_the_time_line() -> None:
    assert tuple(states()) == STATES


def test_a_draw_goes_from_draft_to_publication_and_its_archive_verifies(ceremony: Ceremony) -> None:
    ceremony.drawn().published()
    steps = ceremony.look(lambda work, row: draws.steps(work.session, row.id))
    assert [one.move for one in steps] == [
        *("commit", "enter_event", "confirm_event", "fix_event", "run", "dispatch", "close", "publish"),
    ]
    assert [one.number for one in steps] == list(range(1, 9))
    archive = ceremony.look(lambda work, row: work.files.path(_file(work, row, "publication.zip")).read_bytes())
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        names = {name.partition("/")[2]: opened.read(name) for name in opened.namelist()}
    assert {name.partition("/")[0] for name in zipfile.ZipFile(BytesIO(archive)).namelist()} == {"2026-Q4"}
    # The tiers of this draw are not public: frames go to supervisors only.
    assert set(names) == {"commit.json", "reveal.json", "result.json", "roster.tsv", "recusal.tsv"}
    assert verify(Folder({**names, "frame-market.tsv": FILES["frame-market.tsv"]}.get)) == []
    with ceremony.work() as work:
        assert verify_audit(work.session).breaks == ()


def _file(work: Work, row: DrawRow, name: str) -> str:
    return next(one.file for one in draws.files(work.session, row.id) if one.name == name)


@ONE_DATABASE
def test_empty_seats_are_told_with_their_reason_and_without_the_units(ceremony: Ceremony) -> None:
    few = {**FILES, "roster.tsv": b"M00\tfire\t*\t-\t1\t0\nM01\tmarket\t*\t-\t2\t0\n"}
    ceremony.draft(files=few).seal().commit().event().open().run()
    summary = ceremony.row.summary
    assert sum(one["seats"] for one in summary["gaps"]) == summary["empty"] > 0
    assert all(one["why"] and one["remedies"] for one in summary["gaps"])
    assert "91210200MA" not in str(summary)


def test_frames_are_published_where_the_tiers_are_public(ceremony: Ceremony) -> None:
    ceremony.draft(frames_public=True).seal().commit().event().open().run().published()
    names = ceremony.look(lambda work, row: {one.name for one in public_files(work, row)})
    assert names == {"commit.json", "reveal.json", "result.json", *FILES, "publication.zip"}


def test_before_its_time_nothing_secret_can_be_read_from_database_or_files(ceremony: Ceremony) -> None:
    ceremony.drawn()
    result = ceremony.look(lambda work, row: json.loads(folder_of(work, row).bytes_of("result.json")))
    drawn = {one["unit"] for one in result["demands"]}
    secrets = [result["key"], *ceremony.copies.values()]

    def everything(work: Work, _row: DrawRow) -> str:
        rows = [one.model_dump() for table in (DrawRow, DrawNonceRow) for one in work.session.exec(select(table))]
        files = [work.files.path(one).read_bytes() for one in work.files.digests()]
        return "\n".join([str(rows), *(one.decode("utf-8", "replace") for one in files if one not in FILES.values())])

    kept = ceremony.look(everything)
    assert [one for one in [*secrets, *drawn] if one in kept] == []
    assert ceremony.look(lambda work, row: [one.name for one in public_files(work, row)]) == ["commit.json"]
    ceremony.closed()
    assert all(one in ceremony.look(everything) for one in secrets)
    # Closed is not yet published.
    assert ceremony.look(lambda work, row: [one.name for one in public_files(work, row)]) == ["commit.json"]


@ONE_DATABASE
def test_the_key_of_another_machine_opens_nothing_and_the_envelopes_draw_the_same_again(ceremony: Ceremony) -> None:
    ceremony.drawn()
    first = ceremony.look(lambda work, row: json.loads(folder_of(work, row).bytes_of("result.json")))
    ceremony.look(lambda work, _: (work.files.folder.parent / "draw.key").unlink())
    assert refused(ceremony.look, lambda work, row: folder_of(work, row).bytes_of("result.json")) == "secret_file_other"
    record_bytes = ceremony.look(lambda work, row: folder_of(work, row).bytes_of("commit.json"))
    reveal = {"nonces": list(ceremony.copies.items()), "public": {SOURCE: VALUE}}
    files = {**FILES, "commit.json": record_bytes, "reveal.json": json.dumps(reveal).encode()}
    again = json.loads(result_bytes(run(Folder(files.get))))
    assert {name: again[name] for name in ("key", "plans", "demands", "load")} == {
        name: first[name] for name in ("key", "plans", "demands", "load")
    }


@ONE_DATABASE
class TestDraft:
    def test_a_faulty_file_is_refused_with_its_line(self, ceremony: Ceremony) -> None:
        ceremony.draft()
        with pytest.raises(InputError) as caught:
            ceremony.act(
                PLANNER, lambda work, row: draft.put(work, row, "frame-market.tsv", b"A\tx\tok\tR\nA\tx\tok\tR\n")
            )
        assert caught.value.errors[0].pointer == "/frame-market.tsv/2"

    @pytest.mark.parametrize("name", ["../x", "commit.json", ".x", "a b", "result.json"])
    def test_a_name_that_leads_elsewhere_is_refused(self, ceremony: Ceremony, name: str) -> None:
        ceremony.draft()
        assert refused(ceremony.act, PLANNER, lambda work, row: draft.put(work, row, name, b""))

    def test_two_draws_of_one_name_are_refused(self, ceremony: Ceremony) -> None:
        ceremony.draft()
        assert refused(ceremony.draft) == "draw_id_taken"

    def test_nothing_can_be_changed_once_there_is_a_record(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal().commit()
        changes: list[Act] = [
            lambda work, row: draft.put(work, row, "roster.tsv", FILES["roster.tsv"]),
            lambda work, row: draft.change(work, row, DOCUMENT, title="x", frames_public=True),
            lambda work, row: draft.add_holder(work, row, "公证处"),
            lambda work, row: sealing.unseal(work, row, NOTARY),
        ]
        for change in changes:
            assert refused(ceremony.act, PLANNER, change) == "draw_fixed"

    def test_only_what_lies_within_ones_area_is_seen(self, ceremony: Ceremony) -> None:
        ceremony.draft()
        elsewhere = person("外人", "planner", area=Area("消防", "210200"))
        assert refused(ceremony.act, elsewhere, lambda _, row: row) == "draw_unknown"
        with pytest.raises(OutOfAreaError), ceremony.work(elsewhere.acting(None)) as work:
            draft.create(work, draft.NewDraw("另一次", "x", DEPARTMENT, "210200", DOCUMENT))


@ONE_DATABASE
class TestSeal:
    def test_one_person_cannot_hold_two_nonces(self, ceremony: Ceremony) -> None:
        ceremony.draft()
        ceremony.act(PLANNER, lambda work, row: sealing.seal(work, row, "planner", SECRET))

        def again(holder: str) -> Act:
            return lambda work, row: sealing.seal(work, row, holder, SECRET)

        assert refused(ceremony.act, PLANNER, again(NOTARY)) == "draw_sealed_other"
        assert refused(ceremony.act, FIRST, again("planner")) == "draw_sealed_already"
        assert refused(ceremony.act, FIRST, again("公证处")) == "draw_holder_unknown"

    def test_a_record_needs_every_holder(self, ceremony: Ceremony) -> None:
        ceremony.draft()
        ceremony.act(PLANNER, lambda work, row: sealing.seal(work, row, "planner", SECRET))
        assert refused(ceremony.commit) == "ceremony_needs"

    def test_nonces_open_only_after_the_event_with_the_right_secret(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal().commit()
        assert refused(ceremony.open) == "draw_open_early"
        ceremony.event()
        with pytest.raises(SealError):
            ceremony.act(PLANNER, opening("planner", secret=OTHER_SECRET))
        assert refused(ceremony.run) == "ceremony_needs"
        ceremony.open()
        assert refused(ceremony.open) == "draw_open_twice"

    def test_a_lost_secret_is_replaced_by_the_copy_kept_outside(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal().commit().event()
        copy = ceremony.copies[NOTARY]
        wrong = copy[:-1] + ("0" if copy[-1] != "0" else "1")
        assert refused(ceremony.act, FIRST, opening(NOTARY, copy=wrong)) == "draw_copy_wrong"
        spaced = " ".join(copy[place : place + 4].upper() for place in range(0, 64, 4))
        ceremony.act(FIRST, opening(NOTARY, copy=spaced), LATER)
        ceremony.act(PLANNER, opening("planner", secret=SECRET), LATER)
        ceremony.run()
        ways = ceremony.look(lambda work, row: [one.way for one in draws.holders(work.session, row.id)])
        assert ways == ["secret", "copy"]

    def test_a_nonce_of_ones_own_needs_only_its_digest_beforehand(self, ceremony: Ceremony) -> None:
        own = "ab" * 32
        ceremony.draft()
        ceremony.act(PLANNER, lambda work, row: sealing.seal(work, row, "planner", SECRET))
        ceremony.act(FIRST, lambda work, row: sealing.seal_digest(work, row, NOTARY, sha256_hex(own)))
        ceremony.commit().event()
        assert refused(ceremony.act, FIRST, opening(NOTARY, secret=SECRET)) == "draw_copy_needed"
        ceremony.act(FIRST, opening(NOTARY, copy=own), LATER)
        ceremony.act(PLANNER, opening("planner", secret=SECRET), LATER)
        ceremony.run()
        assert ceremony.row.state == "drawn"


@ONE_DATABASE
class TestEvent:
    def enter(self, ceremony: Ceremony, who: Actor, value: str, now: object = LATER) -> None:
        ceremony.act(who, lambda work, row: record.enter_event(work, row, SOURCE, value, ""), now)  # type: ignore[arg-type]

    def confirm(self, ceremony: Ceremony, who: Actor, value: str) -> None:
        ceremony.act(who, lambda work, row: record.confirm_event(work, row, SOURCE, value), LATER)

    def test_whoever_entered_the_value_cannot_confirm_it(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal().commit()
        assert refused(self.confirm, ceremony, SECOND, VALUE) == "draw_event_missing"
        self.enter(ceremony, FIRST, VALUE)
        assert refused(self.confirm, ceremony, FIRST, VALUE) == "ceremony_same_person"
        assert ceremony.row.state == "committed"
        self.confirm(ceremony, SECOND, VALUE)
        assert ceremony.row.state == "event_known"

    def test_both_have_to_enter_the_same(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal().commit()
        self.enter(ceremony, FIRST, "03.08.12.19.25.33+08")
        assert refused(self.confirm, ceremony, SECOND, VALUE) == "ceremony_needs"
        self.enter(ceremony, FIRST, VALUE)
        self.confirm(ceremony, SECOND, VALUE)
        assert refused(self.enter, ceremony, FIRST, VALUE) == "draw_event_confirmed"

    @pytest.mark.parametrize("value", ["", "33.08.12.19.25.03+07", "03.08.12.19.25.34+07", "7"])
    def test_a_value_that_could_not_be_drawn_is_refused(self, ceremony: Ceremony, value: str) -> None:
        ceremony.draft().seal().commit()
        assert refused(self.enter, ceremony, FIRST, value) == "ceremony_needs"

    def test_no_value_before_the_event(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal().commit()
        assert refused(self.enter, ceremony, FIRST, VALUE, NOW) == "ceremony_needs"

    def test_a_record_comes_before_its_event(self, ceremony: Ceremony) -> None:
        ceremony.draft().seal()
        assert refused(ceremony.act, PLANNER, record.commit, LATER) == "ceremony_needs"

    @pytest.mark.parametrize("without", ["when", "if_cancelled"])
    def test_a_record_says_when_the_event_is_and_what_if_it_is_cancelled(
        self, ceremony: Ceremony, without: str
    ) -> None:
        public = [{name: value for name, value in DOCUMENT["public"][0].items() if name != without}]
        ceremony.draft(document={"public": public}).seal()
        assert refused(ceremony.commit) == "ceremony_needs"


@ONE_DATABASE
def test_a_batch_with_open_tasks_is_not_closed(ceremony: Ceremony) -> None:
    ceremony.drawn()
    ceremony.act(PLANNER, drawing.dispatch)
    with pytest.raises(CeremonyError):
        ceremony.act(PLANNER, lambda work, row: drawing.close(work, row, tasks_done=False))


@ONE_DATABASE
def test_a_stored_file_changed_on_disk_stops_the_publication(ceremony: Ceremony) -> None:
    ceremony.drawn().closed()

    def spoil(work: Work, row: DrawRow) -> None:
        path = work.files.path(_file(work, row, "roster.tsv"))
        path.write_bytes(path.read_bytes().replace(b"\t30\t", b"\t31\t", 1))

    ceremony.look(spoil)
    with pytest.raises(CeremonyError) as caught:
        ceremony.act(PLANNER, drawing.publish)
    assert caught.value.code == "ceremony_needs"
    assert ceremony.row.state == "closed"


def test_rows_go_to_objects_and_back(ceremony: Ceremony) -> None:
    ceremony.drawn()
    row = ceremony.row
    assert draw_row(draw_of(row)).model_dump() == row.model_dump()
    line = ceremony.act(PLANNER, lambda work, row: drawing.restaff(work, row, 0, _somebody(work, row), ILL))
    assert change_of(change_row(line, key="x", draw=row.id, at=NOW, by="y")) == line


def _somebody(work: Work, row: DrawRow) -> str:
    return next(iter(drawing.standing(work, row).stands())).people[0]


@ONE_DATABASE
def test_a_row_of_a_frame_is_found_by_halving(ceremony: Ceremony) -> None:
    ceremony.draft()
    path = ceremony.look(lambda work, row: work.files.path(_file(work, row, "frame-market.tsv")))
    for line in FILES["frame-market.tsv"].decode().splitlines():
        assert find_row(path, line.split("\t")[0]) == line.split("\t")
    for unknown in ("", "0", unit(60), "Z", unit(5)[:-1], unit(5) + "0"):
        assert find_row(path, unknown) is None


def test_an_unknown_draw_is_not_found(ceremony: Ceremony) -> None:
    with pytest.raises(HttpError), ceremony.work() as work:
        draws.row(work.session, work.actor, "draw-x")
    with pytest.raises(HttpError), ceremony.work() as work:
        draws.public_row(work.session, "draw-x")
