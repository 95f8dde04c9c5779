"""The planner's pages of classes: what stands on them, what their forms do, who may see them."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from service.db.database import Database
from service.jobs.worker import Worker
from tests.databases import MakeClient, MakeWork, sqlite_database
from tests.service.classes.filling import columns, data, two_months

BASE = "/planner/classes"
REASON = "经核实停业六个月以上，无人值守"


@pytest.fixture
def database(sqlite_template: Any, tmp_path: Any) -> Iterator[Database]:  # noqa: ANN401 - a path
    """Pages say the same on either database; the queries are tested on both elsewhere."""
    with sqlite_database(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture
def ids(work: MakeWork) -> list[str]:
    with work() as one:
        return [row.id for row in two_months(one)]


def words(answer: Any) -> str:  # noqa: ANN401 - a response
    assert answer.status_code == 200, answer.text[:300]
    return str(html.fromstring(answer.text).find(".//main").text_content())


def test_the_overview_shows_shares_moves_and_warnings(user_client: MakeClient, ids: list[str]) -> None:
    said = words(user_client("planner").get(BASE))
    for part in ("2026-11", "共 120 户", "比上月的变化", "批量注册", "2026-10"):
        assert part in said
    assert "开始分类" not in said  # a planner does not run the scoring
    assert words(user_client("planner").get(f"{BASE}?month={ids[0]}")).count("比上月的变化") == 0


def test_without_any_month_the_pages_say_so(user_client: MakeClient) -> None:
    planner = user_client("planner")
    for path in ("", "/list", "/movers", "/warnings", "/what-if"):
        assert "还没有分类结果" in words(planner.get(BASE + path))


def test_lists_narrow_and_lead_to_the_enterprise(user_client: MakeClient, ids: list[str]) -> None:
    planner = user_client("planner")
    assert len(ids) == 2
    page = html.fromstring(planner.get(f"{BASE}/list?class=D").text)
    links = [one.get("href") for one in page.findall(".//tbody//a")]
    assert links
    assert "由规则决定" in words(planner.get(f"{BASE}/list?class=D&override=H01"))
    assert "批量注册" in words(planner.get(f"{BASE}/warnings?sign=E5"))
    assert "上月" in words(planner.get(f"{BASE}/movers?class_to=D"))
    said = words(planner.get(links[0]))
    assert "逐月的类别" in said
    assert "N301" in said
    assert planner.get(f"{BASE}/enterprises?uscc=%20x").headers["location"] == f"{BASE}/enterprises/X"
    assert planner.get(f"{BASE}/enterprises/X").status_code == 404


def test_a_clerk_uploads_a_month(user_client: MakeClient, served: Any) -> None:  # noqa: ANN401 - FastAPI
    clerk = user_client("credit_clerk")
    file = {"file": ("columns.parquet", io.BytesIO(data(columns())), "application/octet-stream")}
    sent = {"csrf_token": clerk.form_key, "on": "2026-11-20", "scheme": "default"}
    answer = clerk.post(BASE, data=sent, files=file)
    assert answer.headers["location"] == f"{BASE}?done=started"
    assert Worker(served.state.works).run_one()
    assert "共 120 户" in words(clerk.get(BASE))
    wrong = clerk.post(BASE, data=sent, files={"file": ("x.parquet", io.BytesIO(b"PK"), "application/octet-stream")})
    assert (wrong.status_code, "“x.parquet”" in wrong.text) == (422, True)
    none = clerk.post(
        BASE, data={**sent, "on": "2999-01-01"}, files={"file": ("c.parquet", io.BytesIO(data(columns())), "a/b")}
    )
    assert "不晚于今天" in none.text


def test_a_reviewer_decides_and_ends(user_client: MakeClient, ids: list[str]) -> None:
    reviewer = user_client("credit_reviewer")
    first = html.fromstring(reviewer.get(f"{BASE}/list?class=A&month={ids[1]}").text).find(".//tbody//a").get("href")
    sent = {"csrf_token": reviewer.form_key, "class": "C", "since": "2026-11-25", "until": "2027-01-01", "reason": "短"}
    refused = reviewer.post(f"{first}/overrides", data=sent)
    assert (refused.status_code, "人工调整须写明理由" in refused.text) == (422, True)
    assert html.fromstring(refused.text).find(".//textarea").text.strip() == "短"
    done = reviewer.post(f"{first}/overrides", data={**sent, "reason": REASON})
    assert done.headers["location"] == f"{first}?done=set"
    page = html.fromstring(reviewer.get(first).text)
    assert "人工调整，到 2027-01-01 恢复" in page.text_content()
    end = next(one for one in page.findall(".//form") if one.get("action", "").endswith("/end"))
    ended = reviewer.post(end.get("action"), data={"csrf_token": reviewer.form_key})
    assert ended.headers["location"] == f"{first}?done=ended"
    assert "人工调整，到" not in words(reviewer.get(first))


def test_what_if_shows_who_would_move(user_client: MakeClient, ids: list[str]) -> None:
    planner = user_client("planner")
    assert len(ids) == 2
    assert "现在的方案。改动上面的数字再试算" in words(planner.get(f"{BASE}/what-if"))
    stricter = words(planner.get(f"{BASE}/what-if?cut_A=10&cut_B=20&cut_C=30"))
    assert "户会换类别" in stricter
    points = "&".join(f"points_{place}=255" for place in range(5))
    assert "户会换类别" in words(planner.get(f"{BASE}/what-if?indicator=N207&of=N207&{points}"))
    wrong = planner.get(f"{BASE}/what-if?cut_A=90")
    assert (wrong.status_code, "分界应当逐类增大" in wrong.text) == (422, True)
    assert planner.get(f"{BASE}/what-if?cut_A=x").status_code == 422


def test_others_are_refused(user_client: MakeClient, ids: list[str]) -> None:
    for role in ("officer", "statistician"):
        assert user_client(role).get(f"{BASE}?month={ids[0]}").status_code == 403
    planner = user_client("planner")
    code = columns()["uscc"][0]
    assert (
        planner.post(f"{BASE}/enterprises/{code}/overrides", data={"csrf_token": planner.form_key}).status_code == 403
    )


def test_the_desk_opens_with_the_month_in_figures(user_client: MakeClient, ids: list[str]) -> None:
    assert len(ids) == 2
    said = words(user_client("planner").get("/planner"))
    for part in ("2026-11 的企业分类", "类别变化的企业", "批量注册", "信用风险分类"):
        assert part in said
    assert "还没有分类结果" not in said


@pytest.mark.parametrize("role", ["planner", "plan_approver", "credit_clerk"])
def test_no_page_of_classes_leads_where_its_reader_may_not_go(
    user_client: MakeClient, ids: list[str], role: str
) -> None:
    assert len(ids) == 2
    client, code = user_client(role), columns()["uscc"][0]
    wanted, wrong, seen = {"/planner", BASE, f"{BASE}/enterprises/{code}", f"{BASE}/warnings"}, [], set[str]()
    for _ in range(2):
        found: set[str] = set()
        for path in sorted(wanted - seen):
            seen.add(path)
            answer = client.get(path)
            if answer.status_code != 200:
                wrong.append(f"{path}: {answer.status_code}")
                continue
            links = {one.get("href") for one in html.fromstring(answer.text).findall(".//main//a")}
            found |= {one for one in links if one.startswith(BASE) and "/enterprises/" not in one}
        wanted = found
    assert wrong == []
