"""Settings of one process, read once from the environment (``XINHENG_…``).

| variable | meaning | default |
|---|---|---|
| ``XINHENG_CATALOGUE`` | folder of the rules catalogue | the one that is delivered |
| ``XINHENG_CATALOGUE_DIR`` | folder of the city's own lists, read beside the catalogue | none |
| ``XINHENG_CACHE_DIR`` | folder for the parsed catalogue; empty: none | ``~/.cache/xinheng``, by the XDG rules |
| ``XINHENG_TEMPLATES_DIR`` | folder of the city's own Word templates | the delivered ones |
| ``XINHENG_DATA_DIR`` | folder of the embedded database, and of files | ``~/.local/share/xinheng``, by the XDG rules |
| ``XINHENG_DATABASE_URL`` | ``postgresql://…`` or ``sqlite:///…`` | ``xinheng.db`` in the data folder |
| ``XINHENG_MAX_BODY_BYTES`` | largest request body, in bytes | 1000000 |
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "XINHENG_"
_MAX_BODY_BYTES: Final = 1_000_000
_LARGEST_BODY: Final = 4_000_000
"""The strict JSON reader takes no more."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside; ``catalogue`` None: the delivered one."""

    catalogue: Path | None = None
    own_catalogue: Path | None = None
    cache_dir: Path | None = None
    templates: Path | None = None
    max_body_bytes: int = _MAX_BODY_BYTES
    data_dir: Path | None = None
    database_url: str | None = None

    @property
    def further(self) -> tuple[Path, ...]:
        """Folders that are read beside the catalogue."""
        return (self.own_catalogue,) if self.own_catalogue else ()


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings; UsageError names the variable that is wrong."""
    return Settings(
        catalogue=_folder(environ, "CATALOGUE"),
        own_catalogue=_folder(environ, "CATALOGUE_DIR"),
        cache_dir=_cache_dir(environ),
        templates=_folder(environ, "TEMPLATES_DIR"),
        max_body_bytes=_max_body_bytes(environ.get(PREFIX + "MAX_BODY_BYTES")),
        data_dir=_data_dir(environ),
        database_url=environ.get(PREFIX + "DATABASE_URL") or None,
    )


def _folder(environ: Mapping[str, str], name: str) -> Path | None:
    """A folder that has to exist where it is named."""
    value = environ.get(PREFIX + name)
    if not value:
        return None
    folder = Path(value).expanduser()
    if not folder.is_dir():
        raise UsageError("setting_wrong", name=PREFIX + name, value=value, why="没有这个文件夹")
    return folder.resolve()


def _cache_dir(environ: Mapping[str, str]) -> Path | None:
    """The cache folder; it is made when first written to, and done without where it cannot be."""
    own = environ.get(PREFIX + "CACHE_DIR")
    if own is not None:
        return Path(own).expanduser() if own else None
    return _by_xdg(environ, "XDG_CACHE_HOME", ".cache")


def _data_dir(environ: Mapping[str, str]) -> Path | None:
    """The data folder; it is made when first written to. None where there is no home to put it in."""
    own = environ.get(PREFIX + "DATA_DIR")
    return Path(own).expanduser().resolve() if own else _by_xdg(environ, "XDG_DATA_HOME", ".local/share")


def _by_xdg(environ: Mapping[str, str], variable: str, below_home: str) -> Path | None:
    base = environ.get(variable, "")
    if base and Path(base).is_absolute():  # the XDG rule: a relative path is to be ignored
        return Path(base) / "xinheng"
    home = environ.get("HOME", "")
    return Path(home) / below_home / "xinheng" if home else None


def _max_body_bytes(value: str | None) -> int:
    if value is None:
        return _MAX_BODY_BYTES
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= _LARGEST_BODY):
        why = f"应当是 1 到 {_LARGEST_BODY} 的整数"
        raise UsageError("setting_wrong", name=PREFIX + "MAX_BODY_BYTES", value=value, why=why)
    return int(value)
