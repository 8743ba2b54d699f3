#!/usr/bin/env bash
# Runs every fuzz target for a time of the processor, and prints executions and findings of each.
#
#   fuzz/run.sh [SECONDS [TARGET...]]      # 60; all targets
#
# SEED=N starts at another seed. COVERAGE=1 prints too which share of the crates' lines each target has run; it needs a
# build of its own, which is slower. Where cargo-fuzz is installed and the compiler can build for it, `cargo fuzz run
# TARGET -- -max_total_time=SECONDS` does the same with coverage to go by; this needs neither.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    targets=(module tiers wasmi floats calldata runners wasi requests results protocol contracts)
fi
out=${CARGO_TARGET_DIR:-target}/fuzz
profile=release
if [ -n "${COVERAGE:-}" ]; then
    # As for the coverage of tests (.ci/coverage): handlers go through their loop.
    out=$out/coverage profile=debug
    export RUSTFLAGS="-C instrument-coverage" CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_OPT_LEVEL=1
    rustup component add llvm-tools >/dev/null
    tools=$(dirname "$(find "$(rustc --print sysroot)" -name llvm-profdata)")
fi
built=(--locked -q --manifest-path fuzz/Cargo.toml --target-dir "$out" --bin smoke)
[ $profile = release ] && built+=(--release)
LLVM_PROFILE_FILE=/dev/null cargo build "${built[@]}"

covered() {
    "$tools/llvm-profdata" merge -sparse "$out/$1.profraw" -o "$out/$1.profdata"
    "$tools/llvm-cov" report "$out/$profile/smoke" --instr-profile "$out/$1.profdata" \
        --show-region-summary=false --show-branch-summary=false --ignore-filename-regex '[/_]tests?(/|\.rs)|/prove' \
        --sources "$PWD"/{validate,interp,calldata,hostabi}/src |
        awk -v target="$1" '$1 ~ /\.rs$/ { crate = $1; sub("/.*", "", crate); lines[crate] += $5; missed[crate] += $6 }
            END { for (crate in lines) if (missed[crate] < lines[crate]) printf "%s: runs %.1f%% of the lines of %s\n",
                target, 100 - 100 * missed[crate] / lines[crate], crate }' | sort
}

failed=0
for target in "${targets[@]}"; do
    LLVM_PROFILE_FILE="$out/$target.profraw" "$out/$profile/smoke" "$target" "${seconds}s" "${SEED:-0}" || failed=1
    if [ -n "${COVERAGE:-}" ]; then covered "$target"; fi
done
exit $failed
