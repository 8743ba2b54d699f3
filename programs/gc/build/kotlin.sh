#!/bin/bash
# Kotlin/Wasm (npm kotlin-compiler@2.4.20, needs java 17): sources in ../kotlin/*.kt -> ../kotlin/*.wasm
set -e; cd "$(dirname "$0")"
[ -d dl/kotlinc ] || (mkdir -p dl; cd dl; npm pack kotlin-compiler@2.4.20 >/dev/null 2>&1; tar xzf kotlin-compiler-2.4.20.tgz; mv package kotlinc)
L=dl/kotlinc/lib; names="$*"; [ -n "$names" ] || names=$(cd ../kotlin; ls *.kt | sed 's/\.kt$//')
java -Xmx2g -XX:+UseSerialGC -cp "$L/kotlin-compiler.jar:$L/kotlin-stdlib.jar:$L/kotlin-reflect.jar:$L/kotlin-script-runtime.jar:$L/kotlin-daemon-client.jar:$L/annotations-13.0.jar:$L/kotlinx-coroutines-core-jvm.jar" BuildKt.java dl/kotlinc ../kotlin kt $names
for n in $names; do cp kt/$n/$n.wasm ../kotlin/; done; ls -l ../kotlin/*.wasm
