#!/usr/bin/env bash
# Runs every fuzz target for a time of the processor, and prints executions and findings of each.
#
#   fuzz/run.sh [SECONDS [TARGET...]]      # 60; all targets
#
# SEED=N starts at another seed. Where cargo-fuzz is installed and the compiler can build for it,
# `cargo fuzz run TARGET -- -max_total_time=SECONDS` does the same with coverage to go by; this needs neither.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    targets=(module tiers wasmi floats calldata runners wasi requests results protocol contracts)
fi
out=${CARGO_TARGET_DIR:-target}/fuzz
cargo build --release --locked -q --manifest-path fuzz/Cargo.toml --target-dir "$out" --bin smoke
failed=0
for target in "${targets[@]}"; do
    "$out/release/smoke" "$target" "${seconds}s" "${SEED:-0}" || failed=1
done
exit $failed
