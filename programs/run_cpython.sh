#!/bin/sh
# Fetches CPython for WASI if it is not there yet, and runs a script of programs/python on it, in
# deterministic mode with gas:
#
#   programs/run_cpython.sh [SCRIPT [OPTION...]]     demo.py if none is named
#
# OPTIONs go to `selfsame run`: --json, --gas 1_000_000, --tier exact. Needs Rust and python3 with pip.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
script=${1:-demo.py}
[ $# -eq 0 ] || shift
if [ ! -f "$here/python/$script" ]; then
    echo "run_cpython: there is no $here/python/$script" >&2
    exit 2
fi
"$here/fetch_cpython.sh" >&2
exec cargo run --quiet --release --manifest-path "$here/../Cargo.toml" -p selfsame-cli -- \
    run "$here/fetched/cpython/python.wasm" \
    --dir "$here/fetched/cpython/root::/" --dir "$here/python::/app" "$@" \
    -- python -B -S "/app/$script"
