#!/usr/bin/env bash
# Runs the pure suites on every supported Python found here: a fresh environment each, from the same locks.
# Environments stay in .venvs/<version> (ignored by git). Arguments limit the run: tools/pythons.sh 3.12 3.13
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suites=()
for name in kernel rules credit supervision; do
  compgen -G "tests/$name/test_*.py" >/dev/null && suites+=("tests/$name")
done
[ ${#suites[@]} -gt 0 ] || { echo "no pure suites in tests/" >&2; exit 1; }

interpreter() {
  local candidate
  for candidate in "python$1" "$HOME/.pyenv/versions/$1".*/bin/python; do
    "$candidate" -c 'import sys; print(sys.executable)' 2>/dev/null && return
  done
  return 1
}

[ $# -gt 0 ] || set -- 3.11 3.12 3.13
failed=0
report=()
for version in "$@"; do
  if ! python=$(interpreter "$version"); then
    report+=("$version  not found here")
    continue
  fi
  rm -rf ".venvs/$version"
  line=""
  if PYTHON=$python XINHENG_VENV=.venvs/$version tools/setup.sh all \
    && line=$(".venvs/$version/bin/python" -m pytest -q -p no:cacheprovider "${suites[@]}" | tee /dev/stderr | tail -n 1); then
    report+=("$("$python" -V)  $line")
  else
    report+=("$("$python" -V)  FAILED  $line")
    failed=1
  fi
done
printf '%s\n' "${report[@]}"
exit $failed
