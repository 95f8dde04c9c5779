"""One broken catalogue a mistake: each is refused, and the message names file and key in Chinese.

``tests/broken_data/sound`` is a small sound catalogue; every other folder is laid beside it, holds
one mistake, and says in ``message.txt`` how it has to be answered.
"""

import re
from pathlib import Path

import pytest

from kernel.errors import CatalogueError
from rules.load import load_catalogue
from rules.selftest import run_tests

BROKEN = Path(__file__).parents[1] / "broken_data"
SOUND = BROKEN / "sound"
MISTAKES = sorted(folder for folder in BROKEN.iterdir() if folder.is_dir() and folder != SOUND)
ENGLISH_SENTENCE = re.compile(r"\b(should|must|input|valid|error|expected|least)\b", re.IGNORECASE)


def refused(folder: Path) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        list(run_tests(load_catalogue(SOUND, extra=[folder])))
    return caught.value


@pytest.mark.parametrize("folder", MISTAKES, ids=lambda folder: folder.name)
def test_the_mistake_is_named(folder: Path) -> None:
    error = refused(folder)
    assert error.detail.rstrip("。") == (folder / "message.txt").read_text("utf-8").strip()
    assert (folder / error.file).is_file()
    assert error.detail.startswith(f"{error.file}：{error.key}" if error.key else error.file)


@pytest.mark.parametrize("folder", MISTAKES, ids=lambda folder: folder.name)
def test_the_message_is_a_chinese_sentence(folder: Path) -> None:
    error = refused(folder)
    sentence = error.detail.removeprefix(f"{error.file}：").removeprefix(f"{error.key}：")
    assert re.search("[\u4e00-\u9fff]", sentence)
    assert not ENGLISH_SENTENCE.search(sentence)


def test_the_sound_catalogue_is_accepted_and_its_cases_pass() -> None:
    results = list(run_tests(load_catalogue(SOUND)))
    assert len(results) == 2
    assert all(result.passed for result in results)


def test_every_folder_differs_from_the_sound_catalogue_in_files_of_its_own() -> None:
    sound = {path.relative_to(SOUND) for path in SOUND.rglob("*.yaml")}
    for folder in MISTAKES:
        assert not sound & {path.relative_to(folder) for path in folder.rglob("*.yaml")}, folder.name


def test_a_folder_without_files_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="catalogue_entry"):
        load_catalogue(tmp_path)


def test_one_cause_is_reported_once_however_often_it_is_loaded(tmp_path: Path) -> None:
    """A refused catalogue leaves nothing in the cache that would let it pass the second time."""
    folder = BROKEN / "unknown-fact"
    for _ in range(2):
        with pytest.raises(CatalogueError) as caught:
            load_catalogue(SOUND, cache_dir=tmp_path, extra=[folder])
        assert caught.value.key == "conditions[0].fact"
