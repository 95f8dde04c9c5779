from urllib.parse import parse_qs, urlsplit

from service.web.form import LONGEST_ADDRESS
from tests.service.asgi import Client
from tests.web.conftest import BROWSER, SUPERMARKET


def test_a_sent_form_is_given_its_address_without_blank_controls(client: Client) -> None:
    answer = client.request("POST", "/cases/check", data={**SUPERMARKET, "harm_level": "", "fault": ""})
    assert answer.status_code == 303
    target = urlsplit(answer.headers["location"])
    assert target.path == "/cases/check"
    assert {name: values[0] for name, values in parse_qs(target.query).items()} == SUPERMARKET


def test_the_address_shows_the_same_answers(client: Client) -> None:
    location = client.request("POST", "/cases/check", data=SUPERMARKET).headers["location"]
    assert "可以不予行政处罚" in client.get(location).text


def test_a_form_too_long_for_an_address_is_answered_at_once(client: Client) -> None:
    sent = {**SUPERMARKET, "deviation_reason": "理由" * 600}
    assert len("理由" * 600) * 9 > LONGEST_ADDRESS
    page = client.request("POST", "/cases/check", data=sent)
    assert page.status_code == 200
    assert "不能收藏为网址" in page.text
    assert "理由理由" in page.text
    sheet = client.request("POST", "/cases/sheet", data=sent)
    assert sheet.status_code == 200
    assert "理由理由" in sheet.text


def test_htmx_gets_the_answers_and_the_address(client: Client) -> None:
    answer = client.request("POST", "/cases/check", data=SUPERMARKET, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section class="answers"')
    assert answer.headers["hx-replace-url"].startswith("/cases/check?violation=food-expired-sale&place=210200")
    assert "HX-Request" in answer.headers["vary"]


def test_htmx_gets_only_the_hits(client: Client) -> None:
    answer = client.get("/cases/new?q=gqsp", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="results"')


def test_all_facts_are_asked_for_by_the_address_of_a_button(client: Client) -> None:
    answer = client.request("POST", "/cases/check?all=1", data=SUPERMARKET)
    assert answer.headers["location"].endswith("&all=1")


def test_display_modes_are_kept_in_a_cookie(client: Client) -> None:
    answer = client.request("POST", "/display", data={"mode": "large", "back": "/rules?q=a"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/rules?q=a")
    cookie = answer.headers["set-cookie"].split(";")[0]
    assert cookie == "xinheng_display=large"
    page = client.get("/", headers={**BROWSER, "Cookie": cookie})
    assert 'class="large"' in page.text
    off = client.request("POST", "/display", data={"mode": "large"}, headers={"Cookie": cookie})
    assert "large" not in off.headers["set-cookie"].split(";")[0]


def test_more_than_a_form_can_hold_is_refused(client: Client) -> None:
    answer = client.request("POST", "/cases/check", data={"deviation_reason": "x" * 500_000}, headers=BROWSER)
    assert answer.status_code == 413
    assert "内容过大" in answer.text
    many = "&".join(f"a{number}=1" for number in range(3000))
    headers = {**BROWSER, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.request("POST", "/cases/check", content=many, headers=headers).status_code == 413


def test_what_is_no_form_is_refused(client: Client) -> None:
    answer = client.request("POST", "/cases/check", files={"a": b"x"}, headers=BROWSER)
    assert answer.status_code == 415


def test_bytes_that_are_no_text_do_no_harm(client: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    answer = client.request(
        "POST", "/cases/check", content=b"place=210200&deviation_reason=%ff%fe\xff", headers=headers
    )
    assert answer.status_code == 200
