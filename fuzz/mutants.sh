#!/usr/bin/env bash
# Changes the code at random places, one at a time, and shows which changes no test sees.
#
#   fuzz/mutants.sh [COUNT [SEED]]      # 25 1
#
# Needs cargo-mutants (`cargo install --locked cargo-mutants`). What may be changed stands in .cargo/mutants.toml. The
# same seed draws the same changes as long as the code is the same. Results: OUT/PACKAGE/mutants.out/ (target/mutants).
# Only the tests of the changed package run, and of the engine those of gas, stops and stacks: tests/fused.rs takes
# minutes in a debug build, so what survives in the fast tier may be caught there. JOBS=1 at a time.
# cargo-mutants 27.1 does not look at names where it deletes fields, so those nine of the engine are always drawn.
set -euo pipefail
cd "$(dirname "$0")/.."
count=${1:-25}
seed=${2:-1}
out=${OUT:-target/mutants}
mkdir -p "$out"

# The first COUNT lines of the list in the order of their hashes with the seed.
drawn="$out/drawn-$count-$seed.txt"
cargo mutants --list -p selfsame-interp -p selfsame-calldata | sort -u |
    while IFS= read -r line; do
        printf '%s %s\n' "$(printf '%s %s' "$seed" "$line" | cksum | cut -d' ' -f1)" "$line"
    done | sort -k1,1n -k2 | sed -n "1,${count}p" | cut -d' ' -f2- >"$drawn"

missed=0
for package in interp calldata; do
    lines=$(grep "^$package/" "$drawn" || true)
    [ -n "$lines" ] || continue
    # The names as one regular expression, letter by letter.
    names=$(printf '%s\n' "$lines" | sed -e 's/[][\\.*^$+?(){}|]/\\&/g' | paste -sd'|')
    # calldata's readers for serde are behind a feature.
    tests=(--lib)
    features=(--all-features)
    if [ "$package" = interp ]; then
        tests+=(--test interrupt --test native_stack --test memories --test docs -- --skip ops::)
        features=()
    fi
    # Each has its own folder for what is built.
    env -u CARGO_TARGET_DIR cargo mutants -p "selfsame-$package" --re "^($names)\$" --output "$out/$package" \
        "${features[@]}" --jobs "${JOBS:-1}" --timeout 120 --no-shuffle --colors never -- "${tests[@]}" || missed=1
    echo "$package: survivors"
    cat "$out/$package/mutants.out/missed.txt"
done
exit $missed
