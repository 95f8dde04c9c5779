"""``xinheng rules …``: list, show and search the catalogue."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from credit.labels import REPAIR_KINDS
from rules.load import CATALOGUE, load_catalogue
from rules.search import Search
from service.cli.output import emit_json, note, say_all
from service.rulebook import KINDS, Wanted, entry, rows, search_rows
from service.settings import read_settings
from service.web import labels

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rules.release import Release


KIND_LABELS: Final = {
    **labels.HIT_KINDS,
    "aggravating": "从重情形",
    "check": "核对规则",
    "clock": "期限",
    "duty": "职责",
    "benchmark": "裁量基准",
    "priority": "先后次序",
    "source": "清单文件",
}


def load() -> Release:
    """The catalogue of this machine's settings."""
    settings = read_settings(os.environ)
    return load_catalogue(settings.catalogue or CATALOGUE, settings.cache_dir, settings.further)


def list_rules(options: argparse.Namespace) -> int:
    """List the entries that are wanted."""
    release = load()
    _show_rows(release, rows(release, _wanted(options)), as_json=options.json)
    return 0


def search_rules(options: argparse.Namespace) -> int:
    """Find entries by words, pinyin, article or id."""
    release = load()
    wanted = _wanted(options)
    any_kind = Wanted(wanted.kinds or KINDS, wanted.list, wanted.jurisdiction, wanted.field, wanted.violation)
    hits = Search(release).find(" ".join(options.words), limit=len(release.provisions))
    found = search_rows(release, hits, any_kind)[: max(options.limit, 0)]
    _show_rows(release, found, as_json=options.json)
    return 0


def show_rule(options: argparse.Namespace) -> int:
    """Show one entry in full."""
    found = entry(load(), options.id)
    if options.json:
        emit_json(found)
    else:
        say_all(_entry_lines(found))
    return 0


def _wanted(options: argparse.Namespace) -> Wanted:
    kinds = (options.kind,) if options.kind else ()
    return Wanted(kinds, options.list, options.jurisdiction, options.field, options.violation)


def _show_rows(release: Release, found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        emit_json({"catalogue": {"digest": release.digest}, "total": len(found), "items": found})
        return
    say_all(_row_line(row) for row in found)
    note(f"共 {len(found)} 条")


def _row_line(row: dict[str, Any]) -> str:
    said = [KIND_LABELS.get(row["kind"]) or REPAIR_KINDS[row["kind"]]]
    said += ["、".join(labels.LISTS[name] for name in row.get("lists", []))]
    said += [labels.FORCES[row["force"]] if "force" in row else "", row.get("place") or "", row.get("field") or ""]
    matched = f"　匹配：{'；'.join(row['matched'])}" if "matched" in row else ""
    return f"{row['id']}　{row['title']}　〔{'，'.join(one for one in said if one)}〕{matched}"


def _entry_lines(found: dict[str, Any]) -> Iterator[str]:
    if "parts" in found:
        yield f"{found['id']}　由 {len(found['parts'])} 个条目组成："
        for part in found["parts"]:
            yield ""
            yield from _entry_lines(part)
        return
    yield _row_line(found)
    yield from (f"内容：{found['says']}" for _ in range("says" in found))
    definition = found["definition"]
    yield from ("状态：草稿，不参与任何案件的判断" for _ in range(definition.get("status") == "draft"))
    yield from (f"别名：{'、'.join(found['aliases'])}" for _ in range(bool(found.get("aliases"))))
    source = found.get("source")
    if source:
        yield f"清单：{source['title']}{'　' + source['number'] if source['number'] else ''}"
    for citation in found.get("citations", []):
        yield f"依据：{citation['instrument']}{citation['article']}（{labels.ROLES[citation['role']]}）"
    for version in found.get("versions", []):
        yield f"{version['from']} 起{'，至 ' + version['until'] + '（不含）' if version['until'] else ''}，条件："
        yield from (f"  · {row['text']}" for row in version["conditions"])
    if found.get("items"):
        yield f"有关的清单事项：{'、'.join(found['items'])}"
    for name, said in {"note": "说明", "open_question": "存疑", "stale": "时效", "confidence": "可信度"}.items():
        if definition.get(name):
            yield f"{said}：{definition[name]}"
    yield f"核对日：{definition['checked_on']}　文件：{found['file']}"
