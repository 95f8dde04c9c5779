"""The interface: statuses, headers, limits, paging, and nothing that leaks."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from rules.opinion import ReleaseOpinion
from service.app import create_app
from service.engine import Engine
from service.guard import LOOPBACK, SECURITY
from service.settings import Settings
from tests.service.asgi import Client
from tests.service.conftest import CASE

PROBLEM = "application/problem+json"


def _assert_problem(answer: Any, status: int, code: str) -> None:  # noqa: ANN401 - a response of httpx
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert document["status"] == status
    assert document["code"] == code
    assert "Traceback" not in answer.text


class TestCheck:
    def test_it_answers_as_the_command_does(self, client: Client, engine: Engine) -> None:
        answer = client.check(CASE)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json() == engine.check(CASE)

    @pytest.mark.parametrize(
        "content_type",
        ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8", "text/json"],
    )
    def test_json_by_any_of_its_names(self, client: Client, content_type: str) -> None:
        assert client.check(json.dumps(CASE).encode(), content_type).status_code == 200

    @pytest.mark.parametrize(
        "content_type",
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=gbk", ""],
    )
    def test_another_type_is_415(self, client: Client, content_type: str) -> None:
        _assert_problem(client.check(json.dumps(CASE).encode(), content_type), 415, "unsupported_media_type")

    def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not(self, engine: Engine, tmp_path: Path) -> None:
        client = Client(create_app(Settings(max_body_bytes=1000, data_dir=tmp_path), engine=engine))
        data = json.dumps(CASE).encode()
        assert client.check(data.ljust(1000)).status_code == 200
        _assert_problem(client.check(data.ljust(1001)), 413, "body_too_large")

    def test_a_body_without_an_announced_length_is_cut_off_as_well(self, app: FastAPI) -> None:
        async def endless() -> Any:  # noqa: ANN401 - an asynchronous generator
            for _ in range(2000):
                yield b" " * 1000

        answer = Client(app).request(
            "POST", "/api/v1/cases/check", content=endless(), headers={"content-type": "application/json"}
        )
        _assert_problem(answer, 413, "body_too_large")

    def test_many_at_a_time_get_each_their_own_answer(self, engine: Engine) -> None:
        cases = [
            {**CASE, "facts": {**CASE["facts"], "is_catering": number % 2 == 0, "goods_value_yuan": 300 + number}}
            for number in range(300)
        ]
        alone = [engine.check(case) for case in cases]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(engine.check, cases)) == alone

    def test_a_disagreement_of_the_engines_is_told_counted_and_logged(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(ReleaseOpinion, "ask", lambda _self, _facts, keys: dict.fromkeys(keys, "applies"))
        client = Client(create_app(Settings(data_dir=tmp_path), engine=engine))
        decision = client.check(CASE).json()
        assert decision["result"]["tier"] == "needs_human"
        assert decision["second_opinion"]["agrees"] is False
        assert "the two engines disagree" in caplog.text
        assert "xinheng_engine_disagreements_total 1" in client.get("/metrics").text
        _assert_problem(client.get("/readyz"), 503, "not_ready")


class TestErrors:
    @pytest.mark.parametrize("path", ["/api/v1/none", "/api/v2/rules", "/api/v1/", "/api/v1/cases/check/"])
    def test_an_unknown_address_is_404(self, client: Client, path: str) -> None:
        _assert_problem(client.get(path), 404, "not_found")

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_another_method_is_405_and_names_the_allowed_ones(self, client: Client, method: str) -> None:
        answer = client.request(method, "/api/v1/cases/check")
        _assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "POST"
        assert "POST" in answer.json()["detail"]

    def test_a_fault_of_ours_is_500_and_shows_nothing_of_it(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*_: object) -> dict[str, object]:
            raise ZeroDivisionError("the secret")

        monkeypatch.setattr(Engine, "check", broken)
        answer = client.check(CASE)
        _assert_problem(answer, 500, "internal_error")
        assert "secret" not in answer.text
        assert "the secret" in caplog.text

    def test_a_browser_gets_a_page(self, client: Client) -> None:
        answer = client.get("/nowhere", headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")

    def test_a_page_that_cannot_be_drawn_leaves_the_problem(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("service.problems.error_page", broken)
        _assert_problem(client.get("/nowhere", headers={"accept": "text/html"}), 404, "not_found")
        assert "the error page failed" in caplog.text


class TestHeaders:
    @pytest.mark.parametrize("path", ["/api/v1/facts", "/healthz", "/docs", "/docs/style.css", "/metrics", "/nowhere"])
    def test_every_answer_carries_the_security_headers(self, client: Client, path: str) -> None:
        headers = client.get(path).headers
        assert {name: headers.get(name) for name in SECURITY} == SECURITY
        assert "server" not in headers

    def test_a_page_may_be_stricter(self, client: Client) -> None:
        headers = client.get("/").headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-frame-options"] == "DENY"


class TestHosts:
    @pytest.fixture
    def guarded(self, engine: Engine, tmp_path: Path) -> Client:
        return Client(create_app(Settings(data_dir=tmp_path), engine=engine, hosts=LOOPBACK))

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "[::1]", "[::1]:80"])
    def test_loopback_names_are_answered(self, guarded: Client, host: str) -> None:
        assert guarded.get("/healthz", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "", "[::2]:80"])
    def test_another_name_is_not(self, guarded: Client, host: str) -> None:
        _assert_problem(guarded.get("/healthz", headers={"host": host}), 421, "wrong_host")


class TestCatalogue:
    def test_pages_together_are_the_whole(self, client: Client) -> None:
        page = client.get("/api/v1/rules?limit=100").json()
        found = [row["id"] for row in page["items"]]
        while page["next"]:
            page = client.get(page["next"]).json()
            found += [row["id"] for row in page["items"]]
        assert len(found) == len(set(found)) == page["total"]

    def test_filters_survive_in_the_address_of_the_next_page(self, client: Client) -> None:
        page = client.get("/api/v1/rules", params={"field": "市场监管", "limit": "2"}).json()
        after = client.get(page["next"]).json()
        assert after["total"] == page["total"]
        assert after["offset"] == 2
        assert {row["field"] for row in after["items"]} == {"市场监管"}

    def test_a_page_behind_the_end_is_empty(self, client: Client) -> None:
        page = client.get("/api/v1/rules?offset=100000").json()
        assert page["items"] == []
        assert page["next"] is None

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"q": "gqsp"}, "food-expired-sale"),
            ({"q": "食品安全法124", "kind": "violation", "limit": "200"}, "food-expired-sale"),
            ({"q": "过期", "kind": "list_item"}, "MR-N05"),
            ({"list": "no_penalty", "jurisdiction": "210200", "limit": "200"}, "MR-N05"),
            ({"violation": "food-expired-sale"}, "MR-N05"),
            ({"kind": "statute"}, "APL-33-1a"),
        ],
        ids=str,
    )
    def test_rules_are_found(self, client: Client, query: dict[str, str], found: str) -> None:
        assert found in {row["id"] for row in client.get("/api/v1/rules", params=query).json()["items"]}

    def test_violations_are_found(self, client: Client) -> None:
        rows = client.get("/api/v1/violations", params={"q": "过期食品", "field": "市场监管"}).json()["items"]
        assert rows[0]["id"] == "food-expired-sale"
        assert {row["kind"] for row in rows} == {"violation"}

    @pytest.mark.parametrize(
        ("query", "pointer"),
        [
            ({"limit": "0"}, "/limit"),
            ({"limit": "201"}, "/limit"),
            ({"limit": "many"}, "/limit"),
            ({"offset": "-1"}, "/offset"),
            ({"kind": "law"}, "/kind"),
            ({"list": "x"}, "/list"),
            ({"q": "x" * 201}, "/q"),
            ({"field": "市场"}, "/field"),
            ({"violation": "x"}, "/violation"),
            ({"jurisdiction": "大连"}, "/jurisdiction"),
            ({"colour": "red"}, "/colour"),
        ],
        ids=str,
    )
    def test_a_wrong_parameter_is_named(self, client: Client, query: dict[str, str], pointer: str) -> None:
        answer = client.get("/api/v1/rules", params=query)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == PROBLEM
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]

    def test_every_provision_has_an_address(self, client: Client, engine: Engine) -> None:
        for identifier in list(engine.release.provisions)[::25]:
            assert client.get(f"/api/v1/rules/{identifier}").json()["id"] == identifier

    def test_an_unknown_id_is_404_with_the_nearest(self, client: Client) -> None:
        answer = client.get("/api/v1/rules/MR-N05x")
        _assert_problem(answer, 404, "unknown_provision")
        assert "MR-N05" in answer.json()["detail"]

    def test_facts_come_with_groups_and_labels(self, client: Client, engine: Engine) -> None:
        table = client.get("/api/v1/facts").json()
        assert {fact["name"] for fact in table["facts"]} == {fact.name for fact in engine.release.vocabulary}
        assert {fact["group"] for fact in table["facts"]} <= {group["id"] for group in table["groups"]}

    def test_what_has_not_changed_is_not_sent_again(self, client: Client) -> None:
        first = client.get("/api/v1/facts")
        again = client.get("/api/v1/facts", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""
        other = client.get("/api/v1/facts", headers={"if-none-match": '"x"'})
        assert other.status_code == 200


class TestOperators:
    def test_live_and_ready(self, client: Client, engine: Engine) -> None:
        assert client.get("/healthz").json() == {"status": "live"}
        ready = client.get("/readyz").json()
        assert ready["status"] == "ready"
        assert ready["catalogue"]["digest"] == engine.release.digest

    def test_metrics_count_requests_by_route_and_decisions_by_tier(self, engine: Engine, tmp_path: Path) -> None:
        client = Client(create_app(Settings(data_dir=tmp_path), engine=engine))
        client.check(CASE)
        client.check(b"{")
        client.get("/api/v1/rules/MR-N05")
        client.get("/api/v1/rules/MR-N06")
        client.request("BREW", "/nowhere/at/all")
        lines = client.get("/metrics").text.splitlines()
        for line in (
            'xinheng_http_requests_total{method="POST",route="/api/v1/cases/check",status="200"} 1',
            'xinheng_http_requests_total{method="POST",route="/api/v1/cases/check",status="422"} 1',
            'xinheng_http_requests_total{method="GET",route="/api/v1/rules/{id}",status="200"} 2',
            'xinheng_http_requests_total{method="other",route="unmatched",status="404"} 1',
            'xinheng_decisions_total{tier="undetermined"} 1',
            'xinheng_http_request_seconds_count{route="/api/v1/cases/check"} 2',
            f'xinheng_catalogue_info{{digest="{engine.release.digest}"}} 1',
        ):
            assert line in lines

    def test_the_figures_of_a_histogram_rise(self, client: Client) -> None:
        client.get("/healthz")
        rows = [line for line in client.get("/metrics").text.splitlines() if '_bucket{route="/healthz"' in line]
        counts = [int(line.rpartition(" ")[2]) for line in rows]
        assert counts == sorted(counts)
        assert 'le="+Inf"' in rows[-1]
