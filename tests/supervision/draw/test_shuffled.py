"""The order in which an office keeps its rows changes nothing: libraries are put in order before anything is frozen."""

import json
import random
from datetime import date

import pytest

from supervision.annualdraw import Libraries, folder
from supervision.drawcommit import make_record
from supervision.drawdoc import Node
from supervision.drawrun import Folder, result_bytes, run
from supervision.drawtext import sha256_hex
from supervision.inspectors import read_inspectors
from supervision.items import read_items
from supervision.objects import read_objects
from supervision.planpool import Known
from tests.supervision.plan.libraries import ITEM_ROWS, PEOPLE_ROWS, entry, object_table, plan

NONCE = "ab" * 32
ENTRIES = (entry("1", partners=["fire"]), entry("2", partners=[], items=["M1"]))


def drawn(seed: int | None) -> dict[str, bytes]:
    """A whole draw from the libraries, their rows in the order of a seed (None: as they are)."""
    objects, people = object_table(), list(PEOPLE_ROWS[1:])
    if seed is not None:
        objects = objects.sample(fraction=1, shuffle=True, seed=seed)
        random.Random(seed).shuffle(people)  # noqa: S311 - the order of rows
    yearly = plan(*ENTRIES)
    items = {one.code: one for one in read_items("事项.xlsx", ITEM_ROWS)}
    own = Libraries(items, read_objects("对象.csv", objects), read_inspectors("人员.xlsx", [PEOPLE_ROWS[0], *people]))
    made = folder(yearly, yearly.entries, own, Known(), date(2026, 5, 4))
    draft = {
        **made.draft,
        "draw_id": "一次",
        "nonces": [["planner", sha256_hex(NONCE)]],
        "public": [{"id": "dice", "what": "骰子", "format": "digits"}],
    }
    files = dict(made.files)
    files["commit.json"], _, _ = make_record(Node("draft.json", "", draft), Folder(files.get), str)
    reveal = {"nonces": [["planner", NONCE]], "public": {"dice": "08772473296991897540"}}
    files["reveal.json"] = json.dumps(reveal).encode()
    files["result.json"] = result_bytes(run(Folder(files.get)))
    return files


@pytest.mark.parametrize("seed", range(6))
def test_shuffled_rows_and_rosters_give_the_same_draw_to_the_byte(seed: int) -> None:
    assert drawn(seed) == drawn(None)
    assert b'"selected":["' in drawn(None)["result.json"]
