#!/bin/sh
# The tests of storage, dispatch and blocks on CPython for WASI, in deterministic mode. SELFSAME=PATH names
# a built command; else cargo builds one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
selfsame=${SELFSAME:-"cargo run --quiet --release --manifest-path $root/Cargo.toml -p selfsame-cli --"}
"$root/programs/fetch_cpython.sh" >&2
for test in test_calldata test_contract; do
    $selfsame run "$root/programs/fetched/cpython/python.wasm" \
        --dir "$root/programs/fetched/cpython/root::/" --dir "$root/sdk/python::/sdk" \
        --dir "$root/contracts/python_oracle::/contract" --env CONTRACT=/contract/contract.py \
        -- python -B -S "/sdk/tests/$test.py"
done
