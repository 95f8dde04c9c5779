"""The demonstration city in a running service, its people logged in, and every page they can reach by links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
from fastapi import FastAPI
from sqlmodel import select

from service import clock
from service.access import sessions
from service.access.identity import COOKIE
from service.access.policy import AccessSettings
from service.access.sessions import Visitor
from service.app import create_app
from service.db.database import Database
from service.db.tables.accounts import UserRow
from service.demo.city import make_city
from service.demo.fill import fill
from service.engine import Engine
from service.settings import Settings
from service.storage import open_database, open_files
from service.work import Works
from supervision.load import load_scheme

SIZE = 400
_PART = re.compile(r"^(?:[a-z]+-[0-9A-HJKMNP-TV-Z]{26}|\d+|[0-9A-Z]{18}|sha256.*|\d{4}-\d\d(?:-\d\d)?|I\d{5})$")
_ALIKE = {"codes", "entries"}
"""Pages one below these are of one kind, whatever their names."""
_NO_PAGES = re.compile(r"^/(?:static|api|docs|metrics|healthz|readyz|rules|cases/check|cases/new|cases/sheet)\b")


@dataclass
class City:
    """A filled database and the application on it."""

    app: FastAPI
    database: Database
    logins: list[str]
    secrets: dict[str, str] = field(default_factory=dict)

    def secret(self, login: str) -> str:
        """What the browser of somebody holds in its cookie once he has logged in."""
        if login not in self.secrets:
            with self.database.write() as session:
                row = session.exec(select(UserRow).where(UserRow.login == login)).one()
                visitor = Visitor("127.0.0.1", "test")
                opened = sessions.start(session, row, "full", visitor, AccessSettings(), clock.now())
            self.secrets[login] = opened.secret
        return self.secrets[login]


def made_city(folder: Path, engine: Engine) -> City:
    """The demonstration city, small."""
    settings = Settings(data_dir=folder)
    database = open_database(settings)
    works = Works(database, engine, open_files(settings))
    logins = fill(works, make_city(load_scheme(), clock.today(), SIZE), lambda _: None)
    return City(create_app(settings, engine=engine, database=database), database, [one.login for one in logins])


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href and not href.startswith("#"):
            self.found.append(href)


def pattern_of(path: str) -> str:
    """The kind of page behind a path: ids, numbers, days, codes and tables are all one."""
    parts = path.split("/")
    return "/".join(
        "*" if _PART.match(part) or (before in _ALIKE and part != "new") else part
        for before, part in zip(["", *parts], parts, strict=False)
    )


@dataclass(frozen=True)
class Found:
    """A page that somebody reached: which kind, where, and who."""

    pattern: str
    address: str
    login: str


def pages_of(base: str, city: City) -> tuple[list[Found], list[str]]:
    """One page of each kind that links lead to, and what was wrong on the way (a dead link, a fault)."""
    found: dict[str, Found] = {}
    wrong: list[str] = []
    for login in city.logins:
        with httpx.Client(
            base_url=base, cookies={COOKIE: city.secret(login)}, headers={"accept": "text/html"}, timeout=60
        ) as client:
            wrong += list(_walk(client, login, found))
    return sorted(found.values(), key=lambda one: one.pattern), wrong


def _walk(client: httpx.Client, login: str, found: dict[str, Found]) -> Iterator[str]:
    queue, seen = ["/", "/account", "/keys", "/repair/when"], set[str]()
    while queue:
        address = queue.pop(0)
        parts = urlsplit(address)
        kind = pattern_of(parts.path)
        if kind in seen or _NO_PAGES.match(parts.path):
            continue
        seen.add(kind)
        answer = client.get(address)
        if answer.status_code == 303:
            queue.append(urljoin(address, answer.headers["location"]))
            continue
        if answer.status_code != 200:
            yield f"{login}: {address} answers {answer.status_code}"
            continue
        if not answer.headers["content-type"].startswith("text/html") or "content-disposition" in answer.headers:
            continue
        found.setdefault(kind, Found(kind, address, login))
        links = _Links()
        links.feed(answer.text)
        queue += [urljoin(address, one) for one in links.found if not urlsplit(urljoin(address, one)).netloc]
