#!/usr/bin/env bash
# Are all figures of another architecture those of this machine?
#
#   programs/architectures.sh [MODULES]       # how many generated modules (2000)
#
# The compiler of the other architecture and an emulator come from the environment, as Cargo names them:
#
#   CROSS_TARGET                       for example s390x-unknown-linux-gnu
#   CROSS_RUSTC                        a rustc of 1.85 or later with the standard library of that target
#   CARGO_TARGET_<TARGET>_LINKER       its linker
#   CARGO_TARGET_<TARGET>_RUNNER       what runs its programs, for example "qemu-s390x -R 3G -L /usr/s390x-linux-gnu"
#   CC_<target>, AR_<target>           its C compiler, for BLAKE3
#
# An emulator keeps books on address space, of which a memory reserves 4 GiB: let it refuse that (`-R 3G` of QEMU), and
# memories without a maximum are vectors instead. Everything is printed that differs; the exit code tells whether
# something did.
set -euo pipefail
cd "$(dirname "$0")/.."
modules=${1:-2000}
: "${CROSS_TARGET:?}" "${CROSS_RUSTC:?}"
runner="CARGO_TARGET_$(tr 'a-z-' 'A-Z_' <<<"$CROSS_TARGET")_RUNNER"
read -r -a runner <<<"${!runner:?}"
longest=${LONGEST:-1000000} stops=${STOPS:-24}

out=${CARGO_TARGET_DIR:-target}
cargo build --release --locked -p selfsame-figures
RUSTC=$CROSS_RUSTC cargo build --release --locked -p selfsame-figures --target "$CROSS_TARGET" --target-dir "$out/$CROSS_TARGET"
here=("$out/release/selfsame-figures")
there=("${runner[@]}" "$out/$CROSS_TARGET/$CROSS_TARGET/release/selfsame-figures")

files=$out/figures
mkdir -p "$files"
cargo run --release --locked -q -p selfsame-figures --example pack -- "$files/suite"
cargo run --release --locked -q --manifest-path fuzz/Cargo.toml --target-dir "$out/fuzz" --bin generate -- \
    "$files/modules" "$modules"

differ=0
compare() { # name, arguments of the binary
    local name=$1
    shift
    "${here[@]}" "$@" >"$files/$name.here" &
    "${there[@]}" "$@" >"$files/$name.$CROSS_TARGET"
    wait $!
    if diff "$files/$name.here" "$files/$name.$CROSS_TARGET"; then
        printf '%s: %d lines of figures, all equal\n' "$name" "$(wc -l <"$files/$name.here")"
    else
        differ=1
    fi
}
compare contracts contracts contracts
compare programs programs programs "$longest" "$stops"
compare suite suite "$files/suite"
compare modules modules "$files/modules" 0 "$modules"
exit $differ
