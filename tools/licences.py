"""The list of licences, from a CycloneDX bill of materials: ``licences.py RAW.json OUT.json PAGE.md``.

The texts of the licences stay in the bill; the page names them. A package without a licence ends this with an
error: somebody has to look.
"""

import json
import sys
from pathlib import Path
from typing import Any

HEAD = """# Licences of what is installed

Made by `make sbom` from a fresh installation out of the wheelhouse. The bill of materials (CycloneDX JSON, with
digests and licence texts) is `dist/sbom.cdx.json`. 信衡 itself is under Apache-2.0 ([LICENSE](../../LICENSE),
[NOTICE](../../NOTICE)). What is vendored: htmx 2.0.11 (0BSD), in `service/web/static`. Development tools are not
installed and not listed.

| package | version | licence |
|---|---|---|
"""
_CLASSIFIER = "License :: "
_OF_THE_ENVIRONMENT = frozenset({"pip", "setuptools"})


def main(raw: Path, out: Path, page: Path) -> int:
    """Write the bill without what names this machine, and the page."""
    bill: dict[str, Any] = json.loads(raw.read_text("utf-8"))
    bill["components"] = [one for one in bill["components"] if one["name"] not in _OF_THE_ENVIRONMENT]
    for component in bill["components"]:
        component.pop("externalReferences", None)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(bill, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    rows = sorted((one["name"].lower(), one["version"], licence_of(one)) for one in bill["components"])
    if missing := [name for name, _, licence in rows if not licence]:
        print(f"no licence stated: {', '.join(missing)}", file=sys.stderr)
        return 1
    lines = [f"| {name} | {version} | {licence} |" for name, version, licence in rows]
    page.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    print(f"{out}: {len(rows)} packages")
    return 0


def licence_of(component: dict[str, Any]) -> str:
    """The shortest name given: an SPDX expression or id before the words of a classifier."""
    names = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        names += [entry.get("expression"), licence.get("id"), _plain(licence)]
    found = sorted({name for name in names if name}, key=lambda name: (len(name), name))
    return found[0].replace("|", "/") if found else ""


def _plain(licence: dict[str, Any]) -> str | None:
    """The name of a licence; None for the whole text, which some packages write there."""
    name = str(licence.get("name") or "")
    if "declared license file" in name.lower() or "\n" in name:
        return None
    return name.rpartition(" :: ")[2] if name.startswith(_CLASSIFIER) else name or None


if __name__ == "__main__":
    raise SystemExit(main(*map(Path, sys.argv[1:])))
