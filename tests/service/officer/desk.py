"""What tests of the officer's desk share: a desk with a browser, and forms as the browser sends them."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

import httpx

from tests.service.people import UserClient
from tests.web.conftest import SUPERMARKET
from tests.web.dom import Page

HTML = {"accept": "text/html"}
FORM = {**HTML, "content-type": "application/x-www-form-urlencoded"}
QUERY = urlencode(SUPERMARKET)
CODE = "91210200MA0QC4XG62"


@dataclass(frozen=True)
class Desk:
    """A logged-in officer at a browser without JavaScript."""

    client: UserClient

    def get(self, path: str, status: int = 200) -> Page:
        answer = self.client.get(path, headers=HTML)
        assert answer.status_code == status, answer.text[:2000]
        return Page(answer.text)

    def post(self, path: str, **fields: str) -> httpx.Response:
        body = urlencode({"csrf_token": self.client.form_key, **fields})
        return self.client.request("POST", path, content=body, headers=FORM)

    def save(self, query: str = QUERY, **fields: str) -> str:
        """Enter a case and give its address."""
        answer = self.post("/officer/cases", case_query=query, **fields)
        assert answer.status_code == 303, answer.text[:3000]
        return answer.headers["location"].partition("?")[0]


def fault(answer: httpx.Response) -> str:
    """The words of the error summary."""
    found = re.search(r'id="faults".*?</div>', answer.text, re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", found[0])) if found else ""
