"""What the examples are run in: a folder with the files that they name, and a database with a decided case."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from service.scoring.synth import Wish, population
from service.syntheticfiles import write_register
from supervision.load import load_scheme
from tests.service.conftest import CASE, Run
from tests.service.examples.excel import changed_list, checked_list, faulty_list, published_list
from tests.service.planning.flow import library_files, plan_document
from tests.service.test_cli_draw import DRAFT, reveal, rows
from tests.supervision.worlds import frames, world

UNIT = "91210200MA00000001"
DRAW = "2026-Q4"
NONCES = {"planner": "1" * 64, "notary": "0" * 64}


@dataclass
class Stage:
    """The folder a page's examples are run in, the command, the ids of the reference, another catalogue."""

    folder: Path
    run: Run
    ids: Mapping[str, str]
    other: Path

    def write(self, name: str, data: str) -> None:
        (self.folder / name).write_text(data, "utf-8")

    def ok(self, *words: str) -> None:
        done = self.run(*words)
        assert done.code == 0, (words, done.err)


def base(stage: Stage, record: Mapping[str, Any]) -> None:
    """The small files that many pages name."""
    facts = {**CASE["facts"], "is_catering": False, "food_accident": False, "source_stated": True}
    cases = [{**CASE, "facts": {**facts, "goods_value_yuan": value}} for value in (180, 400)]
    for name in ("case.json", "CASE.json"):
        stage.write(name, json.dumps(cases[0], ensure_ascii=False))
    stage.write("cases.ndjson", "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in cases))
    cells = {"jurisdiction": "210200", "violation": CASE["violation"], **CASE["facts"]}
    table = pl.DataFrame([{key: str(cell).lower() for key, cell in cells.items()}])
    table.write_csv(stage.folder / "cases.csv")
    table.write_excel(stage.folder / "cases.xlsx")
    stage.write("record.json", json.dumps(record))
    stage.write("request.json", json.dumps({"record": record, "on": "2026-07-13"}))
    stage.write("anchors.txt", "")


def other_catalogue(stage: Stage) -> None:
    """新目录, 旧目录: a catalogue with a lower bound for one item."""
    for name in ("新目录", "旧目录"):
        if not (stage.folder / name).exists():
            (stage.folder / name).symlink_to(stage.other, target_is_directory=True)


def register(stage: Stage) -> None:
    """A made-up register as a workbook."""
    write_register(200, 1, date(2026, 11, 24), stage.folder / "register.xlsx", local=True)


def scored(stage: Stage) -> None:
    """Tables of indicator columns and of classes, of two months."""
    frame = next(population(load_scheme(), Wish(200, 1)))
    codes = pl.concat([pl.Series("uscc", ["91210200MA0000001X"]), frame["uscc"][1:]])
    frame = frame.with_columns(codes.alias("uscc"))
    for name in ("enterprises", "columns", "november", "october"):
        frame.write_parquet(stage.folder / f"{name}.parquet")
    (stage.folder / "months").mkdir(exist_ok=True)
    for name, day in (("classes", "2026-11-01"), ("2026-10", "2026-10-01"), ("2026-11", "2026-11-01")):
        stage.ok("score", "run", "enterprises.parquet", f"{name}.parquet", "--on", day)
    for name in ("2026-10", "2026-11"):
        shutil.copy(stage.folder / f"{name}.parquet", stage.folder / "months")
    code = pl.read_parquet(stage.folder / "classes.parquet").filter(pl.col("override").is_null())["uscc"][0]
    line = f"{code},C,经核实停业六个月以上并且无人值守,周某,2026-11-01,2027-03-01\n"
    stage.write("decisions.csv", "uscc,class,reason,author,since,until\n" + line)
    stage.write("variants.yaml", "variants: [{name: 不变}]\n")


def raw_records(stage: Stage) -> None:
    """records/: raw records of a few enterprises."""
    (stage.folder / "records").mkdir(exist_ok=True)
    for name, frame in frames(world(11)).items():
        frame.collect().write_parquet(stage.folder / "records" / f"{name}.parquet")


def yearly_plan(stage: Stage) -> None:
    """plan.yaml with its libraries."""
    document = {**plan_document(), "libraries": {kind: one.name for kind, one in library_files(stage.folder).items()}}
    for entry, number in zip(document["entries"], ("P01", "P03"), strict=True):
        entry["number"] = number
    stage.write("plan.yaml", yaml.safe_dump(document, allow_unicode=True))
    shutil.rmtree(stage.folder / DRAW, ignore_errors=True)


def drawn_plan(stage: Stage) -> None:
    """A draw made of the plan."""
    yearly_plan(stage)
    stage.ok("plan", "prepare", "plan.yaml", DRAW, "--draw-id", DRAW, "--on", "2026-11-25")
    folder = stage.folder / DRAW
    draft = json.loads((folder / "draft.json").read_text("utf-8"))
    draft["public"] = [{"id": "dice", "what": "十面骰子", "format": "digits"}]
    (folder / "draft.json").write_text(json.dumps(draft), "utf-8")
    stage.ok("draw", "commit", DRAW)
    known = json.loads((folder / "sealed.json").read_text("utf-8")) | {"public": {"dice": "1" * 20}}
    (folder / "reveal.json").write_text(json.dumps(known), "utf-8")
    stage.ok("draw", "run", DRAW)


def draw_draft(stage: Stage, name: str = DRAW, prev: str | None = None, *, sealed: bool = True) -> Path:
    """A folder with the draft of a record; with ``sealed`` False both holders bring their numbers, always the same."""
    folder = stage.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    units = [f"{UNIT[:-2]}{number:02d}\t高\tok\tR1" for number in range(1, 9)]
    (folder / "frame-market.tsv").write_text(rows(*units), "utf-8")
    (folder / "roster.tsv").write_text(rows(*(f"M{n:02d}\tmarket\t*\t-\t9\t0" for n in range(1, 8))), "utf-8")
    (folder / "recusal.tsv").write_text("", "utf-8")
    plan = {**DRAFT["plans"][0], "rate": {"高": 750000}}
    draft = {**DRAFT, "draw_id": name, "plans": [plan], "prev": prev}
    if not sealed:
        draft["nonces"] = [[holder, hashlib.sha256(nonce.encode()).hexdigest()] for holder, nonce in NONCES.items()]
    (folder / "draft.json").write_text(json.dumps(draft), "utf-8")
    return folder


def draw_locked(stage: Stage) -> None:
    """A record whose sealed number is encrypted."""
    draw_draft(stage)
    stage.write("planner.key", "一句很长很长的口令\n")
    stage.ok("draw", "commit", DRAW, "--lock", "planner.key")


def draw_committed(stage: Stage, name: str = DRAW, prev: str | None = None) -> Path:
    """A record that is published."""
    folder = draw_draft(stage, name, prev)
    stage.ok("draw", "commit", name)
    return folder


def draw_open(stage: Stage, name: str = DRAW, prev: str | None = None) -> Path:
    """A record after its event."""
    folder = draw_committed(stage, name, prev)
    reveal(folder)
    return folder


def draw_done(stage: Stage) -> None:
    """A draw with its result, in which the unit and the person of the examples are drawn: the first such number."""
    folder = draw_draft(stage, sealed=False)
    stage.ok("draw", "commit", DRAW)
    for attempt in range(100):
        public = {"ssq-2026135": f"{attempt // 16 + 1:02d}.08.12.19.25.33+{attempt % 16 + 1:02d}"}
        (folder / "reveal.json").write_text(json.dumps({"nonces": [*NONCES.items()], "public": public}), "utf-8")
        (folder / "result.json").unlink(missing_ok=True)
        stage.ok("draw", "run", DRAW)
        result = json.loads((folder / "result.json").read_text("utf-8"))
        one = result["plans"]["P-market"]["高"]
        if UNIT in one["selected"] and one["reserve"] and "M02" in result["demands"][3]["people"]:
            return
    raise AssertionError("no number draws them")


def draw_chain(stage: Stage) -> None:
    """Three records, each after the one before it."""
    prev = None
    for name in ("2026-Q1", "2026-Q2", "2026-Q3"):
        folder = draw_open(stage, name, prev)
        stage.ok("draw", "run", name)
        prev = json.loads(stage.run("draw", "commit", name, "--json").out)["digest"]
        assert (folder / "result.json").exists()


def draw_salted(stage: Stage) -> None:
    """A record with a root for its list, and the proof of one enterprise."""
    folder = draw_draft(stage)
    stage.ok("draw", "salt", DRAW)
    stage.ok("draw", "commit", DRAW)
    done = stage.run("draw", "proof", DRAW, "--unit", UNIT)
    assert done.code == 0, done.err
    stage.write("proof.json", done.out)
    shutil.copy(folder / "commit.json", stage.folder)


def results(stage: Stage) -> None:
    """Results of inspections as a table."""
    head = "抽取编号,计划编号,对象代码,部门,事项,检查日期,代码集,代码,联合,公示日期\n"
    stage.write("results.csv", head + "Q4,P1,U1,market,M1,2026-09-01,province-results,1,是,2026-09-29\n")


def backup(stage: Stage) -> None:
    """A backup made before."""
    if not (stage.folder / "backups/2026-11-25").exists():
        stage.ok("backup", "make", "backups/2026-11-25")


def anchored(stage: Stage) -> None:
    """A file of anchors, as another machine keeps it."""
    stage.write("anchors.txt", "")
    stage.ok("audit", "anchor", "anchors.txt")


def wangfang(stage: Stage) -> None:
    """Somebody with an account."""
    where = ("--department", "market", "--region", "210200")
    stage.run("user", "add", "wangfang", "--name", "王芳", *where, "--role", "officer")


def changed(stage: Stage) -> None:
    """lists.xlsx with a change."""
    changed_list(stage.folder, stage.run)


def own_list(stage: Stage) -> None:
    """list.xlsx: items of the city as they were exported, to be written into another folder."""
    stage.ok("rules", "export", "--excel", "list.xlsx", "--jurisdiction", "210200")


PREPARE: dict[str, Callable[[Stage], object]] = {
    "rules diff 旧目录": other_catalogue,
    "rules diff current": other_catalogue,
    "rules impact": other_catalogue,
    "rules import list.xlsx --errors": own_list,
    "rules import lists.xlsx": lambda stage: None if (stage.folder / "清单.xlsx").exists() else changed(stage),
    "rules import 清单.xlsx": lambda stage: faulty_list(stage.folder),
    "rules import 清单-核对.xlsx": lambda stage: checked_list(stage.folder, stage.run),
    "rules import 公布": lambda stage: published_list(stage.folder),
    "repair scan register.xlsx": register,
    "plan check": yearly_plan,
    "plan prepare": yearly_plan,
    "task list": drawn_plan,
    "task figures": results,
    "draw commit": draw_draft,
    "draw salt": draw_draft,
    "draw unseal": draw_locked,
    "draw run": draw_open,
    "draw cancel": draw_committed,
    "draw verify": draw_done,
    "draw replace": draw_done,
    "draw restaff": draw_done,
    "draw log": draw_done,
    "draw chain": draw_chain,
    "draw proof": draw_salted,
    "score build": raw_records,
    "score run columns": scored,
    "score run enterprises": scored,
    "backup make": lambda stage: (stage.folder / "backups").mkdir(exist_ok=True),
    "audit verify --anchors": anchored,
    "user roles": wangfang,
    "user reset": wangfang,
}
"""What has to be there before a command, by its first words."""


def prepare(stage: Stage, words: str) -> None:
    """Make what the command needs."""
    for start, make in PREPARE.items():
        if words.startswith(start):
            make(stage)
