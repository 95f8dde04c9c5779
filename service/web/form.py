"""A case as it travels through forms and addresses: names and texts, nothing lost, nothing guessed.

Every control is named like its fact. Blank means *not established* and is left out of addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import orjson

from kernel.errors import FieldError, InputError, pointer
from kernel.jsondoc import read_json
from service.web.places import DEFAULT, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.facts import Fact, Vocabulary

VIOLATION: Final = "violation"
PLACE: Final = "place"
OTHER_PLACE: Final = "place_other"
ITEM: Final = "item"
ALL: Final = "all"
CASE: Final = "case"
ORGAN: Final = "organ"
HISTORY: Final = "history"
FORM_KEY: Final = "csrf_token"
RESERVED: Final = (VIOLATION, PLACE, OTHER_PLACE, ITEM, ALL, CASE, ORGAN, HISTORY, FORM_KEY)
_CASE_ID: Final = re.compile(r"case-[0-9A-Z]{26}")
LONGEST_ADDRESS: Final = 6000
"""Longer forms are answered without an address that could be kept: proxies cut long ones."""
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_BOOLEANS: Final = {"true": True, "false": False}
# Only the full-width forms of ASCII: NFKC would also make 52 of 5².
_HALF_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DIGITS: Final = frozenset({"integer", "number", "money", "date"})


@dataclass(frozen=True, slots=True)
class CaseForm:
    """What was sent: the violation, the place as written, named items, and texts by fact.

    ``case`` is the stored case that the form belongs to; ``history`` its earlier records, as JSON.
    """

    violation: str = ""
    place: str = DEFAULT
    items: tuple[str, ...] = ()
    raw: Mapping[str, str] = field(default_factory=dict)
    show_all: bool = False
    errors: tuple[FieldError, ...] = ()
    case: str = ""
    organ: str = ""
    history: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Name and value of everything that is filled in, in the order of an address."""
        head = [(VIOLATION, self.violation)] if self.violation else []
        tail = [(ALL, "1")] if self.show_all else []
        items = [(ITEM, item) for item in self.items]
        kept = [(name, text) for name, text in self.carried if text]
        return [*head, (PLACE, self.place), *items, *kept, *self.raw.items(), *tail]

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """What the page carries along without showing it as a question."""
        return ((CASE, self.case), (ORGAN, self.organ), (HISTORY, self.history))

    @property
    def query(self) -> str:
        """The query string that leads back to this form."""
        return urlencode(self.pairs)

    def without(self, *names: str) -> CaseForm:
        """The same form with some facts left blank."""
        return replace(self, raw={name: text for name, text in self.raw.items() if name not in names})

    def document(self, vocabulary: Vocabulary) -> dict[str, object]:
        """The case document; texts that are no values stay texts and are refused by the check."""
        facts = {name: _value(vocabulary.get(name), text) for name, text in self.raw.items()}
        document: dict[str, object] = {"jurisdiction": self.place, "facts": facts}
        if self.violation:
            document["violation"] = self.violation
        if self.items:
            document["list_items"] = list(self.items)
        if self.organ:
            document["organ"] = self.organ
        if self.history:
            document["history"] = _records(self.history)
        return document


def read_form(pairs: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> CaseForm:
    """Read what a browser sent. Blank controls are left out; a control sent twice is an error."""
    given: dict[str, str] = {}
    items: dict[str, None] = {}
    errors: list[FieldError] = []
    for name, value in pairs:
        text = _plain(vocabulary.get(name), value)
        if not text:
            continue
        if name == ITEM:
            items[text] = None
        elif name in given and given[name] != text:
            errors.append(FieldError(pointer("facts", name), "form_repeated", {"name": name}))
        else:
            given[name] = text
    place, wrong = resolve(given.pop(OTHER_PLACE, "") or given.get(PLACE, ""))
    errors += [wrong] if wrong else []
    raw = {name: text for name, text in given.items() if name not in RESERVED}
    ordered = sorted(raw, key=lambda name: vocabulary.order.get(name, len(vocabulary)))
    return CaseForm(
        violation=given.get(VIOLATION, ""),
        place=place,
        items=tuple(items),
        raw={name: raw[name] for name in ordered},
        show_all=ALL in given,
        errors=tuple(errors),
        case=given.get(CASE, "") if _CASE_ID.fullmatch(given.get(CASE, "")) else "",
        organ=given.get(ORGAN, ""),
        history=given.get(HISTORY, ""),
    )


def form_of(document: Mapping[str, object], case: str = "") -> CaseForm:
    """The form of a case document: what :meth:`CaseForm.document` makes of it is the document again."""
    facts = document.get("facts")
    raw = {name: _as_text(value) for name, value in facts.items()} if isinstance(facts, dict) else {}
    items, history = document.get("list_items"), document.get("history")
    return CaseForm(
        violation=str(document.get("violation") or ""),
        place=str(document.get("jurisdiction") or DEFAULT),
        items=tuple(str(one) for one in items) if isinstance(items, list) else (),
        raw={name: text for name, text in raw.items() if text},
        case=case,
        organ=str(document.get("organ") or ""),
        history=orjson.dumps(history).decode() if history is not None else "",
    )


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return "" if value is None else str(value)


def _records(text: str) -> object:
    """Earlier records; a text that is none stays one, for the check to refuse."""
    try:
        return read_json(text)
    except InputError:
        return text


def _plain(fact: Fact | None, value: str) -> str:
    """The text without the blanks around it; digits typed full-width become ordinary ones."""
    text = value.replace("\r\n", "\n")
    typed = fact is not None and fact.type in _DIGITS
    return (text.translate(_HALF_WIDTH) if typed else text).strip()


def _value(fact: Fact | None, text: str) -> object:
    if fact is None or fact.type in {"money", "date", "enum", "text"}:
        return text
    if fact.type == "bool":
        return _BOOLEANS.get(text, text)
    if fact.type == "text_list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return _number(text)


def _number(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        return text
    return Decimal(text) if "." in text else int(text)
