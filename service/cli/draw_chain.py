"""``xinheng draw chain``: records one after another, without a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.cli.draw_folder import folder_of
from service.cli.output import emit_json, say
from supervision.drawchain import breaks, link_of, unsettled

if TYPE_CHECKING:
    import argparse

_FOUND = 1


def check(options: argparse.Namespace) -> int:
    """Check the chain of some folders; exit code 1 when it does not hold."""
    chain = [link_of(name, folder_of(name)[1]) for name in options.dirs]
    found = list(breaks(chain, options.start))
    still_open = unsettled(chain)
    if options.json:
        emit_json(
            {
                "ok": not found,
                "breaks": [{"name": one.name, "code": one.code, "detail": one.detail} for one in found],
                "open": [one.name for one in still_open],
                "last": chain[-1].digest,
            }
        )
    elif found:
        say(f"记录没有连成一条链：共 {len(found)} 处", *(f"  {one.detail}" for one in found))
    else:
        say(f"{len(chain)} 份记录前后相连。", *(f"  {one.name} 还没有结果，也没有作废。" for one in still_open))
    return _FOUND if found else 0
