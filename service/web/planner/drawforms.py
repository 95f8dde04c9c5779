"""What the forms of a draw send, turned into what the acts take."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import FieldError, InputError
from kernel.jsondoc import read_json
from service.clock import CHINA
from service.draws.draft import FILE, NewDraw

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.work import Work

GAMES: Final = {
    "ssq": ("双色球", "rr.rr.rr.rr.rr.rr+bb"),
    "dlt": ("超级大乐透", "ff.ff.ff.ff.ff+bb.bb"),
    "dice": ("公开会上掷十面骰子（至少 20 次）", "digits"),
    "drand": ("drand 公开随机数", "hex64"),
}
"""Public events that the form offers: what each is, and how its value is written."""
_LONGEST_DRAFT: Final = 4_000_000


def new_draw(work: Work, sent: Mapping[str, str], files: Mapping[str, bytes]) -> NewDraw:
    """The draft that a form describes; InputError names the fields."""
    data = files.get(FILE)
    if data is None:
        raise InputError.at("/files", "draw_draft_missing", name=FILE)
    document = read_json(data, max_bytes=_LONGEST_DRAFT)
    if not isinstance(document, dict):
        raise InputError.at("/files", "draw_draft_missing", name=FILE)
    return NewDraw(
        draw_id=sent.get("draw_id", "").strip(),
        title=sent.get("title", "").strip(),
        department=work.actor.department,
        region=work.actor.region,
        document={**document, "public": [public_event(sent)] if sent.get("game") else document.get("public", [])},
        holders=tuple(dict.fromkeys(sent.get("holders", "").replace("，", " ").replace(",", " ").split())),
        files={name: content for name, content in files.items() if name != FILE},
        frames_public=sent.get("frames_public") == "yes",
    )


def public_event(sent: Mapping[str, str]) -> dict[str, Any]:
    """The public event that a form describes; InputError names the fields."""
    name, form = GAMES.get(sent.get("game", ""), ("", ""))
    issue, when = sent.get("issue", "").strip(), _moment(sent.get("when", ""))
    faults = [
        *([FieldError("/game", "draw_field_missing", {"about": "公开事件"})] if not form else []),
        *([FieldError("/issue", "draw_field_missing", {"about": "期号"})] if not issue else []),
        *([FieldError("/when", "draw_field_missing", {"about": "时间"})] if when is None else []),
    ]
    if faults:
        raise InputError(faults)
    return {
        "id": f"{sent['game']}-{issue}",
        "what": f"{name}第 {issue} 期" if sent["game"] in {"ssq", "dlt"} else f"{name}：{issue}",
        "format": form,
        "when": when,
        "if_cancelled": sent.get("if_cancelled", "").strip(),
    }


def _moment(text: str) -> str | None:
    """What a field for a local time sends, with China's offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo is not None else found.replace(tzinfo=CHINA)).isoformat(timespec="seconds")


def require_equal(secret: str, again: str) -> None:
    """InputError where a secret was not typed twice in the same way."""
    if secret != again:
        raise InputError.at("/again", "draw_secrets_differ")
