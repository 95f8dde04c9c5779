"""Documents of the catalogue as files: their YAML, their place among the folders, ids for new ones."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kernel import regions
from kernel.canonical import canonical_bytes
from rules.pinyin import readings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from service.exchange.context import Doc

_ORDER: Final = (
    "id", "kind", "status", "title", "aliases", "number", "issuer", "issued_on", "published_on", "list", "also_lists",
    "force", "field", "place", "jurisdiction", "also_in", "violations", "fields", "only_when_named", "same_as",
    "source", "source_item", "citations", "in_force", "first_violation", "commitment", "keeps_confiscation",
    "conditions", "exclusions", "parameters", "versions", "limitation", "no_fault_excluded", "power_kind", "disputed",
    "stale", "confidence", "checked_on", "note", "open_question", "prose", "tests",
)  # fmt: skip
_RANK: Final = {key: number for number, key in enumerate(_ORDER)}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KIND_OF_PLACE: Final = re.compile(
    "(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治[区州县旗]|地区|省|市|县|区|旗|盟)$"
)
_LETTERS: Final = {"no_penalty": "N", "lighter": "L", "mitigated": "M", "no_coercive_measure": "C"}
_YEAR: Final = re.compile("20[0-9]{2}")
_WIDE: Final = 10**6


def yaml_text(document: Doc) -> str:
    """The file of a document, keys in the catalogue's order; reading it gives the document again."""
    import yaml  # noqa: PLC0415  (start-up time of other commands)

    ordered = {key: document[key] for key in sorted(document, key=lambda key: (_RANK.get(key, len(_RANK)), key))}
    dumped = yaml.safe_dump(
        _with_days(ordered), allow_unicode=True, sort_keys=False, width=_WIDE, default_flow_style=None
    )
    return str(dumped)


def _with_days(value: object) -> object:
    """ISO text as days, which YAML writes without quotes and our reader turns back into text."""
    if isinstance(value, dict):
        return {key: _with_days(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_days(one) for one in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def equal(left: Any, right: Any) -> bool:  # noqa: ANN401  (any JSON-like values)
    """Whether two documents have the same digest (500 and 500.0 do not)."""
    return canonical_bytes(left) == canonical_bytes(right)


def file_of(document: Doc, files: Mapping[str, str], documents: Mapping[str, Doc], place: str) -> str:
    """Where a document stands, or is to stand; ``place`` is the region code of new violations."""
    known = files.get(document["id"])
    if known:
        return known
    if document["kind"] == "source":
        return f"{_folder(document.get('jurisdiction', place), files, documents)}/lists/{document['id']}/source.yaml"
    if document["kind"] == "list_item":
        source = documents[document["source"]]
        folder = file_of(source, files, documents, place).rsplit("/", 1)[0]
        return f"{folder}/{document['id']}.yaml"
    field = _field_folder(document["field"], files, documents)
    return f"{_folder(place, files, documents)}/violations/{field}/{document['id']}.yaml"


def _folder(code: str | None, files: Mapping[str, str], documents: Mapping[str, Doc]) -> str:
    if code is None:
        return "templates"
    if code == regions.NATION:
        return "national"
    short = re.sub("(?:00)+$", "", code)
    used = {
        files[name].split("/")[0]
        for name, one in documents.items()
        if one.get("jurisdiction") == code and name in files
    }
    own = sorted(name for name in used if name.startswith(f"{short}-"))
    return own[0] if own else f"{short}-{place_pinyin(code)}"


def place_pinyin(code: str) -> str:
    """``dalian`` for 210200."""
    try:
        name = regions.name_zh(code)
    except regions.RegionError:
        return "zone"
    return _pinyin(_KIND_OF_PLACE.sub("", name)) or "place"


def _pinyin(text: str) -> str:
    known = readings(text)
    return "".join(
        known[character][0] if character in known else character.lower() for character in text if character.isalnum()
    )


def _field_folder(field: str, files: Mapping[str, str], documents: Mapping[str, Doc]) -> str:
    used = Counter(
        files[name].split("/")[-2]
        for name, one in documents.items()
        if one.get("kind") == "violation" and one.get("field") == field and name in files
    )
    return used.most_common(1)[0][0] if used else _pinyin(field)


def new_source_id(title: str, issued: str | None, code: str | None, on: date, taken: Collection[str]) -> str:
    """``dalian-2026``: place and year of a new source, with a number where that is taken."""
    year = _YEAR.search(title) or _YEAR.search(issued or "")
    place = "national" if code == regions.NATION else place_pinyin(code) if code else "template"
    return _free(f"{place}-{year[0] if year else on.year}", taken)


def new_item_id(source: str, key: str, number: str, position: int, taken: Collection[str]) -> str:
    """``dalian-2026-N07``: source, list and number of a new item."""
    digits = re.sub("[^0-9]", "", number)
    return _free(f"{source}-{_LETTERS[key]}{int(digits) if digits else position:02d}", taken)


def new_violation_id(source: str, position: int, taken: Collection[str]) -> str:
    """``dalian-2026-V07``: for a violation made from the row of an item."""
    return _free(f"{source}-V{position:02d}", taken)


def _free(wanted: str, taken: Collection[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for name in (f"{wanted}-{number}" for number in range(2, len(taken) + 3)) if name not in taken)


def by_id(documents: Mapping[str, object]) -> tuple[dict[str, Doc], dict[str, str]]:
    """The provisions of :func:`rules.load.read_documents` by id, and the file of each."""
    found: dict[str, Doc] = {}
    files: dict[str, str] = {}
    for file, document in documents.items():
        if isinstance(document, dict) and isinstance(document.get("id"), str):
            found[document["id"]] = document
            files[document["id"]] = file
    return found, files


def sorted_ids(documents: Mapping[str, Doc], kinds: Iterable[str]) -> list[str]:
    """Ids of some kinds, in the order of the mapping."""
    wanted = set(kinds)
    return [name for name, one in documents.items() if one.get("kind") in wanted]
