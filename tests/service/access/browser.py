"""A browser as far as logging in needs one: keeps cookies, sends the fields that a form holds."""

import re
from typing import Any

import httpx
from fastapi import FastAPI

from tests.service.asgi import Client

PASSWORD = "Kiefer-nebel.42-Licht"  # noqa: S105 - of nobody


class Browser(Client):
    """Keeps what answers set, and forgets what they delete."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app, {"accept": "text/html", "user-agent": "test browser"})
        self.page = ""

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        answer = super().request(method, path, **options)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        self.page = answer.text
        return answer

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page))

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Send the form of the page last seen to a path."""
        return self.post(path, data={**self.hidden(), **fields})

    def log_in(self, login: str, password: str = PASSWORD, back: str = "/account") -> httpx.Response:
        """Open the login page and send it."""
        self.get(f"/login?next={back}")
        return self.send("/login", login=login, password=password)
