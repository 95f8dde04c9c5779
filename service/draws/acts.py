"""Every step on a draw that a person asks for, by a form or the interface: its right, its fields, what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import FieldError, InputError
from service.access.permissions import Permission
from service.draws import draft, drawing, job, record, sealing
from supervision.drawchanges import Act as Approval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.db.tables.draws import DrawRow
    from service.work import Work

    Do = Callable[[Work, DrawRow, Mapping[str, str]], Any]

_LONGEST_RANK: Final = 9


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its Chinese title, the right it needs, its fields (with what they are), and what it does.

    ``required`` fields have to be there and not blank; nothing but these and ``optional`` ones is taken.
    """

    title: str
    permission: Permission
    do: Do
    required: Mapping[str, str]
    optional: Mapping[str, str]

    def check(self, sent: Mapping[str, str]) -> None:
        """InputError naming every required field that is missing."""
        missing = [
            FieldError(f"/{name}", "draw_field_missing", {"about": label})
            for name, label in self.required.items()
            if not sent.get(name, "").strip()
        ]
        if missing:
            raise InputError(missing)


def _add_holder(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    draft.add_holder(work, row, sent["holder"].strip())


def _seal(work: Work, row: DrawRow, sent: Mapping[str, str]) -> str:
    return sealing.seal(work, row, sent["holder"], sent["secret"])


def _digest(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    sealing.seal_digest(work, row, sent["holder"], sent["digest"].strip().lower())


def _unseal(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    sealing.unseal(work, row, sent["holder"])


def _commit(work: Work, row: DrawRow, _: Mapping[str, str]) -> None:
    if job.is_long(work, row):
        job.begin_commit(work, row)
    else:
        record.commit(work, row)


def _enter(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    record.enter_event(work, row, sent["source"], sent["value"].strip(), sent.get("evidence", "").strip())


def _confirm(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    record.confirm_event(work, row, sent["source"], sent["value"].strip())


def _open(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    sealing.open_nonce(work, row, sent["holder"], secret=sent.get("secret", ""), copy=sent.get("copy", ""))


def _run(work: Work, row: DrawRow, _: Mapping[str, str]) -> None:
    if job.is_large(work, row):
        job.begin(work, row)
    else:
        drawing.make_draw(work, row)


def _dispatch(work: Work, row: DrawRow, _: Mapping[str, str]) -> None:
    drawing.dispatch(work, row)


def _approval(work: Work, sent: Mapping[str, str]) -> Approval:
    at = work.now.isoformat(timespec="seconds")
    return Approval(sent["reason"].strip(), sent["approved_by"].strip(), at)


def _replace(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    where = (sent["plan"], sent["stratum"].strip(), sent["unit"].strip())
    drawing.replace(work, row, where, _approval(work, sent))


def _restaff(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    rank = sent["rank"]
    number = int(rank) if rank.isascii() and rank.isdigit() and len(rank) <= _LONGEST_RANK else -1
    drawing.restaff(work, row, number, sent["person"].strip(), _approval(work, sent))


def _close(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    drawing.close(work, row, tasks_done=sent.get("tasks_done") == "yes", words=sent.get("words", "").strip())


def _publish(work: Work, row: DrawRow, _: Mapping[str, str]) -> None:
    drawing.publish(work, row)


def _cancel(work: Work, row: DrawRow, sent: Mapping[str, str]) -> None:
    drawing.cancel(work, row, sent["reason"], sent["words"].strip(), sent.get("second"))


_HOLDER: Final = {"holder": "持有人"}
_SOURCE: Final = {"source": "公开事件", "value": "公开数"}
_APPROVED: Final = {"reason": "原因", "approved_by": "批准人"}
STEPS: Final[Mapping[str, Step]] = {
    "holders": Step("增加密封数持有人", Permission.DRAW_COMMIT, _add_holder, _HOLDER, {}),
    "seal": Step("生成并封存密封数", Permission.DRAW_READ, _seal, {**_HOLDER, "secret": "口令"}, {}),
    "digest": Step("登记密封数的摘要", Permission.DRAW_READ, _digest, {**_HOLDER, "digest": "摘要"}, {}),
    "unseal": Step("撤回密封数", Permission.DRAW_COMMIT, _unseal, _HOLDER, {}),
    "commit": Step("固定并公布记录", Permission.DRAW_COMMIT, _commit, {}, {}),
    "event": Step("登记公开数", Permission.DRAW_EVENT, _enter, _SOURCE, {"evidence": "来源"}),
    "confirm": Step("确认公开数", Permission.DRAW_CONFIRM, _confirm, _SOURCE, {}),
    "open": Step("开启密封数", Permission.DRAW_READ, _open, _HOLDER, {"secret": "口令", "copy": "外存的副本"}),
    "run": Step("抽取", Permission.DRAW_RUN, _run, {}, {}),
    "dispatch": Step("派发", Permission.TASK_DISPATCH, _dispatch, {}, {}),
    "replace": Step(
        "替换对象",
        Permission.DRAW_RUN,
        _replace,
        {"plan": "计划", "stratum": "分层", "unit": "对象代码", **_APPROVED},
        {},
    ),
    "restaff": Step("更换人员", Permission.DRAW_RUN, _restaff, {"rank": "需求", "person": "人员", **_APPROVED}, {}),
    "close": Step(
        "结束并揭示密封数", Permission.DRAW_CLOSE, _close, {}, {"tasks_done": "任务都有结果", "words": "说明"}
    ),
    "publish": Step("核对并公布结果", Permission.DRAW_PUBLISH, _publish, {}, {}),
    "cancel": Step(
        "作废记录",
        Permission.DRAW_COMMIT,
        _cancel,
        {"reason": "理由", "words": "向社会说明"},
        {"second": "同意的第二个人"},
    ),
}
"""Every step by its name in addresses."""
