#!/bin/bash
# C++ exceptions: Debian bookworm(-security) clang-22/lld-22/libc++-22-dev-wasm32/wasi-libc unpacked into llvm/, and the exception
# runtime (libcxxabi, libunwind's Unwind-wasm.c), which Debian's wasm libc++abi lacks, from the sources in PyPI ziglang==0.17.0.
# MODE=new (try_table/exnref) or legacy (try/catch): ../cpp/*.cpp -> *.wasm or *.legacy.wasm
cd "$(dirname "$0")"; R=$PWD/llvm; MODE=${MODE:-new}; set -e
if [ ! -d llvm/usr/lib/llvm-22 ]; then mkdir -p debs llvm; (cd debs && apt-get download clang-22 lld-22 libllvm22 libclang-cpp22 libclang-common-22-dev libc++-22-dev-wasm32 libc++abi-22-dev-wasm32 libclang-rt-22-dev-wasm32 wasi-libc); for d in debs/*.deb; do dpkg -x $d llvm; done; fi
Z=dl/zig/ziglang/lib
[ -d $Z ] || { mkdir -p dl/zig; (cd dl && pip download -q --no-deps ziglang==0.17.0); unzip -qo dl/ziglang-0.17.0*.whl 'ziglang/lib/libcxxabi/*' 'ziglang/lib/libunwind/*' 'ziglang/lib/libcxx/src/include/*' 'ziglang/LICENSE*' -d dl/zig; }
export LD_LIBRARY_PATH=$R/usr/lib/x86_64-linux-gnu:$R/usr/lib/llvm-22/lib
B=$R/usr/lib/llvm-22/bin; LEG=$([ $MODE = legacy ] && echo true || echo false)
F="--target=wasm32-wasi --sysroot=$R/usr -resource-dir $R/usr/lib/llvm-22/lib/clang/22 -isystem $R/usr/include/wasm32-wasi -O1 -mllvm -wasm-enable-eh -mexception-handling -mllvm -wasm-use-legacy-eh=$LEG"
X="-std=c++23 -fwasm-exceptions -nostdinc++ -isystem $R/usr/lib/llvm-22/include/wasm32-wasi/c++/v1 -isystem $R/usr/include/wasm32-wasi/c++/v1 -isystem $R/usr/lib/llvm-22/include/c++/v1"
O=cxx/$MODE; mkdir -p $O
if [ ! -f $O/done ]; then
for f in cxa_exception cxa_personality cxa_exception_storage cxa_handlers cxa_default_handlers cxa_aux_runtime cxa_virtual abort_message fallback_malloc private_typeinfo stdlib_exception stdlib_typeinfo stdlib_stdexcept stdlib_new_delete; do
  $B/clang++ $X $F -D_LIBCXXABI_BUILDING_LIBRARY -D_LIBCXXABI_HAS_NO_THREADS -D_LIBCPP_BUILDING_LIBRARY -DNDEBUG -w -I$Z/libcxxabi/include -I$Z/libcxxabi/src -I$Z/libunwind/include -I$Z/libcxx/src -c $Z/libcxxabi/src/$f.cpp -o $O/$f.o
done
$B/clang $F -fwasm-exceptions -D__WASM_EXCEPTIONS__ -D_LIBUNWIND_HIDE_SYMBOLS -DNDEBUG -w -I$Z/libunwind/include -I$Z/libunwind/src -c $Z/libunwind/src/Unwind-wasm.c -o $O/unwind.o
printf '\t.globl\t__cpp_exception\n\t.tagtype\t__cpp_exception i32\n__cpp_exception:\n' > cxx/tag.s
$B/clang --target=wasm32-wasi -mexception-handling -c cxx/tag.s -o $O/tag.o
touch $O/done; fi
for s in ../cpp/*.cpp; do n=$(basename $s .cpp); t=../cpp/$n$([ $MODE = legacy ] && echo .legacy || true).wasm
  $B/clang++ $X $F -w -c $s -o $O/$n.app.o
  $B/wasm-ld $R/usr/lib/wasm32-wasi/crt1.o $O/$n.app.o $(ls $O/*.o | grep -v app.o) -L$R/usr/lib/llvm-22/lib/wasm32-wasi -L$R/usr/lib/wasm32-wasi -lc++ -lc $R/usr/lib/llvm-22/lib/clang/22/lib/wasi/libclang_rt.builtins-wasm32.a --strip-debug -o $t
done; ls -l ../cpp/*.wasm
