#!/usr/bin/env bash
# Pins every package with its hashes into locks/, one set for all Python versions, without any address in it.
# Extra arguments go to `uv pip compile`: `tools/lock.sh --upgrade` takes the newest versions.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

uv_version=0.13.9
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --disable-pip-version-check install --quiet "uv==$uv_version"

pin() { # pin NAME SOURCE [ARGUMENTS…]
  local name=$1 source=$2
  shift 2
  "$work/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
    --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$source" -o "locks/$name.txt" "$@" >/dev/null
  if grep -nE '[a-z]+://' "locks/$name.txt"; then
    echo "locks/$name.txt names an address" >&2
    exit 1
  fi
}

pin build locks/build.in "$@"
pin dev pyproject.toml --extra dev --constraint locks/build.txt "$@"
# The runtime set has the versions of the developer's set: what is tested is what runs.
pin run pyproject.toml --constraint locks/dev.txt "$@"
wc -l locks/*.txt
