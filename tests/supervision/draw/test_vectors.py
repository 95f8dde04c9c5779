"""The two public vectors of the specification, and the outside oracle of its first one."""

import hashlib

import consistent_sampler
import pytest

from supervision.draw import Drawn, UnitTickets, select, sizes
from supervision.drawframe import Frame, read_frame
from supervision.drawpublic import value_fault
from supervision.drawrecord import Needs, Plan
from supervision.drawtasks import Task, make_demands, make_tasks
from supervision.drawtext import Tickets, sha256_hex
from supervision.teams import Staff, staff
from supervision.teamsroster import read_roster

COMMIT = b'{"draw_id":"demo-1"}\n'
NONCE = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
KEY = "7e54c7e7472c940699d03609fa894449202c2baf80c49011a8856b797dad5020"
FRAME = b"".join(
    f"{unit}\t{stratum}\t{status}\tR\n".encode()
    for unit, stratum, status in (
        *((f"U0{n}", "low", "cap" if n == 3 else "ok") for n in range(1, 6)),
        *((f"U0{n}", "high", "ok") for n in range(6, 9)),
    )
)
TICKETS = {
    "U01": "1308f0f52e3dd53158766d9bff5b061ab36d0d4aa9a90ab77f8cc8f49eafd46c",
    "U02": "593d46b1791779dea8dc786f32553ee93fc193614337c07478ef14484266daee",
    "U03": "95b031137046dc218e7b82bc51c802ec33ee1d853710afc394f133abb3042deb",
    "U04": "b2487849bb3fe0209c8de0ce9a0176968b2bfd5040f7909d73a1f60055c1d734",
    "U05": "c5e4e00ae087e66e429cb7dd5780cb3dca47633af7399ab8d7fdcc4f96496a0c",
    "U06": "b691cad03d598726b3ef7a0b400d7a818e3fdae28e0deff660bd1b057cd43f0f",
    "U07": "bb20324f2c57472fcd623ad0dd10a82389be0101bd46ef1295a1f3a383b0fb20",
    "U08": "fbc88b2d799e4be443e6fad1c89d4cc4500e7c9e42fb16a2d9f96012fafd10a9",
}


def plan(rule: str = "ceil", **rate: int) -> Plan:
    return Plan("P1", "d", (), "all", "frame-x.tsv", rule, rate or {"low": 200000, "high": 500000}, 1)


@pytest.fixture
def tickets() -> Tickets:
    return Tickets(KEY)


@pytest.fixture
def frame() -> Frame:
    return read_frame("frame-x.tsv", FRAME)


def test_a_ticket_is_the_value_published_for_the_consistent_sampler() -> None:
    ticket = Tickets(hashlib.sha256(b"01382438112797316654").hexdigest()).ticket("AB-130")
    assert ticket == "654b3e71876e34e6e350128e0e20df65f0e285727c12837a8c7fdd28ff907b5e"
    fraction = "0." + str(int(ticket, 16)).zfill(64)[::-1]
    assert fraction == "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"


def test_key_of_the_small_draw() -> None:
    digest = hashlib.sha256(COMMIT).hexdigest()
    assert digest == "5adea5d1ca6e1ad5d5ecba95b04c737ce2d7a32a04302205e70935c0e1c86b50"
    assert sha256_hex(NONCE) == "2a8abfa8cb9906290437854193ca6bca41d4d4e26d1d454bd66a35158095e737"
    seed = f"vdraw-1\ncommit:{digest}\nnonce:planner:{NONCE}\npublic:ssq-2026135:03.08.12.19.25.33+07\n"
    assert sha256_hex(seed) == KEY


@pytest.mark.parametrize("unit", TICKETS)
def test_tickets_of_the_small_draw(tickets: Tickets, unit: str) -> None:
    assert tickets.ticket(f"unit/all/{unit}") == TICKETS[unit]


def test_selection_of_the_small_draw(tickets: Tickets, frame: Frame) -> None:
    drawn = select(plan(), frame, tickets, UnitTickets(tickets))
    assert drawn == {
        "high": Drawn(3, 3, 2, (5, 6), (7,), TICKETS["U07"]),
        "low": Drawn(5, 4, 1, (0,), (1,), TICKETS["U01"]),
    }


def test_systematic_sizes_of_the_small_draw(tickets: Tickets) -> None:
    assert tickets.ticket("round/P1") == "c9fc303cbfc275140b0d19bee5534938e9f8035bfca0900d094e9bd642b417d8"
    found = sizes(plan("systematic", low=250000, high=500000), {"low": 5, "high": 3}, tickets)
    assert list(found.items()) == [("high", 2), ("low", 1)]


def test_teams_of_the_small_draw(tickets: Tickets) -> None:
    tasks = make_tasks([(plan(), {"U01": "R", "U06": "R", "U07": "R"})], tickets)
    assert tasks == [Task("all", unit, "R", ("d",)) for unit in ("U06", "U01", "U07")]
    demands = make_demands(tasks, {"d": Needs((("-", 2),), (("-", 1),))})
    persons = read_roster("roster.tsv", b"".join(b"A%d\td\t*\t-\t2\t0\n" % n for n in (1, 2, 3)))
    teams = staff(tasks, demands, Staff(persons, {"U06": frozenset({"A1"})}), tickets, "none")
    assert teams.people == (("A2", "A3"), ("A1", "A2"), ("A1", "A3"))
    assert teams.unfilled == ()


@pytest.mark.parametrize(
    ("form", "value", "fault"),
    [
        ("rr.rr.rr.rr.rr.rr+bb", "03.08.12.19.25.33+07", None),
        ("rr.rr.rr.rr.rr.rr+bb", "03.08.12.19.25.34+07", "draw_value_balls"),
        ("rr.rr.rr.rr.rr.rr+bb", "03.08.12.19.25.33+17", "draw_value_balls"),
        ("rr.rr.rr.rr.rr.rr+bb", "08.03.12.19.25.33+07", "draw_value_balls"),
        ("rr.rr.rr.rr.rr.rr+bb", "03.03.12.19.25.33+07", "draw_value_balls"),
        ("rr.rr.rr.rr.rr.rr+bb", "3.8.12.19.25.33+7", "draw_value_form"),
        ("ff.ff.ff.ff.ff+bb.bb", "02.09.17.28.35+04.11", None),
        ("ff.ff.ff.ff.ff+bb.bb", "02.09.17.28.36+04.11", "draw_value_balls"),
        ("digits", "08772473296991897540", None),
        ("digits", "0877247329699189754", "draw_value_form"),
        ("hex64", KEY, None),
        ("hex64", KEY.upper(), "draw_value_form"),
        ("0.00", "3842.17", None),
        ("0.00", "3842.1", "draw_value_form"),
        ("as the office announced it", "anything at all", None),
    ],
)
def test_public_values_have_one_way_to_be_written(form: str, value: str, fault: str | None) -> None:
    assert value_fault(form, value) == fault


@pytest.mark.parametrize("seed", range(50))
def test_tickets_equal_those_of_rivests_sampler(seed: int) -> None:
    """The package hashes the seed to the key and writes a ticket as a decimal, its digits turned round."""
    text = f"vdraw-1\ncommit:{sha256_hex(str(seed))}\nnonce:司法局:{NONCE}\n"
    tickets = Tickets(sha256_hex(text))
    for label in ("unit/all/91210200MA00000001", f"unit/组二/企业𠮷{seed}", "x" * 200, ""):
        own = "0." + str(int(tickets.ticket(label), 16)).zfill(64)[::-1]
        assert consistent_sampler.first_fraction(label, text) == own
