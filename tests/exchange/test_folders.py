"""The city's own folder beside the delivered catalogue, and writing it all or nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from kernel.errors import CatalogueError
from rules.load import CATALOGUE, UNFINISHED, link, load_catalogue, read_documents
from service.errors import UsageError
from service.exchange import store
from service.exchange.documents import equal, yaml_text
from service.exchange.store import resume, write_folder
from tests.exchange.desk import DELIVERED, RELEASE, KnownShelf

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = """\
id: dalian-2026
kind: source
title: 大连市清单
jurisdiction: "210200"
in_force: {from: 2026-01-01, until: null}
confidence: V1
checked_on: 2026-11-24
"""
ITEM = """\
id: DL-1
kind: list_item
title: 经营过期食品
list: no_penalty
force: may
field: 市场监管
jurisdiction: "210200"
violations: [food-expired-sale]
source: dalian-2026
in_force: {from: 2026-01-01, until: null}
conditions:
  - {fact: first_violation, eq: true}
confidence: V1
checked_on: 2026-11-24
"""


def _own(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "2102-dalian/lists/dalian-2026" / f"{name.replace('_', '-')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def _small(root: Path) -> Path:
    """Facts and statute alone: enough to load, and quick to read."""
    shutil.copytree(CATALOGUE / "facts", root / "facts")
    shutil.copytree(CATALOGUE / "national" / "statute", root / "national" / "statute")
    return root


class TestTogether:
    def test_items_of_both_are_there_and_the_digest_covers_both(self, tmp_path: Path) -> None:
        own = _own(tmp_path, source=SOURCE, DL_1=ITEM)
        release = load_catalogue(extra=[own])
        assert "DL-1" in release.items
        assert "MR-N05" in release.items
        assert release.digest != RELEASE.digest

    def test_an_empty_folder_changes_nothing(self, tmp_path: Path) -> None:
        root = _small(tmp_path / "root")
        (tmp_path / "own").mkdir()
        assert load_catalogue(root, extra=[tmp_path / "own"]).digest == load_catalogue(root).digest

    def test_where_a_file_stands_does_not_matter_to_the_digest(self, tmp_path: Path) -> None:
        root = _small(tmp_path / "root")
        own = _own(tmp_path / "own", source=SOURCE)
        apart = load_catalogue(root, extra=[own]).digest
        assert apart == load_catalogue(_own(root, source=SOURCE)).digest

    def test_an_id_may_not_stand_in_both(self, tmp_path: Path) -> None:
        own = _own(tmp_path, source=SOURCE, MR_N05=ITEM.replace("DL-1", "MR-N05"))
        with pytest.raises(CatalogueError, match="MR-N05") as caught:
            link(KnownShelf(own=(own,)).read())
        assert "已用于" in caught.value.detail

    def test_a_file_may_not_stand_in_both(self, tmp_path: Path) -> None:
        root = _own(_small(tmp_path / "root"), source=SOURCE)
        with pytest.raises(CatalogueError) as caught:
            read_documents(root, extra=[_own(tmp_path / "own", source=SOURCE)])
        assert "两个目录文件夹中都有这个文件" in caught.value.detail

    def test_the_cache_knows_both(self, tmp_path: Path) -> None:
        root, own = _small(tmp_path / "root"), _own(tmp_path / "own", source=SOURCE)
        first = read_documents(root, tmp_path / "cache", [own])
        assert read_documents(root, tmp_path / "cache", [own]) == first
        _own(own, source=SOURCE.replace("大连市清单", "大连市新清单"))
        assert read_documents(root, tmp_path / "cache", [own]) != first


class TestDrafts:
    def test_a_draft_loads_incomplete_and_enters_nothing(self, tmp_path: Path) -> None:
        draft = ITEM.replace("kind: list_item", "kind: list_item\nstatus: draft").split("conditions:")[0]
        draft += "confidence: V1\nchecked_on: 2026-11-24\nprose: {conditions: 情节轻微的}\n"
        release = link(KnownShelf(own=(_own(tmp_path, source=SOURCE, DL_1=draft),)).read())
        assert "DL-1" in release.drafts
        assert "DL-1" not in release.items
        assert all(one.id != "DL-1" for one in release.items_of_violation["food-expired-sale"])

    def test_an_item_in_force_may_not_be_incomplete(self, tmp_path: Path) -> None:
        bare = ITEM.split("conditions:", maxsplit=1)[0] + "confidence: V1\nchecked_on: 2026-11-24\n"
        with pytest.raises(CatalogueError):
            link(KnownShelf(own=(_own(tmp_path, source=SOURCE, DL_1=bare),)).read())


class TestWriting:
    def test_files_appear_change_and_go_together(self, tmp_path: Path) -> None:
        write_folder(tmp_path, {"a/1.yaml": "甲", "a/2.yaml": "乙"}, [])
        write_folder(tmp_path, {"a/1.yaml": "新", "b/3.yaml": "丙"}, ["a/2.yaml"])
        found = {path.relative_to(tmp_path).as_posix(): path.read_text("utf-8") for path in tmp_path.rglob("*.yaml")}
        assert found == {"a/1.yaml": "新", "b/3.yaml": "丙"}
        assert [path.name for path in tmp_path.iterdir()] in (["a", "b"], ["b", "a"])

    def test_before_the_plan_stands_nothing_has_changed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_folder(tmp_path, {"1.yaml": "旧"}, [])
        count = 0

        def failing(path: Path, data: bytes) -> None:
            nonlocal count
            count += 1
            if count == 2:
                raise OSError(28, "No space left on device")
            path.write_bytes(data)

        monkeypatch.setattr(store, "_write", failing)
        with pytest.raises(UsageError, match="file_unwritable"):
            write_folder(tmp_path, {"1.yaml": "新", "2.yaml": "新"}, [])
        assert (tmp_path / "1.yaml").read_text("utf-8") == "旧"
        assert not (tmp_path / UNFINISHED).exists()

    @pytest.mark.parametrize("moves", [0, 1, 2])
    def test_a_stop_in_between_is_seen_and_can_be_finished(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
    ) -> None:
        root, own = _small(tmp_path / "root"), tmp_path / "own"
        write_folder(own, {"lists/dalian-2026/source.yaml": SOURCE, "gone.yaml": "x: 1"}, [])
        done = 0
        move = store._move

        def stopping(staged: Path, target: Path) -> None:
            nonlocal done
            if done == moves:
                raise KeyboardInterrupt
            done += 1
            move(staged, target)

        new = {f"lists/dalian-202{number}/source.yaml": SOURCE.replace("2026", f"202{number}") for number in (7, 8, 9)}
        monkeypatch.setattr(store, "_move", stopping)
        with pytest.raises(KeyboardInterrupt):
            write_folder(own, new, ["gone.yaml"])
        monkeypatch.undo()
        with pytest.raises(CatalogueError) as caught:
            read_documents(root, extra=[own])
        assert "--resume" in caught.value.detail
        assert resume(own) is True
        assert resume(own) is False
        found = {path.relative_to(own).as_posix() for path in own.rglob("*.yaml")}
        assert found == {"lists/dalian-2026/source.yaml", *new}

    @pytest.mark.parametrize("name", ["../outside.yaml", "a/../../outside.yaml"])
    def test_nothing_is_written_outside(self, tmp_path: Path, name: str) -> None:
        own = tmp_path / "own"
        with pytest.raises(UsageError):
            write_folder(own, {name: "x"}, [])
        assert not (tmp_path / "outside.yaml").exists()

    def test_every_document_of_the_catalogue_can_be_written(self, tmp_path: Path) -> None:
        from rules.load import read_yaml  # noqa: PLC0415

        documents = {name: one for name, one in DELIVERED.items() if isinstance(one, dict) and "id" in one}
        path = tmp_path / "one.yaml"
        for name, document in documents.items():
            path.write_text(yaml_text(document), "utf-8")
            assert equal(read_yaml(path, name), document), name
