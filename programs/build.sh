#!/bin/sh
# Compiles programs/src into programs/wasm, and bench/workloads/src into
# bench/workloads/wasm. The compiled files are committed, so nobody needs this to
# run the tests; it is the recipe, and it is reproducible: one pinned compiler,
# no paths or times in the output.
#
#   pip install ziglang==0.17.1      (clang 22 with a linker and a WASI libc)
#   programs/build.sh [NAME...]      all programs, or those named
#   programs/build.sh --check        compile elsewhere and compare with what is committed
set -eu

here=$(cd "$(dirname "$0")" && pwd)
version=0.17.1
python=${PYTHON:-python3}
zig=${ZIG:-"$python -m ziglang"}

found=$($zig version) || { echo "build: no compiler: pip install ziglang==$version" >&2; exit 1; }
[ "$found" = "$version" ] || { echo "build: compiler is $found, the recipe needs $version" >&2; exit 1; }

out="$here/wasm"
bench="$here/../bench/workloads"
bench_out="$bench/wasm"
check=
if [ "${1:-}" = --check ]; then
    shift
    check=1
    out=$(mktemp -d)
    bench_out="$out/bench"
    trap 'rm -rf "$out"' EXIT
fi
mkdir -p "$out" "$bench_out"

common="-O3 -g0 -Wall -Wextra -Werror"
free="--target=wasm32-freestanding -ffreestanding -Wl,--no-entry -Wl,-z,stack-size=16384"
wasi="--target=wasm32-wasi -Wl,-z,stack-size=65536"

wanted() {
    [ -z "$names" ] && return 0
    for n in $names; do [ "$n" = "$1" ] && return 0; done
    return 1
}
names="$*"

for source in "$here"/src/*.c; do
    name=$(basename "$source" .c)
    wanted "$name" || continue
    extra=
    case $name in
    simd) extra="-msimd128" ;;
    relaxed) extra="-msimd128 -mrelaxed-simd" ;;
    tail) extra="-mtail-call" ;;
    esac
    # shellcheck disable=SC2086
    (cd "$here/src" && $zig cc $free $common $extra "$name.c" -o "$out/$name.wasm")
done
for source in "$here"/src/wasi/*.c; do
    name=wasi_$(basename "$source" .c)
    wanted "$name" || continue
    # shellcheck disable=SC2086
    (cd "$here/src/wasi" && $zig cc $wasi $common "$(basename "$source")" -o "$out/$name.wasm")
done
for source in "$bench"/src/*.c; do
    name=$(basename "$source" .c)
    wanted "$name" || continue
    extra=
    case $name in
    dot | filter | chacha | scan) extra="-msimd128" ;;
    esac
    # shellcheck disable=SC2086
    (cd "$bench/src" && $zig cc $free $common -I../../../programs/src $extra "$name.c" -o "$bench_out/$name.wasm")
done
# The linker's notes about itself are no part of a program; names are kept.
"$python" "$here/tools/strip.py" "$out"/*.wasm "$bench_out"/*.wasm
chmod 644 "$out"/*.wasm "$bench_out"/*.wasm

if [ -n "$check" ]; then
    for f in "$out"/*.wasm; do
        cmp "$f" "$here/wasm/$(basename "$f")"
    done
    for f in "$bench_out"/*.wasm; do
        cmp "$f" "$bench/wasm/$(basename "$f")"
    done
    echo "build: all equal to the committed files"
fi
