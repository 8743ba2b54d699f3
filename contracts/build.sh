#!/bin/sh
# Compiles each contracts/NAME/NAME.c into contracts/NAME/NAME.wasm. The compiled files are committed, so
# nobody needs this to run them; it is the recipe, and it is reproducible: one pinned compiler (that of
# programs/build.sh), no paths or times in the output.
#
#   pip install ziglang==0.17.1       (clang 22 with a linker)
#   contracts/build.sh [NAME...]      all contracts, or those named
#   contracts/build.sh --check        compile elsewhere and compare with the committed files
set -eu

here=$(cd "$(dirname "$0")" && pwd)
version=0.17.1
python=${PYTHON:-python3}
zig=${ZIG:-"$python -m ziglang"}

found=$($zig version) || { echo "build: no compiler: pip install ziglang==$version" >&2; exit 1; }
[ "$found" = "$version" ] || { echo "build: compiler is $found, the recipe needs $version" >&2; exit 1; }

check=
if [ "${1:-}" = --check ]; then
    shift
    check=1
fi
names="$*"
[ -n "$names" ] || names=$(cd "$here" && for f in */*.c; do dirname "$f"; done)

# The stack lies below the data: an overflow is a trap, never a wrong value.
compile="--target=wasm32-freestanding -ffreestanding -std=c11 -Os -g0 -Wall -Wextra -Werror -I../../sdk/c
    -mbulk-memory -msign-ext -mreference-types"
link="--no-entry --stack-first -z stack-size=65536 --gc-sections --export-memory"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for name in $names; do
    out="$here/$name/$name.wasm"
    [ -z "$check" ] || out="$work/$name.wasm"
    # shellcheck disable=SC2086
    (cd "$here/$name" && $zig cc $compile -c "$name.c" -o "$work/$name.o")
    # shellcheck disable=SC2086
    $zig wasm-ld $link "$work/$name.o" -o "$out"
    # The linker's notes about itself are no part of a program; names are kept, for backtraces.
    "$python" "$here/../programs/tools/strip.py" "$out"
    chmod 644 "$out"
    [ -z "$check" ] || cmp "$out" "$here/$name/$name.wasm"
done
if [ -n "$check" ]; then
    echo "build: all equal to the committed files"
fi
