//! Good inputs, from which the corpora started. What was found later stands in the corpora alone.

use crate::generate::{self, FIRST_ODD};
use crate::targets::world::{address, call, module, world};
use selfsame_calldata::{encode, text};
use selfsame_figures::generated::Numbers;
use selfsame_hostabi::message::StartupMessage;
use selfsame_hostabi::protocol::write_frame;
use selfsame_hostabi::result::{InternalError, Outcome, Position, Ran, Report, Vote, frames, personal};
use selfsame_hostabi::runner::{build, custom_id, packaged_id};
use selfsame_hostabi::vm::Run;
use std::path::Path;

/// An input: its target, its name, its octets.
pub type Seed = (&'static str, String, Vec<u8>);

/// All of them.
///
/// # Panics
/// If a program of the project cannot be read.
#[must_use]
pub fn all() -> Vec<Seed> {
    let mut seeds = modules();
    for target in ["tiers", "wasmi", "floats", "wasi", "contracts"] {
        seeds.extend((0..8).map(|seed| (target, format!("seed-{seed}"), small(seed))));
    }
    // Objects and exceptions; addresses of 64 bits, pages of bytes, wide arithmetic.
    for seed in 8..24 {
        let octets = generate::bytes(FIRST_ODD + 2 * seed + 1);
        seeds.push(("tiers", format!("seed-{seed}"), octets));
    }
    seeds.extend(VALUES.iter().enumerate().map(|(at, value)| named("calldata", at, &octets(value))));
    seeds.extend(VALUES.iter().enumerate().map(|(at, value)| named("calldata", at + 100, value.as_bytes())));
    seeds.extend(REQUESTS.iter().enumerate().map(|(at, value)| named("requests", at, &octets(value))));
    seeds.extend(runners());
    seeds.extend(results());
    seeds.extend(protocol());
    seeds
}

fn named(target: &'static str, at: usize, octets: &[u8]) -> Seed {
    (target, format!("seed-{at}"), octets.to_vec())
}

/// Decisions for a generator, not many.
fn small(seed: u64) -> Vec<u8> {
    let mut numbers = Numbers(seed);
    (0..512 << (seed % 3)).map(|_| numbers.any() as u8).collect()
}

fn octets(value: &str) -> Vec<u8> {
    encode(&text::parse(value).unwrap_or_else(|error| panic!("{value}: {error}")))
}

fn modules() -> Vec<Seed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/wat");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|file| file.expect("a readable folder").path())
        .collect();
    files.sort();
    let programs = files.iter().map(|file| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        ("module", name, wat::parse_file(file).expect("a program of the project"))
    });
    let generated = (0..400).filter_map(|seed| Some((seed, generate::case(&generate::bytes(seed))?)));
    let generated = generated.filter(|(_, case)| (100..500).contains(&case.bytes.len())).take(20);
    let texts = REFERENCES.iter().map(|text| ("references", text)).enumerate();
    let texts = texts.chain(EXCEPTIONS.iter().map(|text| ("exceptions", text)).enumerate());
    let texts = texts.chain(WIDE.iter().map(|text| ("wide", text)).enumerate());
    let texts = texts.map(|(at, (group, text))| {
        let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        ("module", format!("{group}-{at}"), bytes)
    });
    programs
        .filter(|(_, _, bytes)| bytes.len() < 2000)
        .chain(texts)
        .chain(generated.map(|(seed, case)| ("module", format!("generated-{seed}"), case.bytes)))
        .collect()
}

/// Modules with typed function references, which the generator makes only together with GC.
const REFERENCES: [&str; 4] = [
    r#"(module (type $t (func (param i32) (result i32))) (elem declare func $f)
        (func $f (export "f") (type $t) (local $r (ref null $t))
            (if (i32.gt_s (local.get 0) (i32.const 1)) (then (local.set $r (ref.func $f))))
            (return_call_ref $t (i32.sub (local.get 0) (i32.const 1)) (local.get $r)))
        (func (export "g") (param i32) (result i32) (call_ref $t (local.get 0) (ref.func $f))))"#,
    r#"(module (type $t (func (param i32) (result i32))) (table $t 4 8 (ref null $t)) (elem (table $t) (i32.const 1) (ref null $t)
            (ref.func $f) (ref.null $t) (ref.func $g))
        (func $f (type $t) (i32.mul (local.get 0) (i32.const 3)))
        (func $g (type $t) (call_indirect $t (type $t) (local.get 0) (i32.and (local.get 0) (i32.const 3))))
        (func (export "n") (param i32) (result i32) (local $r (ref null $t))
            (local.set $r (table.get $t (i32.and (local.get 0) (i32.const 7))))
            (block $null (result i32) (i32.const 9) (local.get 0) (br_on_null $null (local.get $r)) (call_ref $t) (i32.add))))"#,
    r#"(module (type $t (func (result i64))) (type $u (func (param (ref $t) (ref null $t)) (result (ref $t))))
        (global (export "g") (mut (ref null $t)) (ref.func $a)) (elem declare func $a $c)
        (func $a (type $t) (i64.const 5))
        (func $c (export "c") (type $u)
            (block $some (result (ref $t)) (br_on_non_null $some (local.get 1)) (ref.as_non_null (global.get 0))))
        (func (export "r") (param i32) (result i64)
            (call_ref $t (call_ref $u (ref.func $a) (select (result (ref null $t)) (global.get 0) (ref.null $t) (local.get 0))
                (ref.func $c)))))"#,
    r#"(module (type $v (func (param v128) (result v128 i32))) (import "m" "f" (func $m (type $v))) (import "m" "g" (global (ref null func)))
        (table 1 1 (ref func) (ref.func $h)) (elem declare func $h $m)
        (func $h (type $v) (loop $l (param) (drop (block (result (ref null $v)) (br_on_null 1 (ref.func $h)))))
            (local.get 0) (i32.const 1))
        (func (export "x") (result i32) (v128.const i64x2 1 2) (call_ref $v (ref.func $h)) (drop)
            (call_ref $v (ref.func $m)) (i32.add (ref.is_null (table.get (i32.const 0)))) (return)))"#,
];

/// Modules with exceptions, more tangled than what the generator makes of them.
const EXCEPTIONS: [&str; 4] = [
    r#"(module (tag $a (param i32)) (tag $b) (memory 1)
        (func $deep (export "d") (param i32) (result i32)
            (if (i32.eqz (local.get 0)) (then (throw $a (i32.const 7))))
            (i32.add (local.get 0) (call $deep (i32.sub (i32.and (local.get 0) (i32.const 31)) (i32.const 1)))))
        (func (export "c") (param i32) (result i32)
            (block $n
                (block $l (result i32) (local.get 0)
                    (try_table (param i32) (result i32) (catch $b $n) (catch $a $l) (call $deep)))
                (return (i32.add (i32.const 100))))
            (i32.const 5)))"#,
    r#"(module (tag $a (param i64 v128)) (tag $b (param exnref)) (global $kept (mut exnref) (ref.null exn))
        (func $keep (export "k") (param i64)
            (block $l (result i64 v128 exnref) (try_table (catch_ref $a $l) (throw $a (local.get 0) (v128.const i64x2 1 2))) (unreachable))
            (global.set $kept) (drop) (drop))
        (func (export "t") (param i32) (result i64)
            (block $l (result i64 v128) (try_table (catch $a $l) (throw_ref (global.get $kept))) (unreachable)) (drop))
        (func (export "n") (block $l (result exnref) (try_table (catch_all_ref $l) (throw $b (global.get $kept))) (return))
            (global.set $kept)))"#,
    r#"(module (import "m" "t" (tag $m (param i32))) (import "m" "f" (func $f (param i32) (result i32))) (tag (export "own") (param i32))
        (table 4 exnref) (func $throw (param i32) (if (local.get 0) (then (throw $m (local.get 0)))) (throw 1 (i32.const 3)))
        (func (export "x") (param i32) (result i32) (local $n i32) (local $e exnref)
            (loop $again (param) (result i32)
                (block $c (result i32 exnref)
                    (try_table (catch_ref $m $c) (catch_ref 1 $c) (drop (call $f (local.get 0))) (call $throw (local.get $n))) (unreachable))
                (local.set $e) (local.set $n) (table.set (i32.and (local.get $n) (i32.const 3)) (local.get $e))
                (br_if $again (i32.lt_u (local.get $n) (i32.const 3))) (local.get $n))))"#,
    r#"(module (type $t (func)) (tag $a) (table 1 funcref) (elem (i32.const 0) $one)
        (func $one (try_table (return_call $two)) (throw $a))
        (func $two (export "two") (throw $a))
        (func (export "i") (param i32) (result i32)
            (if $l (result i32) (local.get 0)
                (then (block $c (try_table (catch_all $c) (call_indirect (type $t) (i32.const 0)) (return (i32.const 5)))) (i32.const 1))
                (else (loop $c (try_table (catch $a $c) (call $two))) (i32.const 2)))))"#,
];

/// Modules with 64-bit addresses, pages of single bytes, and wide arithmetic.
const WIDE: [&str; 4] = [
    r#"(module (memory i64 1 3) (memory $b 5 100 (pagesize 1)) (data (i64.const 60) "0123456789") (data $p "abc")
        (func (export "f") (param i64 i32) (result i64)
            (i64.store offset=8 (local.get 0) (i64.const 99))
            (memory.copy $b 0 (i32.const 1) (i64.and (local.get 0) (i64.const 127)) (i32.const 3))
            (memory.fill 0 (i64.const 65000) (local.get 1) (i64.const 40))
            (memory.init 0 $p (i64.const 64999) (i32.const 1) (i32.const 2))
            (drop (memory.grow $b (local.get 1)))
            (i64.add (i64.load8_u $b offset=1 (local.get 1)) (i64.add (memory.size 0) (i64.load32_u offset=4 (local.get 0)))))
        (func (export "g") (param i64) (result i64) (memory.grow 0 (local.get 0))))"#,
    r#"(module (type $t (func (param i64) (result i64))) (table $t i64 4 9 funcref) (table $u 3 funcref)
        (elem (table $t) (i64.const 1) func $f $g) (elem $e func $g $f)
        (func $f (type $t) (i64.add (local.get 0) (i64.const 1)))
        (func $g (type $t) (return_call_indirect $t (type $t) (local.get 0) (i64.and (local.get 0) (i64.const 1))))
        (func (export "c") (param i64 i64) (result i64)
            (table.copy $u $t (i32.const 1) (i64.and (local.get 1) (i64.const 3)) (i32.const 1))
            (table.init $t $e (i64.const 2) (i32.const 0) (i32.const 2))
            (table.set $t (i64.const 0) (table.get $u (i32.const 1)))
            (drop (table.grow $t (ref.func $f) (local.get 1)))
            (table.fill $t (local.get 1) (ref.null func) (i64.const 1))
            (call_indirect $t (type $t) (local.get 0) (local.get 1)))
        (func (export "s") (result i64) (table.size $t)))"#,
    r#"(module (global (export "low") (mut i64) (i64.const 1)) (global (export "high") (mut i64) (i64.const 0))
        (func (export "f") (param $n i64) (result i64 i64) (local $low i64) (local $high i64)
            (local.set $low (i64.const 1)) (local.set $n (i64.and (local.get $n) (i64.const 63)))
            (loop $l (i64.mul_wide_u (local.get $low) (local.get $n)) (i64.const 0) (i64.mul (local.get $high) (local.get $n))
                (i64.add128) (local.set $high) (local.set $low)
                (br_if $l (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0))))
            (i64.sub128 (local.get $low) (local.get $high) (global.get 0) (global.get 1))
            (global.set 1) (global.set 0) (i64.mul_wide_s (global.get 0) (global.get 1))))"#,
    r#"(module (memory i64 1 0x1000000000000) (memory $b i64 20 0xffffffffffffffff (pagesize 1))
        (func (export "v") (param i64) (result v128)
            (v128.store offset=3 (local.get 0) (v128.load64_splat $b (i64.and (local.get 0) (i64.const 15))))
            (v128.store8_lane $b 5 (i64.const 2) (v128.load16x4_s (local.get 0)))
            (v128.load32_lane $b offset=4 2 (local.get 0) (v128.load offset=0x10000 (i64.sub (local.get 0) (i64.const 0x10000)))))
        (func (export "z") (param i64) (result i64 i64) (memory.grow $b (local.get 0)) (memory.size $b)))"#,
];

/// Values of every kind, in text.
const VALUES: [&str; 9] = [
    "null",
    "true",
    "-1",
    "123456789012345678901234567890",
    "addr#0102030405060708090a0b0c0d0e0f1011121314",
    "b#00ff7f80",
    r#""a text, ünï \"""#,
    r#"[1,[2,[3,[]]],{}]"#,
    r#"{"":"pay","args":[addr#1111111111111111111111111111111111111111,1000],"kwargs":{"a":null,"b":[b#01]}}"#,
];

/// One of each request.
const REQUESTS: [&str; 18] = [
    r#"{"EthSend":{"address":addr#1111111111111111111111111111111111111111,"calldata":b#,"value":0}}"#,
    r#"{"EthCall":{"address":addr#1111111111111111111111111111111111111111,"calldata":b#01}}"#,
    r#"{"CallContract":{"address":addr#1111111111111111111111111111111111111111,"calldata":{},"state":0}}"#,
    r#"{"PostMessage":{"address":addr#1111111111111111111111111111111111111111,"calldata":{},"on":"accepted","value":0}}"#,
    r#"{"DeployContract":{"calldata":{},"code":b#01,"on":"finalized","salt_nonce":0,"value":0}}"#,
    r#"{"RunNondet":{"data_leader":b#00,"data_validator":b#00}}"#,
    r#"{"Sandbox":{"allow_register_runners":false,"allow_send_messages":false,"allow_write_storage":true,"data":b#00,"runner":"contract"}}"#,
    r#"{"RegisterRunner":{"code":b#23207b7d}}"#,
    r#"{"MapFile":{"path_in_runner":"file","path_in_vfs":"/x","runner":"contract"}}"#,
    r#"{"WebRender":{"mode":"text","url":"u","wait_after_loaded":"0s"}}"#,
    r#"{"WebRequest":{"headers":{},"method":"GET","url":"u"}}"#,
    r#"{"ExecPrompt":{"images":[],"prompt":"p"}}"#,
    r#"{"ExecPromptTemplate":{"criteria":"c","input":"i","task":"t","template":"EqNonComparativeLeader"}}"#,
    r#"{"EmitEvent":{"blob":{},"topics":[]}}"#,
    r#"{"EmitEvent":{"blob":{"a":1},"topics":[b#0000000000000000000000000000000000000000000000000000000000000001]}}"#,
    r#"{"Trace":"RuntimeMicroSec"}"#,
    r#"{"Yield":null}"#,
    r#"{"GetTimestamp":null}"#,
];

fn runners() -> Vec<Seed> {
    let json = r#"{"Seq":[{"AddEnv":{"name":"A","val":"${A}b"}},{"MapFile":{"file":"py/","to":"/lib"}},{"Depends":"lib:x"},{"With":{"runner":"contract","action":{"SetArgs":["a","b"]}}},{"When":{"cond":"det","action":{"LinkWasm":"m"}}},{"StartWasm":"file"}]}"#;
    let plain = r#"{"Seq":[{"SetArgs":["a"]},{"StartWasm":"file"}]}"#;
    let zip = build::zip([("runner.json", json), ("py/os", "x"), ("file", "\0asm"), ("version", "v0.1.0")]);
    let zip = zip.expect("good names");
    let text = format!("# v0.1.0\n# {plain}\nprint(1)\n");
    let wasm = wat::parse_str("(module (memory 1) (func (export \"_start\")))").expect("a module");
    let packaged = packaged_id("lib", &zip).expect("a good name").to_string();
    let custom = custom_id(&wasm).to_string();
    let chain = "chain:0x1111111111111111111111111111111111111111/accepted";
    let all: [&[u8]; 9] = [
        &zip,
        text.as_bytes(),
        &wasm,
        json.as_bytes(),
        plain.as_bytes(),
        packaged.as_bytes(),
        custom.as_bytes(),
        chain.as_bytes(),
        b"v0.1.0",
    ];
    all.iter().enumerate().map(|(at, octets)| named("runners", at, octets)).collect()
}

fn results() -> Vec<Seed> {
    let mut world = world(1);
    let at = address(0x11);
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for (name, method) in [("composer", "blocks"), ("misbehave", "write_then_trap"), ("token", "mint")] {
        world.deploy(at, module(name), vec![]);
        let args = if method == "blocks" { vec![2.into()] } else { vec![] };
        let key = personal::key(&[9; 32], &address(1));
        let run = Run::new(world.message(at, call(method, args)), 1_000_000);
        let done = world.fast.execute(world.host(), Run { personal_key: Some(key), ..run });
        seeds.push(done.report.encode());
        seeds.extend(done.report.outcome().map(Outcome::buffer));
        seeds.push(frames::described("what", &done.fingerprint()));
        let ran = done.report.execution_hash().map(|hash| Ran {
            disagreement: Some(1),
            execution_hash: *hash,
            frames: done.fingerprint().frames,
            public: done.fingerprint().module_instances,
            personal: done.personal.clone().unwrap_or_default(),
        });
        let votes = [ran.map(Position::Ran), Some(Position::TimeOut)].into_iter().flatten();
        let votes = votes.map(|position| Vote { transaction: [9; 32], validator: address(1), position });
        seeds.extend(votes.map(|vote| vote.encode()));
    }
    seeds.push(Report::internal(InternalError::new("none")).encode());
    seeds.push(world.message(at, vec![6]).encode());
    for code in ["exit_code 7", "wasm_trap unreachable", "out_of memory", "leader_fault nondet_output absent"]
    {
        seeds.push(code.as_bytes().to_vec());
        seeds.push([&[2], code.as_bytes()].concat());
    }
    seeds.iter().enumerate().map(|(at, octets)| named("results", at, octets)).collect()
}

fn protocol() -> Vec<Seed> {
    let message = StartupMessage::main(ruint::aliases::U256::from(1), address(1), address(2), *b"\x06");
    let message = selfsame_calldata::decode(&message.encode()).expect("a message is calldata");
    let inputs = |sync: bool, results: &str| {
        octets(&format!(
            r#"{{"allocations":[],"bucket_totals":[5],"code":null,"fees":null,"leader_results":{results},"message":{message},"permissions":{{"call_others":true,"register_runners":true,"send_messages":true,"spawn_nondet":true,"write_storage":true}},"personal_key":null,"sync":{sync},"time":1000,"version":1,"view":0}}"#
        ))
    };
    let leader = inputs(false, "null");
    let sync = inputs(true, "[b#,b#0000]");
    let stream = |frames: &[&[u8]]| {
        let mut out = Vec::new();
        for frame in frames {
            write_frame(&mut out, frame).expect("a vector takes all");
        }
        out
    };
    let number = [&[0][..], &[7; 32]].concat();
    let read = [&[0][..], &[9; 40]].concat();
    let good: [&[u8]; 7] =
        [&leader, &read, &number, &[0, 2, 0, 0, 0, 1, 2], &[0, 1, 1, 0, 0, 0, 5], &number, &read];
    let refused: [&[u8]; 4] = [&sync, &read, &number, &[1]];
    let all = [leader.clone(), sync.clone(), stream(&good), stream(&refused), stream(&[&leader])];
    all.iter().enumerate().map(|(at, octets)| named("protocol", at, octets)).collect()
}
