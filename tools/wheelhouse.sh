#!/usr/bin/env bash
# Builds dist/wheelhouse: every package of locks/run.txt and our own as wheels, with their SHA-256, for machines
# without a way out. Build it on the same kind of machine (Python version, processor) as the one it is for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=dist/wheelhouse
python=${XINHENG_VENV:-.venv}/bin/python
rm -rf "$out"
mkdir -p "$out"
if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 13))'; then
  export CPPFLAGS="${CPPFLAGS:-} -DPyEval_CallObject=PyObject_CallObject" # see tools/setup.sh
fi
"$python" -m pip --disable-pip-version-check --no-input wheel --quiet --require-hashes --no-deps --no-build-isolation \
  -r locks/run.txt --wheel-dir "$out"
"$python" -m hatchling build --target wheel --directory "$out" >/dev/null
(cd "$out" && sha256sum -- *.whl >SHA256SUMS)
echo "$out: $(ls "$out"/*.whl | wc -l) wheels, $(du -sh "$out" | cut -f1)"
