"""What the commands ``score …`` have in common: schemes, tables, progress."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.cli.files import opened, reading_error
from service.cli.output import note
from service.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.scoring.source import Source
    from supervision.scheme import Scheme

_PROGRESS_SECONDS: Final = 5.0
_SHOWN_COLUMNS: Final = 20
_OTHER_TABLES: Final = (".csv", ".tsv", ".xlsx", ".xls", ".json", ".ndjson")


def open_scheme(name: str) -> Scheme:
    """Read a delivered scheme by its id, or one of the city's own: a file that ends in ``.yaml``.

    Raises:
        UsageError: there is none.
        CatalogueError: what is wrong in the file.
    """
    from supervision.load import load_scheme, parse_scheme, scheme_ids  # noqa: PLC0415 - start-up time

    if name.endswith(".yaml"):
        return parse_scheme(_text(name), name)
    if name not in scheme_ids():
        raise UsageError("scheme_unknown", allowed=list(scheme_ids()))
    return load_scheme(name)


def _text(name: str) -> str:
    with opened(name) as stream:
        try:
            return stream.read().decode()
        except (OSError, ValueError) as error:
            raise reading_error(name, error) from error


def parquet_out(name: str) -> Path:
    """The file that results go to; UsageError where its name says that it is no Parquet file."""
    if Path(name).suffix.lower() in _OTHER_TABLES:
        raise UsageError(command="xinheng score", why=f"结果是 Parquet 文件，“{name}”的扩展名应当是 .parquet")
    return Path(name)


def open_table(name: str, scheme: Scheme) -> Source:
    """Open a table for a scheme, and say which columns it lacks and which nobody needs."""
    from service.scoring.source import open_source  # noqa: PLC0415 - start-up time

    source = open_source(name, scheme)
    missing, extra = source.layout.missing, source.layout.extra
    if missing:
        note(f"{name} 缺少方案的 {len(missing)} 列，按未知处理：{_listed(missing)}")
    if len(missing) > len(scheme.columns) / 2:
        note("警告：一半以上的列没有数据，类别主要由缺失值决定，不能据此减少检查。")
    if extra:
        note(f"{name} 有 {len(extra)} 列方案用不到：{_listed(extra)}")
    return source


def _listed(names: tuple[str, ...]) -> str:
    rest = f"等 {len(names)} 列" if len(names) > _SHOWN_COLUMNS else ""
    return "、".join(names[:_SHOWN_COLUMNS]) + rest


def about(scheme: Scheme) -> dict[str, str]:
    """Which scheme it was."""
    return {"scheme": scheme.id, "version": scheme.version, "digest": scheme.digest}


def progress(rows: int) -> Callable[[int], None]:
    """Tell now and then how far the work has come."""
    done, begun, shown = 0, time.monotonic(), time.monotonic()

    def tell(more: int) -> None:
        nonlocal done, shown
        done += more
        now = time.monotonic()
        if now - shown > _PROGRESS_SECONDS:
            shown = now
            share = done / max(rows, 1)
            note(f"已处理 {done} 行（共 {rows} 行，{share:.0%}），每秒 {done / (now - begun):.0f} 行")

    return tell
