"""Standard streams that are full or closed, and outputs that are no ordinary files: words and an exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli import main
from service.cli.files import refuse_special, whole_file
from service.errors import UsageError, machine_trouble, reason

FULL = Path("/dev/full")
COMMANDS = (("workdays", "add", "2026-03-01", "3"), ("workdays", "add", "2026-03-01", "3", "--json"), ("--help",))


def run(words: tuple[str, ...], **streams: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "service.cli", *words]
    return subprocess.run(command, text=True, timeout=60, check=False, stderr=subprocess.PIPE, **streams)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_full_disk_behind_standard_output_is_said_on_standard_error(words: tuple[str, ...]) -> None:
    with FULL.open("wb") as full:
        done = run(words, stdout=full)
    assert done.returncode == 2
    assert done.stderr == "文件无法写入：无法写入文件“标准输出”（磁盘已满）。请检查文件夹是否存在、权限和磁盘空间。\n"


@pytest.mark.parametrize("words", COMMANDS[:2])
def test_a_closed_standard_output_is_said_too(words: tuple[str, ...]) -> None:
    done = run(words, preexec_fn=lambda: os.close(1))
    assert done.returncode == 2
    assert "标准输出" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_standard_input_is_an_empty_document() -> None:
    done = run(("case", "check", "-"), stdout=subprocess.PIPE, preexec_fn=lambda: os.close(0))
    assert done.returncode == 3
    assert done.stderr.startswith("没有内容")


@pytest.mark.parametrize("name", ["/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "", ".", ".."])
def test_no_device_stream_or_folder_is_replaced_by_a_file(name: str) -> None:
    done = run(("repair", "synth", "2", name, "--seed", "1"), stdout=subprocess.PIPE)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert Path("/dev/null").is_char_device()


def test_a_pipe_is_no_ordinary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="file_special"):
        refuse_special(str(tmp_path / "pipe"))
    refuse_special(str(tmp_path / "new.csv"))
    refuse_special("-")


def test_a_file_half_written_never_gets_its_name(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_bytes(b"before")

    def fail() -> None:
        with whole_file(out) as stream:
            stream.write(b"half")
            raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    assert out.read_bytes() == b"before"


def test_reasons_of_the_system_are_told_in_chinese() -> None:
    assert reason(OSError(28, "No space left on device")) == "磁盘已满"
    assert reason(OSError("No such file or directory (os error 2): x")) == "没有这个文件夹或者文件"
    assert reason(ValueError("embedded null byte")) == "embedded null byte"


def test_a_full_disk_is_told_from_a_fault_of_ours() -> None:
    assert machine_trouble(RuntimeError("parquet: No space left on device (os error 28)")) == "磁盘已满"
    assert machine_trouble(OSError(28, "")) == "磁盘已满"
    assert machine_trouble(RuntimeError("boom")) is None
    assert machine_trouble(FileNotFoundError(2, "")) is None


def test_a_full_disk_in_the_midst_of_work_ends_with_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_options: object) -> int:
        raise RuntimeError("No space left on device (os error 28)")

    monkeypatch.setattr("service.cli._command", lambda _where: fail)
    assert main(["workdays", "add", "2026-03-01", "3"]) == 2
    assert capsys.readouterr().err.startswith("文件无法写入：读写文件时出错（磁盘已满）")
