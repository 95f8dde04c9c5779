"""Lists in Excel for the examples about them, filled in as the page says."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from tests.exchange import office
from tests.exchange.desk import answer, edit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.conftest import Run

OWN = "dalian-lists"
_PLACE = ("--jurisdiction", "210200", "--start", "2026-01-01", "--force", "may")


def faulty_list(folder: Path) -> None:
    """清单.xlsx with the mistakes that people make."""
    office.write(folder / "清单.xlsx", office.rows(mistakes=True))


def published_list(folder: Path) -> None:
    """公布的清单.xlsx, with nothing in the city's folder yet."""
    _empty(folder)
    office.write(folder / "公布的清单.xlsx", office.rows(mistakes=False))


def checked_list(folder: Path, run: Run) -> None:
    """清单-核对.xlsx: without mistakes, and with the answers to the cases that were proposed."""
    _empty(folder)
    office.write(folder / "清单.xlsx", office.rows(mistakes=False))
    done = run("rules", "import", "清单.xlsx", *_PLACE, "--errors", "back.xlsx")
    assert done.code == 3
    edit(folder / "back.xlsx", folder / "清单-核对.xlsx", {"示例": answer})


def changed_list(folder: Path, run: Run) -> None:
    """lists.xlsx: the city's items as exported, one bound changed from 500 to 800 yuan."""
    checked_list(folder, run)
    done = run("rules", "import", "清单-核对.xlsx", *_PLACE, "--apply")
    assert done.code == 0, done.err
    done = run("rules", "export", "--excel", "exported.xlsx", "--source", "dalian-2026")
    assert done.code == 0, done.err

    def raise_bound(row: dict[str, Any]) -> None:
        if row["编号"] == "dalian-2026-N01":
            row["适用条件"] = row["适用条件"].replace("货值金额不超过500元", "货值金额不超过800元")

    def after(row: dict[str, Any]) -> None:
        if row["事项编号"] == "dalian-2026-N01":
            row["案件事实"] = row["案件事实"].replace("货值金额：500", "货值金额：800")

    edit(folder / "exported.xlsx", folder / "lists.xlsx", {"不予行政处罚": raise_bound, "示例": after})


def _empty(folder: Path) -> None:
    shutil.rmtree(folder / OWN, ignore_errors=True)
    (folder / OWN).mkdir()
