// One warm JVM: compiles each ../kotlin/NAME.kt to a klib, then links it to NAME.wasm (WASI target, exnref exceptions).
// java -Xmx2g -cp KOTLINC/lib/kotlin-compiler.jar:KOTLINC/lib/kotlin-stdlib.jar:... BuildKt.java KOTLINC SRCDIR WORKDIR NAME...
import java.io.*; import java.util.*;
public class BuildKt {
    public static void main(String[] a) throws Exception {
        String home = a[0], src = a[1], work = a[2];
        String std = home + "/lib/kotlin-stdlib-wasm-wasi.klib";
        Class<?> c = Class.forName("org.jetbrains.kotlin.cli.js.KotlinWasmCompiler");
        boolean bad = false;
        for (int i = 3; i < a.length; i++) {
            String n = a[i]; long t = System.currentTimeMillis();
            bad |= run(c, "-kotlin-home", home, "-nowarn", "-Xwasm-target=wasm-wasi", "-libraries", std,
                "-ir-output-dir", work + "/klib", "-ir-output-name", n, src + "/" + n + ".kt");
            bad |= run(c, "-kotlin-home", home, "-nowarn", "-Xwasm-target=wasm-wasi", "-libraries", std,
                "-Xinclude=" + work + "/klib/" + n + ".klib", "-Xir-produce-js", "-Xir-dce", "-Xwasm-use-new-exception-proposal",
                "-ir-output-dir", work + "/" + n, "-ir-output-name", n);
            System.out.println(n + " " + (System.currentTimeMillis() - t) + " ms");
        }
        System.exit(bad ? 1 : 0);
    }
    static boolean run(Class<?> c, String... args) throws Exception {
        Object k = c.getDeclaredConstructor().newInstance();
        Object code = c.getMethod("exec", PrintStream.class, String[].class).invoke(k, System.err, args);
        if (!code.toString().equals("OK")) { System.err.println("FAILED " + code + " " + String.join(" ", args)); return true; }
        return false;
    }
}
