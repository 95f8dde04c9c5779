"""Reading the catalogue from disk, strictly: every mistake names file and key.

The parsed catalogue may be kept as one JSON file in a cache folder that the caller names; it is
used only when the name, size and modification time of every YAML file are unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Final, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from kernel.canonical import digest
from rules.defects import defect
from rules.facts import Fact, Vocabulary, fact_from_yaml
from rules.reasons import key_of, reason_of
from rules.release import Release, RepairPart
from rules.schema import KINDS, PROVISIONS, AnyProvision
from rules.schema_repair import REPAIR_KINDS, REPAIR_PROVISIONS, RepairProvision

T = TypeVar("T")
CATALOGUE: Final = Path(__file__).parent / "catalogue"
UNFINISHED: Final = ".unfinished-write.json"
"""Stands in a folder of the catalogue while several files are being replaced together."""
ACCEPTED: Final = "accepted/"
"""Findings of the catalogue check that are known: no provisions, and outside the digest."""
FACTS: Final = "facts/"
_CACHE_FORMAT: Final = 4


def load_catalogue(root: Path = CATALOGUE, cache_dir: Path | None = None, extra: Sequence[Path] = ()) -> Release:
    """Load, validate and link the catalogue below ``root``, together with the folders of ``extra``.

    A folder of ``extra`` is laid out as the catalogue is and may be empty (a city's own lists). No
    file and no id may stand in two folders; the digest covers all of them. Raises CatalogueError
    (file and key) on the first mistake.
    """
    return link(read_documents(root, cache_dir, extra))


def read_documents(root: Path, cache_dir: Path | None = None, extra: Sequence[Path] = ()) -> dict[str, object]:
    """Every file of the catalogue as JSON-like data, by its name below its folder, in order of name."""
    folders = [(folder, sorted(path for path in folder.rglob("*.yaml") if path.is_file())) for folder in (root, *extra)]
    if not folders[0][1]:
        raise defect(str(root), "", "文件夹中没有任何条目")
    for folder, _ in folders:
        _refuse_unfinished(folder)
    named = [(_name(folder, path), path) for folder, files in folders for path in files]
    _refuse_repeats([name for name, _ in named])
    named.sort(key=lambda pair: pair[0].split("/"))
    return _documents(folders, named, cache_dir)


def _refuse_unfinished(folder: Path) -> None:
    if (folder / UNFINISHED).exists():
        why = "上一次写入没有完成，请用 xinheng rules import --resume --into 加这个文件夹来完成"
        raise defect(str(folder / UNFINISHED), "", why)


def link(documents: Mapping[str, object]) -> Release:
    """Validate and link documents as :func:`read_documents` returns them; errors as :func:`load_catalogue`."""
    accepted = {name: one for name, one in documents.items() if name.startswith(ACCEPTED)}
    law = {name: one for name, one in documents.items() if name not in accepted}
    about_repair = {name: one for name, one in law.items() if _is_repair(name, one)}
    penalties = {name: one for name, one in law.items() if name not in about_repair}
    repair = RepairPart(_vocabulary(about_repair), _repair_provisions(about_repair))
    provisions = _provisions(penalties)
    for shared in sorted(provisions.keys() & repair.provisions.keys()):
        raise defect(repair.provisions[shared][0], "id", f"编号 {shared} 已用于 {provisions[shared][0]}")
    catalogue_digest = digest({name: law[name] for name in sorted(law)})
    return Release(catalogue_digest, _vocabulary(penalties), provisions, accepted, repair)


def _is_repair(name: str, document: object) -> bool:
    """Credit repair has its own words and provisions: a case of penalty knows none of them."""
    if not isinstance(document, Mapping):
        return False
    key = "group" if name.startswith(FACTS) else "kind"
    return str(document.get(key)).startswith("repair_")


def _refuse_repeats(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise defect(name, "", "两个目录文件夹中都有这个文件")
        seen.add(name)


def _documents(
    folders: list[tuple[Path, list[Path]]], named: list[tuple[str, Path]], cache_dir: Path | None
) -> dict[str, object]:
    if cache_dir is None:
        return {name: read_yaml(path, name) for name, path in named}
    cached = cache_dir / f"catalogue-{_fingerprint(folders)}.json"
    documents = _read_cache(cached)
    if documents is None:
        documents = {name: read_yaml(path, name) for name, path in named}
        _write_cache(cached, documents)
    return documents


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _fingerprint(folders: list[tuple[Path, list[Path]]]) -> str:
    state = hashlib.sha256(str(_CACHE_FORMAT).encode())
    for folder, files in folders:
        state.update(f"|{folder}".encode())
        for path in files:
            stat = path.stat()
            state.update(f"|{path}|{stat.st_size}|{stat.st_mtime_ns}".encode())
    return state.hexdigest()[:24]


def _read_cache(path: Path) -> dict[str, object] | None:
    try:
        sealed = orjson.loads(path.read_bytes())
        documents = sealed["documents"]
        return documents if digest(documents) == sealed["digest"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a cache that cannot be read is simply made anew


def _write_cache(path: Path, documents: dict[str, object]) -> None:
    """Leave a complete file or none: the name appears only once the bytes are there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sealed = {"digest": digest(documents), "documents": documents}
        draft = path.with_suffix(f".{id(sealed):x}.tmp")
        draft.write_bytes(orjson.dumps(sealed))
        draft.replace(path)
        for stale in path.parent.glob("catalogue-*.json"):
            if stale != path:
                stale.unlink(missing_ok=True)
    except OSError:
        return  # a read-only home only costs time


def read_yaml(path: Path, name: str) -> object:
    """One YAML document as JSON-like data (days as ISO text); duplicate keys are an error."""
    from kernel.yamldoc import read_yaml as parse  # noqa: PLC0415  (not needed on a warm start)

    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise defect(name, "", "文件不是 UTF-8 编码") from error
    return _plain(parse(text, name))


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)  # no JSON has it: where it stands, it is refused as text
    return value.isoformat() if isinstance(value, date) else value


def _vocabulary(documents: Mapping[str, object]) -> Vocabulary:
    facts: dict[str, Fact] = {}
    groups: dict[str, str] = {}
    where: dict[str, tuple[str, str]] = {}
    for file, document in documents.items():
        if not file.startswith(FACTS):
            continue
        if not isinstance(document, Mapping) or set(document) != {"group", "title", "facts"}:
            raise defect(file, "", "应当只有 group、title、facts 三个键")
        groups[str(document["group"])] = str(document["title"])
        for number, raw in enumerate(document["facts"]):
            key = f"facts[{number}]"
            fact = fact_from_yaml(raw, str(document["group"]), file, key)
            if fact.name in facts:
                raise defect(file, f"{key}.name", f"重复的事实 {fact.name}")
            facts[fact.name] = fact
            where[fact.name] = (file, f"{key}.asks")
    for fact in facts.values():
        unknown = [one for one in fact.asks if one not in facts]
        if unknown:
            raise defect(*where[fact.name], f"事实词表中没有 {unknown[0]!r}")
    return Vocabulary(facts.values(), groups)


def _provisions(documents: Mapping[str, object]) -> dict[str, tuple[str, AnyProvision]]:
    provisions: dict[str, tuple[str, AnyProvision]] = {}
    for file, document in documents.items():
        if file.startswith(FACTS):
            continue
        provision = parse_provision(document, file)
        _check_name(provision.id, "source" if provision.kind == "source" else provision.id, file, provisions)
        provisions[provision.id] = (file, provision)
    return provisions


def _repair_provisions(documents: Mapping[str, object]) -> dict[str, tuple[str, RepairProvision]]:
    provisions: dict[str, tuple[str, RepairProvision]] = {}
    for file, document in documents.items():
        if file.startswith(FACTS):
            continue
        provision = parse_repair_provision(document, file)
        _check_name(provision.id, provision.id, file, provisions)
        provisions[provision.id] = (file, provision)
    return provisions


def _check_name(identifier: str, expected: str, file: str, known: Mapping[str, tuple[str, object]]) -> None:
    if identifier in known:
        raise defect(file, "id", f"编号 {identifier} 已用于 {known[identifier][0]}")
    if Path(file).stem != expected:
        raise defect(file, "id", f"文件名应当是 {expected}.yaml")


def parse_provision(document: object, file: str) -> AnyProvision:
    """Validate one provision; CatalogueError names the file and the first wrong key."""
    return _parsed(PROVISIONS, KINDS, document, file)


def parse_repair_provision(document: object, file: str) -> RepairProvision:
    """Validate one provision of credit repair; errors as :func:`parse_provision`."""
    return _parsed(REPAIR_PROVISIONS, REPAIR_KINDS, document, file)


def _parsed(adapter: TypeAdapter[T], kinds: Sequence[str], document: object, file: str) -> T:
    if not isinstance(document, Mapping):
        raise defect(file, "", "应当是键值对")
    if document.get("kind") not in kinds:
        raise defect(file, "kind", f"只能是 {'、'.join(kinds)} 之一")
    try:
        return adapter.validate_json(orjson.dumps(document))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise defect(file, key_of(first["loc"]), reason_of(first)) from error
