#!/usr/bin/env bash
# Changes the code at random places, one at a time, and shows which changes no test sees.
#
#   fuzz/mutants.sh [COUNT [SEED]]      # 25 1
#
# Needs cargo-mutants (`cargo install --locked cargo-mutants`). What may be changed stands in .cargo/mutants.toml. The
# same seed draws the same changes as long as the code is the same. Runs on a copy of what is committed, in
# OUT (target/mutants), with its own folder for what is built, of which each change builds one crate anew.
#
# A run that was stopped goes on where it was: OUT/COUNT-SEED/ has what was drawn and one file for each verdict (caught,
# missed, timeout, unviable). RETRY=1 runs those again that were missed or took too long: behind new tests.
# The sum is at the end. Only tests of the changed crate that take seconds run, listed below; what survives them may
# be caught by the official suite or tests/fused.rs.
# cargo-mutants 27.1 does not look at names where it deletes fields, so those nine of the engine are always run.
set -euo pipefail
cd "$(dirname "$0")/.."
count=${1:-25}
seed=${2:-1}
out=$(realpath -m "${OUT:-target/mutants}")
tree=$out/tree
sample=$out/$count-$seed
mkdir -p "$tree" "$sample"

# Times are now, for cargo takes what is older than its build to be built.
git archive HEAD | tar -x -m -C "$tree"
cd "$tree"

# The first COUNT lines of the list in the order of their hashes with the seed.
if [ ! -s "$sample/drawn" ]; then
    cargo mutants --list -p selfsame-interp -p selfsame-calldata | sort -u |
        while IFS= read -r line; do
            printf '%s %s\n' "$(printf '%s %s' "$seed" "$line" | cksum | cut -d' ' -f1)" "$line"
        done | sort -k1,1n -k2 | sed -n "1,${count}p" | cut -d' ' -f2- >"$sample/drawn"
fi

verdicts=(caught missed timeout unviable)
collect() {
    for verdict in "${verdicts[@]}"; do
        for file in "$sample/$verdict" "$out"/{interp,calldata}/mutants.out/"$verdict.txt"; do
            [ ! -f "$file" ] || cat "$file"
        done | grep -Fx -f "$sample/drawn" | sort -u >"$sample/new" || true
        mv "$sample/new" "$sample/$verdict"
    done
    rm -rf "$out"/{interp,calldata}
}
collect
if [ -n "${RETRY:-}" ]; then
    : >"$sample/missed"
    : >"$sample/timeout"
fi

# Without debug information, and optimised a little: building and running the tests take about as long then.
export CARGO_TARGET_DIR=$out/build CARGO_INCREMENTAL=1
export CARGO_PROFILE_DEV_DEBUG=none CARGO_PROFILE_DEV_OPT_LEVEL=1
for package in calldata interp; do
    names=$(grep "^$package/" "$sample/drawn" |
        grep -vFx -f <(cd "$sample" && cat "${verdicts[@]}") |
        sed -e 's/[][\\.*^$+?(){}|]/\\&/g' | paste -sd'|') || true
    [ -n "$names" ] || continue
    # calldata's readers for serde are behind a feature.
    build=(--all-features --lib)
    tests=()
    if [ "$package" = interp ]; then
        build=(--lib --test interrupt --test native_stack --test memories --test docs --test interface --test branches --test carried --test stops)
        tests=(-- --skip ops::)
    fi
    cargo mutants --in-place -p "selfsame-$package" --re "^($names)\$" --output "$out/$package" \
        "${build[@]/#/--cargo-arg=}" --timeout 40 --no-shuffle --colors never -- "${tests[@]}" ||
        case $? in
        2 | 3) ;; # some were missed, some took too long
        *) exit 1 ;;
        esac
done
collect
for verdict in drawn "${verdicts[@]}"; do
    printf '%s %s\n' "$verdict" "$(wc -l <"$sample/$verdict")"
done
echo survivors:
cat "$sample/missed"
[ ! -s "$sample/missed" ]
