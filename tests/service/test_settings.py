"""Settings come from the environment, the day from the clock of China, and nothing else from outside."""

import ast
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kernel import messages
from service import clock
from service.errors import UsageError
from service.published import lay_out
from service.settings import Settings, read_settings
from tests.conftest import ROOT
from tests.health.tree import sources, tree


class TestCacheFolder:
    @pytest.mark.parametrize(
        ("environ", "folder"),
        [
            ({"HOME": "/h"}, "/h/.cache/xinheng"),
            ({"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "/c/xinheng"),
            ({"HOME": "/h", "XDG_CACHE_HOME": "relative"}, "/h/.cache/xinheng"),
            ({"HOME": "/h", "XDG_CACHE_HOME": ""}, "/h/.cache/xinheng"),
            ({"HOME": "/h", "XINHENG_CACHE_DIR": "/own"}, "/own"),
        ],
        ids=str,
    )
    def test_it_follows_the_xdg_rules(self, environ: dict[str, str], folder: str) -> None:
        assert read_settings(environ).cache_dir == Path(folder)

    def test_the_data_folder_follows_them_too(self) -> None:
        assert read_settings({"HOME": "/h"}).data_dir == Path("/h/.local/share/xinheng")
        assert read_settings({"HOME": "/h", "XDG_DATA_HOME": "/d"}).data_dir == Path("/d/xinheng")
        assert read_settings({"HOME": "/h", "XINHENG_DATA_DIR": "/own"}).data_dir == Path("/own")

    @pytest.mark.parametrize("environ", [{}, {"HOME": "/h", "XINHENG_CACHE_DIR": ""}], ids=str)
    def test_there_may_be_none(self, environ: dict[str, str]) -> None:
        assert read_settings(environ).cache_dir is None


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError) as refused:
        read_settings({"XINHENG_DATA_DIR": str(tmp_path / "file" / below)})
    assert "不是文件夹" in refused.value.detail


def test_a_published_catalogue_that_is_gone_is_not_passed_over(tmp_path: Path) -> None:
    settings = read_settings({"XINHENG_DATA_DIR": str(tmp_path)})
    assert list(settings.further) == []
    folder = lay_out(tmp_path, {"national/a.yaml": "id: a\n"})
    assert settings.further == (folder,)
    shutil.rmtree(folder)
    with pytest.raises(UsageError) as refused:
        _ = settings.further
    assert "不见了" in refused.value.detail


def test_without_variables_the_defaults_hold() -> None:
    assert read_settings({}) == Settings()


@pytest.mark.parametrize("value", ["0", "-1", "4000001", "many", "", "１０", "1e3"])
def test_a_wrong_size_names_the_variable(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings({"XINHENG_MAX_BODY_BYTES": value})
    assert "XINHENG_MAX_BODY_BYTES" in caught.value.detail


def test_a_catalogue_of_ones_own(tmp_path: Path) -> None:
    assert read_settings({"XINHENG_CATALOGUE": str(tmp_path)}).catalogue == tmp_path.resolve()
    with pytest.raises(UsageError):
        read_settings({"XINHENG_CATALOGUE": str(tmp_path / "none")})


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
def test_today_is_that_of_china_wherever_the_machine_stands(zone: str) -> None:
    code = "from service.clock import now, today; print(now().utcoffset().total_seconds(), today() == now().date())"
    env = {**os.environ, "TZ": zone}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["28800.0", "True"]


def test_the_day_changes_at_midnight_in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)  # type: ignore[arg-type]

    monkeypatch.setattr(clock, "datetime", Frozen)
    moment = datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
    assert clock.today().isoformat() == "2026-11-24"
    moment += timedelta(seconds=1)
    assert clock.today().isoformat() == "2026-11-25"


def test_every_message_code_of_the_service_has_words_and_is_used() -> None:
    used = {
        node.value
        for path in sources("service")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    ours = messages._read("service", "messages_zh.yaml")
    assert set(ours) <= used
    for message in ours.values():
        assert message.title
        assert message.detail
