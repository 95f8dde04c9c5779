"""依据 pages: from an article to everything that rests on it; drafts are marked."""

import json
from urllib.parse import quote

from rules.load import link
from service.engine import Engine
from service.web.laws import Laws, law_href
from service.web.rulebook import entries_of
from service.web.rulepage import rule_view
from tests.web.conftest import Get


def test_an_article_names_every_entry_that_cites_it(engine: Engine) -> None:
    laws = Laws(engine.release, entries_of(engine.release))
    found = laws.article("食品安全法", "124")
    assert found is not None
    law, article = found
    titles = {one.id for uses in article.uses.values() for one in uses}
    assert "food-expired-sale" in titles
    assert article.title == "第一百二十四条"
    assert law.versions, "the register knows its versions"
    assert laws.law("中华人民共和国食品安全法") == law
    assert laws.law("没有这部法") is None
    assert laws.article("食品安全法", "1000") is None


def test_every_citation_of_every_ground_leads_to_its_article(engine: Engine) -> None:
    laws = Laws(engine.release, entries_of(engine.release))
    listed = laws.listed()
    known = {f"{law.href}/{article.place}" for law in listed for article in law.articles} | {law.href for law in listed}
    for ground in (*engine.release.items.values(), *engine.release.statute.values()):
        for one in ground.provision.citations:
            assert law_href(one.instrument, one.article) in known, (ground.id, one)


def test_pages_of_laws(get: Get) -> None:
    listed = get("/rules/laws")
    assert "《食品安全法》" in listed.text
    law = get(f"/rules/laws/{quote('食品安全法')}")
    assert "第一百二十四条" in law.text
    article = get(f"/rules/laws/{quote('食品安全法')}/124")
    assert any(one.get("href") == "/rules/food-expired-sale" for one in article.all("a"))
    get(f"/rules/laws/{quote('没有')}", 404)
    get(f"/rules/laws/{quote('食品安全法')}/x", 404)
    rule = get("/rules/MR-N05")
    assert any((one.get("href") or "").startswith("/rules/laws/") for one in rule.all("a"))


def test_where_an_entry_is_used(get: Get) -> None:
    assert "内容相同的清单事项" in get("/rules/APL-36").text
    assert "以法定情形的结论为准" in get("/rules/GE-N06").text


def test_a_draft_is_marked_on_its_page_and_in_the_list(engine: Engine) -> None:
    documents = json.loads(json.dumps(dict(engine.documents)))
    (name,) = [name for name in documents if name.endswith("/MR-N05.yaml")]
    documents[name]["status"] = "draft"
    release = link(documents)
    entries = entries_of(release)
    assert [one.id for one in entries.values() if one.draft] == ["MR-N05"]
    view = rule_view(release, entries, "MR-N05")
    assert view is not None
    assert view.entry.draft
