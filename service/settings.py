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
| ``XINHENG_HOSTS`` | names under which other machines reach the service, with commas | none: this machine alone |
| ``XINHENG_TRUSTED_PROXIES`` | addresses whose ``X-Forwarded-*`` are believed, with commas | none |
| ``XINHENG_JOB_WORKERS`` | processes that ``serve`` starts for jobs (0: ``xinheng worker`` runs elsewhere) | 1 |
| ``XINHENG_JOB_LEASE_SECONDS`` | how long a job waits for its worker's sign of life | 60 |
| ``XINHENG_ANCHOR_FILE`` | file outside the database for the end of the audit trail | none |
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.access.policy import AccessSettings, read_access
from service.errors import UsageError
from service.published import in_force, pointer_of

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "XINHENG_"
_MAX_BODY_BYTES: Final = 1_000_000
_LARGEST_BODY: Final = 4_000_000
"""The strict JSON reader takes no more."""
_JOB_WORKERS: Final = 1
_MOST_JOB_WORKERS: Final = 64
_LEASE_SECONDS: Final = 60
_LONGEST_LEASE: Final = 3600
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?")


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
    access: AccessSettings = field(default_factory=AccessSettings)
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    job_workers: int = _JOB_WORKERS
    job_lease_seconds: int = _LEASE_SECONDS
    anchor_file: Path | None = None

    @property
    def further(self) -> tuple[Path, ...]:
        """Folders that are read beside the catalogue: the city's own files, and what was published here.

        UsageError where something was published and its folder is gone: without it the answers would be others.
        """
        published = in_force(self.data_dir)
        if published is None and self.data_dir is not None and pointer_of(self.data_dir).exists():
            why = "其中已经发布的规则目录不见了，请启动服务（会从数据库重新取出），或者从备份恢复"
            raise UsageError("setting_wrong", name=PREFIX + "DATA_DIR", value=str(self.data_dir), why=why)
        return tuple(folder for folder in (self.own_catalogue, published) if folder)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings; UsageError names the variable that is wrong."""
    return Settings(
        catalogue=_folder(environ, "CATALOGUE"),
        own_catalogue=_folder(environ, "CATALOGUE_DIR"),
        cache_dir=_cache_dir(environ),
        templates=_folder(environ, "TEMPLATES_DIR"),
        max_body_bytes=_whole(environ, "MAX_BODY_BYTES", _MAX_BODY_BYTES, 1, _LARGEST_BODY),
        data_dir=_data_dir(environ),
        database_url=environ.get(PREFIX + "DATABASE_URL") or None,
        access=read_access(environ),
        hosts=_hosts(environ),
        trusted_proxies=_proxies(environ),
        job_workers=_whole(environ, "JOB_WORKERS", _JOB_WORKERS, 0, _MOST_JOB_WORKERS),
        job_lease_seconds=_whole(environ, "JOB_LEASE_SECONDS", _LEASE_SECONDS, 1, _LONGEST_LEASE),
        anchor_file=_file(environ, "ANCHOR_FILE"),
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
    if not own:
        return _by_xdg(environ, "XDG_DATA_HOME", ".local/share")
    folder = Path(own).expanduser().resolve()
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir():
        raise UsageError("setting_wrong", name=PREFIX + "DATA_DIR", value=own, why=_no_folder(folder, there))
    return folder


def _no_folder(folder: Path, there: Path) -> str:
    return "不是文件夹" if there == folder else f"路径中的 {there.name} 不是文件夹"


def _by_xdg(environ: Mapping[str, str], variable: str, below_home: str) -> Path | None:
    base = environ.get(variable, "")
    if base and Path(base).is_absolute():  # the XDG rule: a relative path is to be ignored
        return Path(base) / "xinheng"
    home = environ.get("HOME", "")
    return Path(home) / below_home / "xinheng" if home else None


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    """A file that is made when first written to."""
    value = environ.get(PREFIX + name)
    return Path(value).expanduser().resolve() if value else None


def _whole(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = environ.get(PREFIX + name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise UsageError("setting_wrong", name=PREFIX + name, value=value, why=f"应当是 {least} 到 {most} 的整数")
    return int(value)


def _listed(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Values with commas between them."""
    return tuple(one.strip().lower() for one in environ.get(PREFIX + name, "").split(",") if one.strip())


def _hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Names without port and protocol, as browsers send them in ``Host``."""
    found = _listed(environ, "HOSTS")
    if wrong := [name for name in found if not _HOST.fullmatch(name)]:
        why = "应当是主机名或者 IPv4 地址，不带协议和端口，用逗号分隔"
        raise UsageError("setting_wrong", name=PREFIX + "HOSTS", value=wrong[0], why=why)
    return found


def _proxies(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses, or networks such as ``10.1.0.0/24``."""
    found = _listed(environ, "TRUSTED_PROXIES")
    for one in found:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            why = "应当是 IP 地址或者网段，用逗号分隔"
            raise UsageError("setting_wrong", name=PREFIX + "TRUSTED_PROXIES", value=one, why=why) from error
    return found
