import re

import pytest

from service.web.render import STATIC
from tests.service.asgi import Client
from tests.web.conftest import BROWSER, SUPERMARKET, Get
from tests.web.dom import Page

ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
ADDRESSES = {
    "/": {},
    "/cases/new": {"q": "gqsp", "field": "市场监管"},
    "/cases/check": SUPERMARKET,
    "/cases/sheet": SUPERMARKET,
    "/rules": {"q": "食品"},
    "/rules/MR-N05": {},
    "/rules/food-expired-sale": {},
    "/rules/APL-36": {},
}
WITH_ADDRESS = ("href", "src", "action", "formaction", "hx-get", "hx-post")
FROM_OUTSIDE = re.compile(r"(https?:)?//", re.IGNORECASE)


@pytest.fixture(params=ADDRESSES, ids=str)
def page(request: pytest.FixtureRequest, get: Get) -> Page:
    return get(request.param, **ADDRESSES[request.param])


def test_nothing_comes_from_outside(page: Page) -> None:
    used = [one.attrs[name] for one in page.elements for name in WITH_ADDRESS if name in one.attrs]
    assert used
    assert not [address for address in used if FROM_OUTSIDE.match(address)]


def test_nothing_in_the_page_needs_a_laxer_policy(page: Page) -> None:
    assert not page.all("style")
    assert all(one.get("src") for one in page.all("script"))
    names = {name for one in page.elements for name in one.attrs}
    assert not [name for name in names if name == "style" or name.startswith("on")]


def test_ids_are_unique_and_whatever_refers_to_one_finds_it(page: Page) -> None:
    ids = page.ids()
    assert not [name for name, count in ids.items() if count > 1]
    for one in page.elements:
        for attribute in ("for", "form", "aria-labelledby", "aria-describedby"):
            for name in (one.get(attribute) or "").split():
                assert name in ids, f"{attribute}={name}"
        target = one.get("href") or ""
        assert not target.startswith("#") or one.tag == "use" or target[1:] in ids, target


def test_every_control_has_a_label(page: Page) -> None:
    labelled = {one.get("for") for one in page.all("label")}
    controls = [*page.all("input"), *page.all("select"), *page.all("textarea")]
    for one in controls:
        inside = one.get("type") in {"hidden", "radio", "checkbox"}
        assert inside or one.get("id") in labelled, one


@pytest.mark.parametrize("path", [*ADDRESSES, "/rules/nothing-here", "/nowhere"])
def test_the_policy_is_strict_on_every_page(client: Client, path: str) -> None:
    headers = client.get(path, headers=BROWSER).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/cases/new", "q"),
        ("/cases/new", "field"),
        ("/cases/new", "place"),
        ("/cases/check", "violation"),
        ("/cases/check", "place"),
        ("/cases/check", "item"),
        ("/cases/check", "goods_value_yuan"),
        ("/cases/check", "conduct_date"),
        ("/cases/check", "harm_level"),
        ("/cases/check", "party_type"),
        ("/cases/check", "prior_records"),
        ("/cases/check", "deviation_reason"),
        ("/cases/check", "no_such_fact"),
        ("/cases/check", ATTACK),
        ("/cases/sheet", "deviation_reason"),
        ("/cases/sheet", "place"),
        ("/rules", "q"),
        ("/rules", "kind"),
        ("/rules", "list"),
        ("/rules", "field"),
        ("/rules", "place"),
        ("/rules", "page"),
    ],
)
def test_what_stands_in_the_address_is_never_markup(client: Client, path: str, name: str) -> None:
    answer = client.request("GET", path, params={name: ATTACK}, headers=BROWSER)
    assert answer.status_code in {200, 422}
    page = Page(answer.text)
    assert all((one.get("src") or "").startswith("/static/") for one in page.all("script"))
    assert not page.all("img")


def test_an_address_that_is_markup_is_not_found_and_harmless(client: Client) -> None:
    answer = client.get("/rules/%3Cscript%3Ealert(1)%3C%2Fscript%3E", headers=BROWSER)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "", "rules"]
)
def test_the_way_back_never_leaves_the_service(client: Client, back: str) -> None:
    answer = client.request("POST", "/display", data={"mode": "large", "back": back})
    assert answer.headers["location"] == "/"


STATIC_FILES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", STATIC_FILES)
def test_static_files_name_no_address_outside(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    namespaces = text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", "")
    # The public check page is one file with its own script; nothing in it may come from elsewhere.
    script = r"<script[^>]*\bsrc|https?://" if name.endswith(".html") else "<script"
    assert not re.search(rf"url\(\s*['\"]?(https?:)?//|@import|{script}", namespaces)


def test_static_files_are_kept_for_ever_under_their_own_address(client: Client, get: Get) -> None:
    sheet = next(one for one in get("/").all("link") if one.get("rel") == "stylesheet")
    kept = client.get(sheet.attrs["href"])
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"].startswith("text/css")
    assert client.get("/static/xinheng.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "..%2Frender.py", "%2e%2e/render.py"])
def test_only_static_files_are_served(client: Client, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_page_that_does_not_exist_says_so_in_chinese(client: Client) -> None:
    page = client.get("/nowhere", headers=BROWSER)
    assert page.status_code == 404
    assert "没有这个页面" in page.text
    wrong = client.request("DELETE", "/", headers=BROWSER)
    assert wrong.status_code == 405
    assert "不能这样打开" in wrong.text
