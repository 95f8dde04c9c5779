"""The command with the catalogue that is in memory, in a folder of its own with a small database."""

import os
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from rules.check import WITHIN_DAYS, Finding, check_release
from rules.load import CATALOGUE, load_catalogue
from rules.release import Release
from service import clock
from service.cases import acts
from service.cases.model import Choice
from service.engine import Engine
from service.settings import Settings, read_settings
from service.storage import open_database, open_files
from service.work import Works
from tests.exchange.desk import KnownShelf
from tests.service.cases.officers import entry, officer
from tests.service.conftest import Run
from tests.service.examples.stage import Stage

TODAY = date(2026, 11, 25)
_load = Engine.load.__func__  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def other_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the catalogue, and a lower bound in one item."""
    folder = tmp_path_factory.mktemp("other") / "catalogue"
    shutil.copytree(CATALOGUE, folder)
    (file,) = folder.rglob("MR-N05.yaml")
    text = file.read_text("utf-8").replace("{fact: goods_value_yuan, lte: 500}", "{fact: goods_value_yuan, lte: 300}")
    file.write_text(text, "utf-8")
    return folder


@cache
def _of_folder(folder: Path) -> Release:
    return load_catalogue(folder)


def _checked(release: Release, on: date, within_days: int = WITHIN_DAYS, **_: object) -> list[Finding]:
    """Without the proofs, which take long and are tested elsewhere."""
    return list(check_release(release, on, within_days=within_days, prove=False))


@pytest.fixture
def stage(
    tmp_path: Path,
    run: Run,
    sqlite_template: Path,
    other_catalogue: Path,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    """A folder to run the examples of a page in; the catalogue is read again only where a city has its own."""
    folder = tmp_path / "stage"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XINHENG_DATA_DIR", str(folder / "data"))
    for name in [one for one in os.environ if one.startswith("XINHENG_") and one != "XINHENG_DATA_DIR"]:
        monkeypatch.delenv(name)

    def loaded(kind: type[Engine], settings: Settings) -> Engine:
        return _load(kind, settings) if _has_own(settings) else engine

    monkeypatch.setattr(Engine, "load", classmethod(loaded))
    monkeypatch.setattr("service.cli.exchange.Shelf", lambda _root, own, _cache: KnownShelf(own=own))

    def release() -> Release:
        settings = read_settings(os.environ)
        return load_catalogue(extra=settings.further) if _has_own(settings) else engine.release

    for module in ("catalogue", "repair"):
        monkeypatch.setattr(f"service.cli.{module}.load", release)
    monkeypatch.setattr("service.cli.difference.load_catalogue", lambda place, _cache: _of_folder(place.resolve()))
    monkeypatch.setattr("service.cli.catalogue_check.check_release", _checked)
    return Stage(folder, run, _stored(folder / "data", sqlite_template, engine), other_catalogue)


def _stored(folder: Path, template: Path, engine: Engine) -> dict[str, str]:
    """A database with a decided case; its ids by those that the reference shows."""
    folder.mkdir()
    shutil.copyfile(template, folder / "xinheng.db")
    settings = Settings(data_dir=folder)
    database = open_database(settings)
    with Works(database, engine, open_files(settings)).writing(officer()) as work:
        case = acts.save(work, entry(engine))
        decision = acts.decide(work, case.id, case.version, Choice("general", None, "事实尚未全部查清"))
    database.close()
    return {"case-01M883EXM0R1D36RKBZ3Y2Q9B5": case.id, "decision-01M883EXM098WMD5BMCPYW6CDX": decision.id}


def _has_own(settings: Settings) -> bool:
    return any(path for one in settings.further for path in one.rglob("*.yaml"))
