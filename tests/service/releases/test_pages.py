"""The keepers' pages: an editor drafts, somebody else publishes, and each is told why something is refused."""

import io

import pytest
from python_calamine import CalamineWorkbook

from service.web.listexport import MEDIA_TYPE
from tests.databases import MakeClient
from tests.service.releases.test_drafts import FILES, ITEM


@pytest.fixture(autouse=True)
def _without_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.releases.report.check_release", lambda *_args, **_options: [])


def test_from_draft_to_publication(user_client: MakeClient) -> None:
    editor, reviewer = user_client("catalogue_editor"), user_client("catalogue_approver")
    answer = editor.post("/keeper/catalogue", data={"title": "二〇二六年清单"})
    assert answer.status_code == 303
    here = answer.headers["location"].partition("?")[0]
    for name, text in FILES.items():
        assert editor.post(f"{here}/file", data={"name": name, "text": text}).status_code == 303
    assert editor.post(f"{here}/submit", data={}).status_code == 409
    assert editor.post(f"{here}/check", data={}).status_code == 303
    page = editor.get(here).text
    assert "DL-N01" in page
    assert "提交审核" in page
    assert editor.post(f"{here}/submit", data={}).status_code == 303
    review = here.replace("/catalogue/", "/releases/")
    assert editor.get(review).status_code == 403
    assert "二〇二六年清单" in reviewer.get("/keeper/releases").text
    assert "经营过期食品货值不超过一千元" in reviewer.get(review).text
    assert reviewer.post(f"{review}/publish", data={"note": "同意"}).status_code == 303
    assert "（现行）" in reviewer.get("/keeper/releases").text


def test_what_is_wrong_comes_back_with_what_was_written(user_client: MakeClient) -> None:
    editor = user_client("catalogue_editor")
    assert "名称应当是" in editor.post("/keeper/catalogue", data={"title": " "}).text
    here = editor.post("/keeper/catalogue", data={"title": "甲"}).headers["location"].partition("?")[0]
    answer = editor.post(f"{here}/file", data={"name": "../x.yaml", "text": ITEM})
    assert answer.status_code == 422
    assert "不能用作目录中的文件名" in answer.text
    assert "经营过期食品货值不超过一千元" in answer.text


def test_a_workbook_goes_out_and_comes_back_the_same(user_client: MakeClient) -> None:
    editor = user_client("catalogue_editor")
    here = editor.post("/keeper/catalogue", data={"title": "甲"}).headers["location"].partition("?")[0]
    for name, text in FILES.items():
        editor.post(f"{here}/file", data={"name": name, "text": text})
    blank, lists = editor.get(f"{here}/workbook"), editor.get(f"{here}/workbook?place=210200")
    assert {blank.headers["content-type"], lists.headers["content-type"]} == {MEDIA_TYPE}
    book = CalamineWorkbook.from_filelike(io.BytesIO(lists.content))
    shown = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    assert "DL-N01" in shown
    assert "DL-N01" not in str(
        CalamineWorkbook.from_filelike(io.BytesIO(blank.content)).get_sheet_by_index(1).to_python()
    )
    answer = editor.post(f"{here}/workbook", files={"file": ("lists.xlsx", lists.content, MEDIA_TYPE)})
    assert answer.headers["location"].endswith("done=same")
    assert "没有写入任何内容" in editor.get(answer.headers["location"]).text


def test_an_editor_who_may_also_review_cannot_publish_his_own(user_client: MakeClient) -> None:
    both = user_client("catalogue_editor", "catalogue_approver")
    here = both.post("/keeper/catalogue", data={"title": "甲"}).headers["location"].partition("?")[0]
    for name, text in FILES.items():
        both.post(f"{here}/file", data={"name": name, "text": text})
    both.post(f"{here}/check", data={})
    both.post(f"{here}/submit", data={})
    answer = both.post(here.replace("/catalogue/", "/releases/") + "/publish", data={})
    assert answer.status_code == 409
    assert "另一位" in answer.text


def test_the_list_is_exported_and_a_filter_saved(user_client: MakeClient) -> None:
    editor = user_client("catalogue_editor")
    editor.post("/keeper/catalogue", data={"title": "甲"})
    export = editor.get("/keeper/catalogue?export=xlsx")
    assert export.headers["content-type"] == MEDIA_TYPE
    saved = {"listing": "catalogue-drafts", "name": "我的", "query": "q=甲", "back": "/keeper/catalogue"}
    assert editor.post("/views", data=saved).headers["location"] == "/keeper/catalogue?q=%E7%94%B2"
    assert "我的" in editor.get("/keeper/catalogue").text
    editor.post("/views", data={"listing": "catalogue-drafts", "forget": "我的", "back": "/keeper/catalogue"})
    assert 'aria-label="删去我的"' not in editor.get("/keeper/catalogue").text
