"""Folders made to slip through: each breaks one rule in one place, with digests that fit, and says where."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.supervision.draw.folders import Files
from tests.supervision.draw.naive import Naive

NONCE = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
FRAME = "frame-P1.tsv"
_ROWS = [
    f"U{number:02d}\t{'高' if number % 3 else '低'}\t{'cap' if number == 5 else 'ok'}\tR{number % 2}"
    for number in range(12)
]
LISTS: Files = {
    FRAME: "".join(row + "\n" for row in _ROWS).encode(),
    "frame-P2.tsv": "".join(row + "\n" for row in _ROWS[::2]).encode(),
    "roster.tsv": b"A1\tmarket\t*\tfood\t3\t0\nA2\tmarket\tR0,R1\t-\t3\t1\n"
    b"B1\tfire\tR1\t-\t2\t0\nB2\tfire\t*\t-\t9\t0\n",
    "recusal.tsv": b"A1\tU03\nA2\tU03\nB1\tU07\n",
}
_PLAN = {"with": [], "group": "all", "rule": "ceil", "rate": {"高": 400000, "低": 500000}, "reserve": 1}
RECORD: dict[str, Any] = {
    "spec": "vdraw-1",
    "draw_id": "2026-试",
    "prev": None,
    "nonces": [["planner", hashlib.sha256(NONCE.encode()).hexdigest()]],
    "public": [{"id": "ssq-1", "what": "双色球", "format": "rr.rr.rr.rr.rr.rr+bb"}],
    "plans": [
        {**_PLAN, "plan_id": "P1", "dept_id": "market", "frame": FRAME},
        {**_PLAN, "plan_id": "P2", "dept_id": "fire", "frame": "frame-P2.tsv"},
    ],
    "needs": {one: {"alone": [["-", 2]], "joint": [["-", 1]]} for one in ("market", "fire")},
    "balance": "step",
}
REVEAL: dict[str, Any] = {"nonces": [["planner", NONCE]], "public": {"ssq-1": "03.08.12.19.25.33+07"}}


@dataclass(frozen=True)
class Case:
    """A folder that must be refused, naming this file and (where a line or member can be named) this place."""

    name: str
    files: Files
    file: str
    place: str | None


def folder(lists: Files = LISTS, commit: str | bytes | None = None, reveal: str | bytes | None = None) -> Files:
    """A folder whose digests fit, whatever stands in its files; the result claims to be made from them."""
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in lists.items()}
    text = commit if commit is not None else json.dumps({**RECORD, "files": listed}, ensure_ascii=False)
    record = text if isinstance(text, bytes) else text.replace("@FILES", json.dumps(listed)).encode()
    shown = reveal if reveal is not None else json.dumps(REVEAL)
    files = {**lists, "commit.json": record, "reveal.json": shown if isinstance(shown, bytes) else shown.encode()}
    digest, value = hashlib.sha256(record).hexdigest(), REVEAL["public"]["ssq-1"]
    seed = f"vdraw-1\ncommit:{digest}\nnonce:planner:{NONCE}\npublic:ssq-1:{value}\n"
    claim = {
        "seed_text": seed,
        "key": hashlib.sha256(seed.encode()).hexdigest(),
        "plans": {},
        "demands": [],
        "unfilled": [],
        "load": {},
    }
    return {**files, "result.json": json.dumps(claim).encode()}


def drawn() -> Files:
    """The folder as it should be, drawn by the other program."""
    files = folder()
    return {**files, "result.json": json.dumps(Naive(files).run()).encode()}


def _line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\n".join(lines)

    return changed


def _field(number: int, column: int, text: str | bytes) -> Callable[[bytes], bytes]:
    def changed(row: bytes) -> bytes:
        fields = row.split(b"\t")
        fields[column] = text if isinstance(text, bytes) else text.encode()
        return b"\t".join(fields)

    return _line(number, changed)


_ANY: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "行尾是CRLF": (_line(2, lambda row: row + b"\r"), 2),
    "末尾多一空行": (lambda data: data + b"\n", -1),
    "中间有空行": (_line(2, lambda row: b"\n" + row), 2),
    "最后一行没有换行": (lambda data: data[:-1], -2),
    "字节顺序标记": (lambda data: b"\xef\xbb\xbf" + data, 1),
    "重复的行": (_line(2, lambda row: row + b"\n" + row), 3),
    "少一列": (_line(2, lambda row: row.rpartition(b"\t")[0]), 2),
    "多一列": (_line(2, lambda row: row + b"\tx"), 2),
    "两行对调": (lambda data: b"\n".join([*data.split(b"\n")[1::-1], *data.split(b"\n")[2:]]), 2),
    "不是UTF-8": (_line(2, lambda row: row + b"\xff"), 2),
    "代理对写成三字节": (_line(2, lambda row: row[:-1] + b"\xed\xa0\x80\xed\xb0\x80"), 2),
    "行分隔符": (_line(2, lambda row: row + "\u2028".encode()), 2),
}
_FRAME = {
    "代码不是NFC": _field(12, 0, "U11e\u0301"),
    "代码有小写": _field(12, 0, "U1z"),
    "代码有全角小写": _field(12, 0, "Uａ"),
    "代码太长": _field(12, 0, "U" * 81),
    "代码有斜线": _field(12, 0, "U1/1"),
    "代码是空的": _field(12, 0, ""),
    "代码后有空格": _field(12, 0, "U11 "),
    "分层是星号": _field(12, 1, "*"),
    "分层不是NFC": _field(12, 1, "e\u0301"),
    "状态是空的": _field(12, 2, ""),
    "状态有全角空格": _field(12, 2, "ok\u3000"),
    "区域有NUL": _field(12, 3, b"R\x00"),
    "区域有不换行空格": _field(12, 3, "R\u00a01"),
}
_ROSTER = {
    "上限是负数": _field(2, 4, "-1"),
    "上限有前导零": _field(2, 4, "03"),
    "上限是全角数字": _field(2, 4, "３"),
    "上限是小数": _field(2, 4, "3.0"),
    "上限太大": _field(2, 4, "1000000000"),
    "已有任务数有正号": _field(2, 5, "+1"),
    "区域重复": _field(2, 2, "R0,R0"),
    "区域是空的": _field(2, 2, ""),
    "区域末尾多逗号": _field(2, 2, "R0,"),
    "区域里有星号": _field(2, 2, "R0,*"),
    "资格里有横线": _field(2, 3, "-,food"),
}
_COMMIT: dict[str, tuple[Callable[[str], str], str | None]] = {
    "比例是小数写法": (lambda text: text.replace("400000", "400000.0", 1), "plans/0/rate/高"),
    "比例是指数写法": (lambda text: text.replace("400000", "4e5", 1), "plans/0/rate/高"),
    "比例是真": (lambda text: text.replace("400000", "true", 1), "plans/0/rate/高"),
    "比例超过一百万": (lambda text: text.replace("400000", "1000001", 1), "plans/0/rate/高"),
    "比例是负零": (lambda text: text.replace("400000", "-1", 1), "plans/0/rate/高"),
    "缺少一层的比例": (lambda text: text.replace('"低": 500000', '"中": 500000', 1), None),
    "同名两次": (lambda text: text.replace('"plans":', '"balance": "none", "plans":', 1), None),
    "分层同名两次": (lambda text: text.replace('"低": 500000', '"高": 1, "低": 500000', 1), None),
    "计划编号重复": (lambda text: text.replace('"P2"', '"P1"', 1), "plans"),
    "没有部门的派员要求": (lambda text: text.replace('"fire": {"alone"', '"fir": {"alone"', 1), "needs"),
    "派员不足两人": (lambda text: text.replace('[["-", 2]]', '[["-", 1]]', 1), "needs"),
    "派员零人": (lambda text: text.replace('[["-", 2]]', '[["-", 0]]', 1), "needs/market/alone/0/1"),
    "规则不认识": (lambda text: text.replace('"ceil"', '"round"', 1), "plans/0/rule"),
    "规格不认识": (lambda text: text.replace("vdraw-1", "vdraw-2", 1), "spec"),
    "数目不对": (lambda text: text.replace('"prev"', '"counts": {"P1": {}, "P2": {}}, "prev"', 1), None),
    "摘要有大写": (lambda text: text.replace(RECORD["nonces"][0][1], RECORD["nonces"][0][1].upper(), 1), "nonces/0/1"),
    "名录在别的文件夹": (
        lambda text: text.replace('"frame": "frame-P2.tsv"', '"frame": "../frame-P2.tsv"', 1),
        "plans/1/frame",
    ),
    "字节顺序标记": (lambda text: "\ufeff" + text, None),
    "末尾多逗号": (lambda text: text[:-1] + ",}", None),
    "不是数": (lambda text: text.replace("400000", "NaN", 1), None),
    "半个代理对": (lambda text: text.replace("双色球", "\\ud83d", 1), None),
    "编号里有换行": (lambda text: text.replace("2026-试", "a\\nnonce:x", 1), "draw_id"),
}
_REVEAL: dict[str, tuple[Callable[[str], str], str | None]] = {
    "同名两次": (lambda text: text.replace('"public":', '"public": {}, "public":', 1), None),
    "密封数有大写": (lambda text: text.replace("aabb", "AABB", 1), "nonces/0/1"),
    "换了密封数": (lambda text: text.replace("0011", "1100", 1), "nonces/0/1"),
    "多一位持有人": (lambda text: text.replace("[[", f'[["x", "{NONCE}"], [', 1), "nonces"),
    "号码没有排序": (lambda text: text.replace("03.08", "08.03", 1), "public/ssq-1"),
    "号码重复": (lambda text: text.replace("03.08", "08.08", 1), "public/ssq-1"),
    "号码太大": (lambda text: text.replace("+07", "+17", 1), "public/ssq-1"),
    "号码后有空格": (lambda text: text.replace("+07", "+07 ", 1), "public/ssq-1"),
    "号码是全角": (lambda text: text.replace("+07", "+０７", 1), "public/ssq-1"),
    "没有号码": (lambda text: text.replace('"ssq-1"', '"ssq-2"', 1), "public"),
}


def cases() -> Iterator[Case]:
    """Every folder that must be refused."""
    for file, many in ((FRAME, 12), ("roster.tsv", 4), ("recusal.tsv", 3)):
        for name, (change, line) in _ANY.items():
            place = {-1: many + 1, -2: many}.get(line, line)
            yield _list_case(f"{file} {name}", file, change, place)
    for name, change in _FRAME.items():
        yield _list_case(f"{FRAME} {name}", FRAME, change, 12)
    for name, change in _ROSTER.items():
        yield _list_case(f"roster.tsv {name}", "roster.tsv", change, 2)
    yield _list_case("recusal.tsv 代码有小写", "recusal.tsv", _field(2, 1, "u03"), 2)
    yield _list_case("两份名录的区域不同", "frame-P2.tsv", _field(3, 3, "R1"), 3)
    listed = json.dumps({**RECORD, "files": "@FILES"}, ensure_ascii=False).replace('"@FILES"', "@FILES")
    for name, (edit, where) in _COMMIT.items():
        yield Case(f"commit.json {name}", folder(commit=edit(listed)), "commit.json", where)
    for name, (edit, where) in _REVEAL.items():
        yield Case(f"reveal.json {name}", folder(reveal=edit(json.dumps(REVEAL))), "reveal.json", where)


def _list_case(name: str, file: str, change: Callable[[bytes], bytes], line: int) -> Case:
    return Case(name, folder({**LISTS, file: change(LISTS[file])}), file, str(line))


def odd() -> Iterator[tuple[str, Files]]:
    """Folders at the edge that are sound: to be drawn alike by everybody."""
    everything = {**RECORD["plans"][0], "rate": {"高": 1000000, "低": 1000000}, "reserve": 3}
    plans: dict[str, dict[str, Any]] = {
        "比例为零": {"rate": {"高": 0, "低": 0}},
        "比例为一": {"rate": {"高": 1000000, "低": 1000000}, "reserve": 0},
        "候补比剩下的多": {"reserve": 1000000000},
        "固定户数比可抽的多": {"rule": "fixed", "rate": {"高": 1000000000, "低": 3}},
        "有比例没有户的分层": {"rate": {**_PLAN["rate"], "空层": 1000000}},  # type: ignore[dict-item]  # rates
        "系统取整": {"rule": "systematic", "rate": {"高": 1, "低": 999999}},
        "一次多个部门": {"with": ["fire", "fire", "market"]},
    }
    for name, change in plans.items():
        yield name, _with_plans([{**RECORD["plans"][0], **change}, RECORD["plans"][1]])
    yield "没有计划", _with_plans([])
    capped = LISTS[FRAME].replace(b"\tok\t", b"\tcap\t")
    yield "都已满", _with_plans([everything], {**LISTS, FRAME: capped})
    yield "空名录", _with_plans([everything], {**LISTS, FRAME: b""})
    yield "没有人", _with_plans([everything], {**LISTS, "roster.tsv": b"", "recusal.tsv": b""})
    yield "都要回避", _with_plans([everything], {**LISTS, "recusal.tsv": _everybody()})
    yield (
        "代码带引号",
        _with_plans([everything], {**LISTS, FRAME: LISTS[FRAME].replace(b"U", b'"U').replace(b"R1", b"'R1\"")}),
    )
    yield (
        "上限都是零",
        _with_plans([everything], {**LISTS, "roster.tsv": b"A1\tmarket\t*\t-\t0\t0\nA2\tmarket\t*\t-\t0\t9\n"}),
    )


def _everybody() -> bytes:
    return b"".join(f"{one}\tU{number:02d}\n".encode() for one in ("A1", "A2") for number in range(12))


def _with_plans(plans: list[dict[str, Any]], lists: Files = LISTS) -> Files:
    text = json.dumps({**RECORD, "plans": plans, "files": "@FILES"}, ensure_ascii=False)
    return folder(lists, text.replace('"@FILES"', "@FILES"))
