"""``xinheng draw …``: fix a draw beforehand, make it, check it."""

from __future__ import annotations

import gc
import secrets
from typing import TYPE_CHECKING, Final

from kernel.errors import InputError
from service.cli.draw_folder import folder_of
from service.cli.draw_seal import SEALED, keep
from service.cli.files import write_whole
from service.cli.output import emit_bytes, emit_json, note, say
from service.errors import StateError
from supervision.drawchain import CANCEL, read_cancelled
from supervision.drawcommit import draft_of, is_record, make_record
from supervision.drawdoc import read_document
from supervision.drawrecord import COMMIT, RESULT, Record, read_record
from supervision.drawrun import Folder, check_folder, result_bytes, run
from supervision.verify import verify
from supervision.verifyblind import unpublished

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

_NONCE_BYTES: Final = 32
_FOUND: Final = 1
_SHOWN_GAPS: Final = 10


def commit(options: argparse.Namespace) -> int:
    """Make the record from the draft, or check the one that is there; print its digest."""
    path, folder = folder_of(options.dir)
    draft = None if _complete(folder) else draft_of(folder)
    if draft is None:
        record = read_record(folder.bytes_of(COMMIT))
        check_folder(record, folder)
        note("记录已经存在，与各文件一致，没有改动。")
    else:
        if folder.has(SEALED):
            raise StateError("draw_sealed_exists", file=SEALED)
        published, record, nonces = make_record(draft, folder, lambda: secrets.token_hex(_NONCE_BYTES))
        keep(path / SEALED, record, nonces, options.lock)
        write_whole(path / COMMIT, published)
    _tell_record(record, as_json=options.json)
    return 0


def make(options: argparse.Namespace) -> int:
    """Make the draw, write ``result.json`` and print it."""
    path, folder = folder_of(options.dir)
    _refuse_cancelled(folder)
    gc.disable()  # millions of small objects and no cycles: collecting would only take time
    document = run(folder)
    data = result_bytes(document)
    _refuse_second(folder, document, data)
    write_whole(path / RESULT, data)
    if options.json:
        emit_bytes(data)
    else:
        _tell_result(document)
    return 0


def check(options: argparse.Namespace) -> int:
    """Verify a folder; exit code 1 when something does not match."""
    _, folder = folder_of(options.dir)
    gc.disable()
    found = verify(folder)
    hidden = () if found else unpublished(folder)
    if options.json:
        emit_json({"ok": not found, "mismatches": [one.as_dict() for one in found], "unpublished": list(hidden)})
    elif found:
        say(f"不一致：共 {len(found)} 处", *(f"  {one.file}：{one.detail}" for one in found))
    else:
        say(f"一致：文件、密封数、密钥、{'户数、签、界限' if hidden else '样本'}、小组都与公布的相同。")
    if hidden:
        say(
            f"名录 {'、'.join(hidden)} 没有公布：各层户数、抽中的和候补的签、界限、小组都重新算过；",
            "有没有漏掉签更小的对象，由各家企业凭自己那一行和证明核对（xinheng draw proofcheck）。",
        )
    return _FOUND if found else 0


def _refuse_cancelled(folder: Folder) -> None:
    if folder.has(CANCEL):
        record = read_record(folder.bytes_of(COMMIT))
        raise StateError("draw_cancelled", reason=read_cancelled(folder.bytes_of(CANCEL), record).words)


def _complete(folder: Folder) -> bool:
    """Say whether ``commit.json`` is a whole record and not a draft."""
    return folder.has(COMMIT) and is_record(read_document(COMMIT, folder.bytes_of(COMMIT)))


def _tell_record(record: Record, *, as_json: bool) -> None:
    if as_json:
        emit_json({"draw_id": record.draw_id, "digest": record.digest, "counts": record.counts, "files": record.files})
        return
    say(f"{record.draw_id} 的记录 {COMMIT}", f"SHA-256：{record.digest}")
    for plan, strata in (record.counts or {}).items():
        say(f"计划 {plan}：", *(f"  {name}：{_numbers(numbers)}" for name, numbers in strata.items()))


def _numbers(numbers: Mapping[str, int]) -> str:
    return "，".join(f"{name} {n}" for name, n in numbers.items())


def _refuse_second(folder: Folder, document: Mapping[str, object], data: bytes) -> None:
    """A record has one result: another one for the same record is not written over it."""
    if not folder.has(RESULT):
        return
    there = folder.bytes_of(RESULT)
    if there == data:
        return
    try:
        seed = read_document(RESULT, there)["seed_text"].value
    except InputError:
        return  # not a result
    ours = str(document["seed_text"])
    if isinstance(seed, str) and seed != ours and seed.splitlines()[:2] == ours.splitlines()[:2]:
        raise StateError("draw_result_exists")


def _tell_result(document: Mapping[str, object]) -> None:
    plans, demands, gaps = document["plans"], document["demands"], document["unfilled"]
    if not (isinstance(plans, dict) and isinstance(demands, list) and isinstance(gaps, list)):
        raise TypeError
    say(f"密钥：{document['key']}")
    for plan, strata in plans.items():
        say(f"计划 {plan}：")
        for name, one in strata.items():
            short = f"，缺 {one['short']} 户" if one["short"] else ""
            say(f"  {name}：共 {one['N']} 户，可抽 {one['drawable']} 户，抽 {len(one['selected'])} 户{short}")
    tasks = len({(one["group"], one["unit"]) for one in demands})
    say(f"检查任务 {tasks} 个，派人 {sum(len(one['people']) for one in demands)} 人次，空缺 {len(gaps)} 个。")
    for gap in gaps[:_SHOWN_GAPS]:
        say(f"  {demands[gap['rank']]['unit']}（{demands[gap['rank']]['dept']}）：{gap['why']}")
    if len(gaps) > _SHOWN_GAPS:
        say(f"  ……其余 {len(gaps) - _SHOWN_GAPS} 个见 {RESULT}")
