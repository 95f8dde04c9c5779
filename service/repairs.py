"""Credit repair for the command line and the interface: one checker a process, built when first asked."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from credit.eligibility import Checker
from credit.records import BadRecordValueError, read_day
from kernel.errors import FieldError, InputError, pointer
from service import clock

if TYPE_CHECKING:
    from datetime import date

    from rules.release import Release

_log = logging.getLogger("xinheng.repairs")
REQUEST_KEYS: Final = ("record", "on")


class Repairs:
    """Answers for records under one catalogue release."""

    def __init__(self, release: Release) -> None:
        """Nothing is compiled yet: a catalogue without repair serves everything else."""
        self._release = release
        self._lock = threading.Lock()
        self._checker: Checker | None = None

    @property
    def checker(self) -> Checker:
        """The checker; CatalogueError where the catalogue has nothing on repair, or a mistake in it."""
        with self._lock:
            if self._checker is None:
                self._checker = Checker.of(self._release)
            return self._checker

    def check(self, record: object, on: date | None = None) -> dict[str, object]:
        """Answer for a record document (to be read only), as of today where no day is given.

        Raises InputError where the record is wrong. A disagreement of the engines is also logged.
        """
        answer = self.checker.check(record, on or clock.today())
        opinion = answer["second_opinion"]
        if isinstance(opinion, Mapping) and opinion["agrees"] is False:
            _log.error("the two engines disagree on a record of credit repair")
        return answer

    def check_request(self, request: object) -> dict[str, object]:
        """Answer for ``{"record": …, "on": …}``; every mistake has its pointer into that document."""
        if not isinstance(request, Mapping):
            raise InputError.at("", "repair_request_not_object")
        errors = [
            FieldError(pointer(str(key)), "record_unknown_key", {"key": str(key), "allowed": list(REQUEST_KEYS)})
            for key in request
            if key not in REQUEST_KEYS
        ]
        on = _day(request.get("on"), errors)
        if "record" not in request:
            errors.append(FieldError("/record", "repair_request_record_missing"))
        if errors:
            raise InputError(errors, errors[0].code if len(errors) == 1 else None, **errors[0].params)
        try:
            return self.check(request["record"], on)
        except InputError as error:
            found = [one.under("/record") for one in error.errors]
            raise InputError(found, error.code, **error.params) from error

    def close(self) -> None:
        """Free the second engine."""
        if self._checker is not None:
            self._checker.close()


def _day(raw: object, errors: list[FieldError]) -> date | None:
    if raw is None:
        return None
    try:
        return read_day(raw)
    except BadRecordValueError as error:
        errors.append(FieldError("/on", error.code, error.params))
        return None
