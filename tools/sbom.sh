#!/usr/bin/env bash
# Writes dist/sbom.cdx.json (CycloneDX) and docs/reference/licences.md from what an installation really holds:
# a fresh environment, filled from dist/wheelhouse alone, as on a machine without a way out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=${XINHENG_VENV:-.venv}
[ -f dist/wheelhouse/SHA256SUMS ] || tools/wheelhouse.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd dist/wheelhouse && sha256sum --quiet --check SHA256SUMS)
"$venv/bin/python" -m venv "$work/env"
"$work/env/bin/python" -m pip --disable-pip-version-check install --quiet --no-index --find-links dist/wheelhouse xinheng
"$work/env/bin/xinheng" --version
"$venv/bin/cyclonedx-py" environment --output-reproducible --gather-license-texts --of JSON \
  --output-file "$work/sbom.json" "$work/env/bin/python"
"$venv/bin/python" tools/licences.py "$work/sbom.json" dist/sbom.cdx.json docs/reference/licences.md
