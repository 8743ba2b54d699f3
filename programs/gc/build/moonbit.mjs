// MoonBit (compiler in JS + core library sources in npm @moonbit/moonpad-monaco@0.1.202602255): ../moonbit/*.mbt -> *.wasm (wasm-gc)
// node build-moonbit.mjs NPMDIR [NAME...]
import fs from 'node:fs'; import path from 'node:path'; import vm from 'node:vm';
const [npm, ...only] = process.argv.slice(2);
const target = 'wasm-gc';
const dist = npm + '/node_modules/@moonbit/moonpad-monaco/dist';
// the library's files, embedded as base64
const js = fs.readFileSync(dist + '/moonpad-monaco.js', 'utf8');
const vals = new Map(); for (const m of js.matchAll(/([A-Za-z_$][\w$]*) = d\("([A-Za-z0-9+/=]*)"\)/g)) vals.set(m[1], m[2]);
const file = new Map(); for (const m of js.matchAll(/\["(\/lib\/core\/[^"]+)"\] = ([A-Za-z_$][\w$]*);/g)) file.set(m[1], Buffer.from(vals.get(m[2]), 'base64'));
// the compiler: take its API object instead of serving it to a page
let src = fs.readFileSync(dist + '/moonc-worker.js', 'utf8');
src = src.replace(/var (\w+)=(\w+\(\w+\(\)\));\w+\(\1\);/, 'globalThis.__moonc=$2;');
import { createRequire } from 'node:module'; globalThis.require = createRequire(import.meta.url); vm.runInThisContext(src, { filename: 'moonc.js' }); const moonc = globalThis.__moonc;
const pj = JSON.parse(file.get('/lib/core/_build/packages.json'));
const pk = new Map(pj.packages.map(p => [p.root + '/' + p.rel, p]));
const mi = new Map(), core = new Map();
const cache = 'moonbit/cache'; fs.mkdirSync(cache, { recursive: true });
const last = s => s.split('/').at(-1);
function closure(p, set = new Set()) { for (const d of pk.get(p).deps) { if (!set.has(d.path)) { set.add(d.path); closure(d.path, set); } } return set; }
function build(name) {
  if (core.has(name)) return; const p = pk.get(name);
  for (const d of p.deps) build(d.path);
  const cf = cache + '/' + p.rel.replaceAll('/', '+');
  if (fs.existsSync(cf + '.core')) { mi.set(name, fs.readFileSync(cf + '.mi')); core.set(name, fs.readFileSync(cf + '.core')); return; }
  const files = Object.entries(p.files).filter(([f, c]) => c.backend.includes('WasmGC') && c.optlevel.includes('Release')).map(([f]) => [f, file.get(f.replace('moonbit-core:', '')).toString()]);
  const direct = new Set(p.deps.map(d => d.path));
  const miName = q => `/lib/core/${pk.get(q).rel}/${last(q)}.mi`;
  const r = moonc.buildPackage({ mbtFiles: files, miFiles: [...p.deps.map(d => [miName(d.path) + ':' + d.alias, mi.get(d.path)]),
      ...[...closure(name)].filter(q => !direct.has(q)).map(q => [miName(q) + ':' + pk.get(q).rel, mi.get(q)])],
    indirectImportMiFiles: [], stdMiFiles: [],
    target, pkg: name, pkgSources: ['moonbitlang/core:moonbit-core:/lib/core'], errorFormat: 'human', isMain: false, enableValueTracing: false, noOpt: false });
  if (!r.core) { console.error('core package', name, 'failed:\n', r.diagnostics.slice(0, 4).join('\n')); process.exit(1); }
  mi.set(name, r.mi); core.set(name, r.core); fs.writeFileSync(cf + '.mi', r.mi); fs.writeFileSync(cf + '.core', r.core);
}
for (const n of ['prelude', 'array', 'string', 'hashmap', 'list', 'sorted_map', 'priority_queue', 'double', 'int64', 'error']) build('moonbitlang/core/' + n);
console.log('core built', core.size);
const std = [...pk.values()].filter(p => core.has(p.root + '/' + p.rel)).map(p => [`/lib/core/${p.rel}:${p.rel}`, mi.get(p.root + '/' + p.rel)]);
for (const f of fs.readdirSync('../moonbit').filter(f => f.endsWith('.mbt'))) {
  const n = f.slice(0, -4); if (only.length && !only.includes(n)) continue;
  const r = moonc.buildPackage({ mbtFiles: [[f, fs.readFileSync('../moonbit/' + f, 'utf8')]], miFiles: [], indirectImportMiFiles: [], stdMiFiles: std,
    target, pkg: 'gcprog/' + n, pkgSources: [`gcprog/${n}:gcprog:/`], errorFormat: 'human', isMain: true, enableValueTracing: false, noOpt: false });
  if (!r.core) { console.error(n, r.diagnostics.slice(0, 6).join('\n')); process.exitCode = 1; continue; }
  const e = r.diagnostics.filter(d => /rror/.test(d)); if (e.length) console.error(e.join('\n'));
  const l = moonc.linkCore({ coreFiles: [...core.values(), r.core], main: 'gcprog/' + n, pkgSources: ['moonbitlang/core:moonbit-core:/lib/core', `gcprog/${n}:gcprog:/`],
    target, exportedFunctions: [], outputFormat: 'wasm', testMode: false, debug: false, noOpt: false, sourceMap: false, sources: {}, stopOnMain: false });
  fs.writeFileSync(`../moonbit/${n}.wasm`, l.result); console.log(n, l.result.length);
}
