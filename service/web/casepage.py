"""Checking a case on a page: the form, the answers beside it, and the sheet to print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fastapi.responses import RedirectResponse, Response

from kernel.errors import InputError
from rules.caseinput import parse_case
from service.clock import now
from service.documents.make import FORMATS, Wish
from service.web.answers import AnswersView, answers_of
from service.web.drafts import draft_file, draft_links
from service.web.errors import error_page
from service.web.faults import Fault, faults_of
from service.web.form import LONGEST_ADDRESS, CaseForm, read_form
from service.web.places import DEFAULT, place_groups
from service.web.questions import questions_of
from service.web.render import Catalogue, is_htmx, render
from service.web.values import fact_rows
from service.web.words import place_zh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import Request

    from rules.schema_violation import Violation
    from service.web.grounds import Row
    from service.web.ports import PagesState

CHECK: Final = "/cases/check"
SHEET: Final = "/cases/sheet"
_SEE_OTHER: Final = 303
_UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Outcome:
    """A form with its decision, or with the faults that stand in the way of one."""

    form: CaseForm
    document: dict[str, object]
    decision: Row | None
    faults: list[Fault]

    @property
    def status(self) -> int:
        """HTTP status of the page."""
        return _UNPROCESSABLE if self.faults else 200

    @property
    def by_name(self) -> dict[str, str]:
        """Each control's faults in one text."""
        found: dict[str, str] = {}
        for one in self.faults:
            if one.name:
                found[one.name] = found.get(one.name, "") + one.words
        return found


class CasePages:
    """The pages about one case; nothing is stored, the address holds it all."""

    def __init__(self, state: PagesState, catalogue: Catalogue) -> None:
        """``catalogue`` is what the foot of the page says."""
        self._state = state
        self._catalogue = catalogue

    def check(self, request: Request, pairs: Iterable[tuple[str, str]]) -> Response:
        """The page, or only the answers for htmx; a sent form is first given its address."""
        outcome = self._outcome(pairs)
        kept = len(outcome.form.query) <= LONGEST_ADDRESS
        if is_htmx(request):
            address = f"{CHECK}?{outcome.form.query}" if kept else "false"
            context = self._answers(outcome) | {"partial": True}
            # Replaced, not pushed: one step back leaves the case instead of undoing one answer.
            return render(request, "_answers.html", self._catalogue, context, headers={"HX-Replace-Url": address})
        if request.method == "POST" and kept:
            return RedirectResponse(f"{CHECK}?{outcome.form.query}", _SEE_OTHER)
        return render(request, "check.html", self._catalogue, self._page(outcome), status=outcome.status)

    def sheet(self, request: Request, pairs: Iterable[tuple[str, str]]) -> Response:
        """The sheet to print and sign; faults first where there are any."""
        outcome = self._outcome(pairs)
        kept = len(outcome.form.query) <= LONGEST_ADDRESS
        if request.method == "POST" and kept:
            return RedirectResponse(f"{SHEET}?{outcome.form.query}", _SEE_OTHER)
        context = self._answers(outcome)
        rows = []
        if outcome.decision is not None:
            facts = outcome.document["facts"]
            missing = [link.name for link in _view(context).missing]
            rows = fact_rows(facts if isinstance(facts, dict) else {}, missing, self._state.release)
        context |= {"rows": rows, "printed": now(), "place_name": place_zh(outcome.form.place)}
        return render(request, "sheet.html", self._catalogue, context, status=outcome.status)

    def document(self, request: Request, name: str, pairs: Iterable[tuple[str, str]]) -> Response:
        """A draft as a file; the faults of the case, or why it is refused, as a page."""
        kind, _, form = name.partition(".")
        outcome = self._outcome(pairs)
        if form not in FORMATS:
            return error_page(request, 404)
        if outcome.decision is None:
            return render(request, "check.html", self._catalogue, self._page(outcome), status=outcome.status)
        release = self._state.release
        case = parse_case(outcome.document, release)
        templates = self._state.templates
        return draft_file(release, case, outcome.decision, Wish(kind, form), templates)

    def _outcome(self, pairs: Iterable[tuple[str, str]]) -> Outcome:
        release = self._state.release
        form = read_form(pairs, release.vocabulary)
        document = form.document(release.vocabulary)
        errors, decision = list(form.errors), None
        try:
            decision = self._state.check(document)
        except InputError as error:
            known = {one.pointer for one in errors}
            errors += [one for one in error.errors if one.pointer not in known]
        return Outcome(form, document, None if errors else decision, faults_of(errors, release))

    def _answers(self, outcome: Outcome) -> dict[str, object]:
        form = outcome.form
        kept = len(form.query) <= LONGEST_ADDRESS
        view = answers_of(outcome.decision, self._state.release) if outcome.decision else None
        return {
            "form": form,
            "faults": outcome.faults,
            "answers": view,
            "violation": self._violation(form),
            "address": f"{CHECK}?{form.query}",
            "sheet": f"{SHEET}?{form.query}",
            "drafts": draft_links(outcome.decision, form.query) if outcome.decision and kept else [],
            "kept": kept,
            "partial": False,
            "stored": False,
        }

    def _layout(self, outcome: Outcome) -> Row | None:
        """The decision by which the questions are arranged: without the wrong parts, and never shown."""
        if outcome.decision is not None:
            return outcome.decision
        unknown = (name for name in outcome.form.raw if name not in self._state.release.vocabulary)
        form = replace(outcome.form.without(*outcome.by_name, *unknown), items=())
        wrong = outcome.by_name
        form = replace(form, place=DEFAULT if "place" in wrong else form.place)
        form = replace(form, violation="" if "violation" in wrong else form.violation)
        try:
            return self._state.check(form.document(self._state.release.vocabulary))
        except InputError:
            return None

    def _page(self, outcome: Outcome) -> dict[str, object]:
        form, release = outcome.form, self._state.release
        place = outcome.by_name.get("place", "")
        return self._answers(outcome) | {
            "questions": questions_of(form, release, self._layout(outcome), outcome.by_name),
            "items": [release.items[name].provision for name in form.items if name in release.items],
            "groups": place_groups(),
            "place_fault": place,
            "place_name": form.place if place else place_zh(form.place),
        }

    def _violation(self, form: CaseForm) -> Violation | None:
        return self._state.release.violations.get(form.violation)


def _view(context: dict[str, object]) -> AnswersView:
    view = context["answers"]
    if not isinstance(view, AnswersView):
        raise TypeError("answers are there when a decision is")
    return view
