"""Officers at work: each enters cases and changes them, and remembers what was accepted."""

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.faults.processes import ask
from tests.service.conftest import CASE

PATIENCE = 90.0


@dataclass
class Kept:
    """What the service said it had kept: number of the case, its id, and the note of every version accepted."""

    number: str
    id: str = ""
    notes: dict[int, str] = field(default_factory=dict)


class Officer(threading.Thread):
    """One person with one session; acts that got no answer are sent again with the same key or looked up."""

    def __init__(self, name: str, ports: list[int], headers: dict[str, str], over: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self._ports = ports
        self._headers = headers
        self._over = over
        self._chance = random.Random(name)  # noqa: S311 - a seeded load
        self.kept: list[Kept] = []
        self.unanswered = 0
        self.fault: BaseException | None = None

    def run(self) -> None:
        number = 0
        try:
            while not self._over.is_set():
                number += 1
                self._case(f"{self.name}-{number}")
        except BaseException as error:  # noqa: BLE001 - shown by the main thread
            self.fault = error

    def _case(self, number: str) -> None:
        kept = Kept(number)
        self.kept.append(kept)
        status, case, headers = self._send("POST", "/api/v1/cases", entry(number, "1"), {"idempotency-key": number})
        assert status == 201, (status, case)
        kept.id = case["id"]
        kept.notes[1] = "1"
        tag = headers["etag"]
        for _ in range(self._chance.randrange(4)):
            tag = self._change(kept, tag)

    def _change(self, kept: Kept, tag: str) -> str:
        """A change with If-Match: without an answer it was kept or it was not, and looking tells which."""
        version = int(tag.strip('"'))
        note = str(version + 1)
        body = {**entry(kept.number, note), "reason": "更正"}
        del body["draft"]
        status, case, headers = self._send("PUT", f"/api/v1/cases/{kept.id}", body, {"if-match": tag})
        if status == 412:  # the first sending was kept, its answer lost
            status, case, headers = self._send("GET", f"/api/v1/cases/{kept.id}", None, {})
        assert status == 200, (status, case)
        assert case["note"] == note, (version, case["note"])
        assert headers["etag"] == f'"{version + 1}"'
        kept.notes[version + 1] = note
        return headers["etag"]

    def _send(self, method: str, path: str, body: Any, more: dict[str, str]) -> tuple[int, Any, dict[str, str]]:  # noqa: ANN401 - JSON
        last = time.monotonic() + PATIENCE
        while True:
            try:
                answer = ask(self._chance.choice(self._ports), method, path, body, {**self._headers, **more})
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
            else:
                if answer[0] != 503:
                    return answer
            assert time.monotonic() < last, f"nobody answers {method} {path}"
            time.sleep(0.05)


def entry(number: str, note: str) -> dict[str, Any]:
    """A case as it is entered."""
    document = {key: value for key, value in CASE.items() if key != "list_items"}
    party = {"name": "大连某某商贸有限公司", "code": "91210200MA0QC4XG62"}
    return {"number": number, "note": note, "party": party, "document": document, "draft": False}
