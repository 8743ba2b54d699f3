#!/bin/sh
# Compiles sdk/python/selfsame/*.py into sdk/python/compiled/*.pyc, on the very CPython that will import
# them: importing the sources would cost each run of a contract 240 million instructions. The compiled
# files are committed; the engine's deterministic mode makes the same octets on every machine.
#
#   sdk/python/compile.sh            SELFSAME=PATH names a built command; else cargo builds one
#   sdk/python/compile.sh --check    compile elsewhere and compare with the committed files
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
selfsame=${SELFSAME:-"cargo run --quiet --release --manifest-path $root/Cargo.toml -p selfsame-cli --"}
"$root/programs/fetch_cpython.sh" >&2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$selfsame run "$root/programs/fetched/cpython/python.wasm" \
    --dir "$root/programs/fetched/cpython/root::/" --dir "$here::/sdk" --env PYTHONHASHSEED=0 \
    -- python -B -S /sdk/compile_guest.py >"$work/lines" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }

"${PYTHON:-python3}" - "$here/compiled" "$work/lines" "${1:-}" <<'PY'
import os
import sys

folder, lines, check = sys.argv[1:]
made = {name: bytes.fromhex(octets) for name, octets in (line.split() for line in open(lines))}
have = {}
for name in os.listdir(folder):
    with open(os.path.join(folder, name), "rb") as f:
        have[name] = f.read()
if check:
    sys.exit(0 if made == have else "compile: differs from the committed files")
for name in have.keys() - made.keys():
    os.remove(os.path.join(folder, name))
for name, octets in made.items():
    with open(os.path.join(folder, name), "wb") as f:
        f.write(octets)
PY
