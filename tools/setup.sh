#!/usr/bin/env bash
# Makes .venv with everything that is asked for, so that .venv/bin/xinheng works from any folder.
#
#   tools/setup.sh run    what `make run` needs: the runtime packages
#   tools/setup.sh all    the same and the developer's tools; what only tests need is named when missing
#   tools/setup.sh test   the same; what tests need must be there
#
# PYTHON=…           use this interpreter (3.11, 3.12 or 3.13) instead of the first one found
# XINHENG_VENV=…     make another environment than .venv
# XINHENG_APT=no     never install system packages, only say what is missing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${1:-all}
venv=${XINHENG_VENV:-.venv}
case $target in
  run) lock=run ;;
  all | test) lock=dev ;;
  *) echo "usage: tools/setup.sh [run|all|test]" >&2; exit 2 ;;
esac

say() { printf '%s\n' "$*" >&2; }

# ------------------------------------------------------------------ is there anything to do?

# What the environment was made from; the folder too, since the scripts in bin/ name it.
fingerprint() {
  printf '%s ' "$1" "$PWD"
  cat locks/build.txt "locks/$1.txt" pyproject.toml tools/setup.sh | sha256sum
}

# The developer's environment holds everything that `make run` needs.
up_to_date() {
  [ -x "$venv/bin/xinheng" ] && "$venv/bin/python" -c '' 2>/dev/null && [ -f "$venv/.setup" ] || return 1
  local made
  made=$(cat "$venv/.setup")
  [ "$made" = "$(fingerprint dev)" ] || { [ "$lock" = run ] && [ "$made" = "$(fingerprint run)" ]; }
}

# ------------------------------------------------------------------ a Python that will do

usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.12 python3.11 python3.13 /usr/bin/python3 \
    "$HOME"/.pyenv/versions/3.12*/bin/python "$HOME"/.pyenv/versions/3.11*/bin/python "$HOME"/.pyenv/versions/3.13*/bin/python; do
    if [ -n "$candidate" ] && usable "$candidate"; then
      "$candidate" -c 'import sys; print(sys.executable)'
      return
    fi
  done
}

# ------------------------------------------------------------------ system packages

has_headers() { "$1" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))'; }
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
has_compiler() { command -v gcc >/dev/null || command -v cc >/dev/null; }
has_font() { ls /usr/share/fonts/*/noto*/Noto*CJK* >/dev/null 2>&1 || { command -v fc-list >/dev/null && fc-list | grep -q 'Noto.*CJK'; }; }
has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }
has_postgres() { command -v pg_ctl >/dev/null || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1; }

has_java() { command -v java >/dev/null; }

# The prefix of Debian's packages for an interpreter: python3 for the system's own, python3.12 for one beside it.
debian_name() {
  if [ "$1" = /usr/bin/python3 ] || [ "$(readlink -f /usr/bin/python3 2>/dev/null)" = "$(readlink -f "$1")" ]; then echo python3; else basename "$1"; fi
}

# One line each: package, needed for (run or test), what it is for.
list_missing() {
  local python=$1 name=python3
  if [ -z "$python" ]; then
    echo "python3|run|Python 3.11, 3.12 or 3.13"
    echo "python3-venv|run|makes the environment"
    echo "python3-dev|run|the Python headers: durable-rules is compiled"
  else
    name=$(debian_name "$python")
    has_venv "$python" || echo "$name-venv|run|makes the environment"
    has_headers "$python" || echo "$name-dev|run|the Python headers: durable-rules is compiled"
  fi
  has_compiler || echo "gcc|run|durable-rules is compiled"
  has_compiler || [ -e /usr/include/stdlib.h ] || echo "libc6-dev|run|the C headers: durable-rules is compiled"
  has_font || echo "fonts-noto-cjk|test|Chinese text in PDF documents"
  [ "$target" = run ] || has_chromium || echo "chromium|test|the browser tests"
  [ "$target" = run ] || has_postgres || echo "postgresql|test|the database tests"
  [ "$target" = run ] || has_java || echo "default-jre-headless|test|the Spark test"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  [ "${XINHENG_APT:-yes}" != no ] && command -v apt-get >/dev/null \
    && { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }
}

install_packages() {
  say "Installing system packages: $*"
  as_root apt-get update -qq >&2 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || true
}

explain_missing() {
  say "Missing on this machine:"
  sed -E 's/^([^|]*)\|([^|]*)\|(.*)$/  \1 — \3 (for: make \2)/' <<<"$1" >&2
  # shellcheck disable=SC2046
  say "On Debian or Ubuntu:  sudo apt-get install $(echo $(cut -d'|' -f1 <<<"$1"))"
  say "Elsewhere: install the same things by your system's own names; PYTHON=/path/to/python3 chooses an interpreter."
}

is_blocking() {
  if [ "$target" = test ]; then [ -n "$1" ]; else grep -q '|run|' <<<"$1"; fi
}

system_packages() {
  local missing
  missing=$(list_missing "$(find_python)")
  if [ -n "$missing" ] && may_install; then
    # shellcheck disable=SC2046
    install_packages $(cut -d'|' -f1 <<<"$missing")
    missing=$(list_missing "$(find_python)")
  fi
  [ -n "$missing" ] || return 0
  explain_missing "$missing"
  ! is_blocking "$missing"
}

# ------------------------------------------------------------------ the environment

same_python() {
  [ -x "$venv/bin/pip" ] && head -c 400 "$venv/bin/pip" | grep -qF "$PWD/" \
    && [ "$("$venv/bin/python" -c 'import sys; print(sys.version_info[:3])' 2>/dev/null)" = "$("$1" -c 'import sys; print(sys.version_info[:3])')" ]
}

make_environment() {
  local python=$1
  if ! same_python "$python"; then
    say "Making $venv with $("$python" --version) ($python)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
  fi
  # durable-rules 2.0.28 calls a function that Python 3.13 no longer has; the new name does the same.
  if "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 13))'; then
    export CPPFLAGS="${CPPFLAGS:-} -DPyEval_CallObject=PyObject_CallObject"
  fi
  local pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet)
  say "Installing the packages of locks/$lock.txt"
  # The build tools first, then everything else without isolation: what compiles durable-rules is pinned as well.
  "${pip[@]}" --require-hashes -r locks/build.txt
  "${pip[@]}" --require-hashes --no-build-isolation -r "locks/$lock.txt"
  "${pip[@]}" --no-build-isolation --no-deps -e .
  fingerprint "$lock" >"$venv/.setup"
}

if ! up_to_date; then
  system_packages || exit 1
  make_environment "$(find_python)"
  say "Ready: $venv/bin/xinheng"
elif [ "$target" = test ]; then
  system_packages || exit 1
fi
