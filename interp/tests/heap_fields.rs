//! Objects against a model: chains of subtypes whose fields are of all kinds, each field set and read by the types of the chain
//! that have it; arrays of all kinds, and what moves their elements. Both tiers share the layout of objects, so they
//! cannot check it on each other.

use selfsame_interp::{Config, Engine, Instance, Module, Store, Tier, Val};

/// A generator of numbers: the same in every run.
struct Numbers(u64);

impl Numbers {
    fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ self.0 >> 29
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.any() >> 16) as usize % bound
    }
}

/// What a field is stored as.
#[derive(Clone, Copy)]
enum Kind {
    I8,
    I16,
    I32,
    I64,
    V128,
    I31,
}

impl Kind {
    const ALL: [Kind; 6] = [Kind::I8, Kind::I16, Kind::I32, Kind::I64, Kind::V128, Kind::I31];

    fn text(self) -> &'static str {
        ["i8", "i16", "i32", "i64", "v128", "(ref null i31)"][self as usize]
    }

    /// The type of what is read.
    fn result(self) -> &'static str {
        ["i32", "i32", "i32", "i64", "v128", "i32"][self as usize]
    }

    /// An instruction that makes a value, and how what is then read is shown.
    fn value(self, low: u64, high: u64) -> (String, String) {
        match self {
            Kind::I8 => (format!("(i32.const {})", low as i32), format!("I32({})", low as u8)),
            Kind::I16 => (format!("(i32.const {})", low as i32), format!("I32({})", low as u16)),
            Kind::I32 => (format!("(i32.const {})", low as i32), format!("I32({})", low as i32)),
            Kind::I64 => (format!("(i64.const {})", low as i64), format!("I64({})", low as i64)),
            Kind::V128 => {
                let whole = u128::from(high) << 64 | u128::from(low);
                (format!("(v128.const i64x2 {} {})", low as i64, high as i64), format!("V128({whole})"))
            }
            Kind::I31 => (
                format!("(ref.i31 (i32.const {}))", low as i32),
                format!("I32({})", low as u32 & 0x7fff_ffff),
            ),
        }
    }

    /// Bytes of it in a data segment; `None` of references.
    fn bytes(self) -> Option<usize> {
        [Some(1), Some(2), Some(4), Some(8), Some(16), None][self as usize]
    }

    /// An instruction that reads what these operands lead to.
    fn get(self, what: &str, operands: &str) -> String {
        let packed = if matches!(self, Kind::I8 | Kind::I16) { "_u" } else { "" };
        let get = format!("({what}.get{packed} {operands})");
        if let Kind::I31 = self { format!("(i31.get_u {get})") } else { get }
    }
}

/// A module of structs, and what its function `run` returns.
fn chain(numbers: &mut Numbers) -> (String, Vec<String>) {
    let (mut fields, mut counts, mut text) = (Vec::new(), Vec::new(), String::from("(module "));
    for level in 0..1 + numbers.below(4) {
        for _ in 0..numbers.below(4) {
            fields.push(Kind::ALL[numbers.below(6)]);
        }
        counts.push(fields.len());
        let above = if level == 0 { String::new() } else { format!("$t{}", level - 1) };
        let all: String = fields.iter().map(|kind| format!("(field (mut {}))", kind.text())).collect();
        text += &format!("(type $t{level} (sub {above} (struct {all})))\n");
    }
    let last = counts.len() - 1;
    let mut body = format!("(local $x (ref null $t{last})) (local.set $x (struct.new_default $t{last}))\n");
    let mut shown = vec![String::new(); fields.len()];
    // One of the types that have the field.
    let by = |numbers: &mut Numbers, index: usize| {
        let first = counts.iter().position(|count| *count > index).expect("the last has all");
        first + numbers.below(counts.len() - first)
    };
    let mut set = |numbers: &mut Numbers, index: usize| {
        let (value, then) = fields[index].value(numbers.any(), numbers.any());
        shown[index] = then;
        format!("(struct.set $t{} {index} (local.get $x) {value})\n", by(numbers, index))
    };
    for index in 0..fields.len() {
        body += &set(numbers, index);
    }
    for _ in 0..fields.len() {
        let index = numbers.below(fields.len());
        body += &set(numbers, index);
    }
    for (index, kind) in fields.iter().enumerate() {
        body += &kind.get("struct", &format!("$t{} {index} (local.get $x)", by(numbers, index)));
    }
    let results: String = fields.iter().map(|kind| format!(" {}", kind.result())).collect();
    text += &format!("(func (export \"run\") (result{results})\n{body}))");
    (text, shown)
}

/// A module of two arrays, and what its function `run` returns.
fn arrays(numbers: &mut Numbers, kind: Kind) -> (String, Vec<String>) {
    let segment: Vec<u8> = (0..300).map(|_| numbers.any() as u8).collect();
    // What an element is shown as whose bytes are these.
    let of_segment = |at: usize, size: usize| {
        let mut bytes = [0; 16];
        bytes[..size].copy_from_slice(&segment[at..at + size]);
        let value = u128::from_le_bytes(bytes);
        kind.value(value as u64, (value >> 64) as u64).1
    };
    let mut body = String::new();
    let mut shown: [Vec<String>; 2] = Default::default();
    for (array, shown) in shown.iter_mut().enumerate() {
        let len = 1 + numbers.below(9);
        let (value, then) = kind.value(numbers.any(), numbers.any());
        match kind.bytes().filter(|_| numbers.below(2) == 0) {
            Some(size) => {
                let at = numbers.below(100);
                *shown = (0..len).map(|index| of_segment(at + index * size, size)).collect();
                body += &format!(
                    "(local.set {array} (array.new_data $t $d (i32.const {at}) (i32.const {len})))\n"
                );
            }
            None => {
                *shown = vec![then; len];
                body += &format!("(local.set {array} (array.new $t {value} (i32.const {len})))\n");
            }
        }
    }
    for _ in 0..12 {
        let (to, from) = (numbers.below(2), numbers.below(2));
        let at = numbers.below(shown[to].len() + 1);
        let (value, then) = kind.value(numbers.any(), numbers.any());
        let len = numbers.below(shown[to].len() - at + 1);
        let place = format!("(local.get {to}) (i32.const {at})");
        match numbers.below(4) {
            0 if at < shown[to].len() => {
                shown[to][at] = then;
                body += &format!("(array.set $t {place} {value})\n");
            }
            1 => {
                let size = kind.bytes();
                if let Some(size) = size {
                    let start = numbers.below(100);
                    for index in 0..len {
                        shown[to][at + index] = of_segment(start + index * size, size);
                    }
                    body +=
                        &format!("(array.init_data $t $d {place} (i32.const {start}) (i32.const {len}))\n");
                }
            }
            2 => {
                let len = len.min(shown[from].len());
                let start = numbers.below(shown[from].len() - len + 1);
                let moved = shown[from][start..start + len].to_vec();
                shown[to][at..at + len].clone_from_slice(&moved);
                let source = format!("(local.get {from}) (i32.const {start})");
                body += &format!("(array.copy $t $t {place} {source} (i32.const {len}))\n");
            }
            _ => {
                shown[to][at..at + len].fill(then);
                body += &format!("(array.fill $t {place} {value} (i32.const {len}))\n");
            }
        }
    }
    for (array, shown) in shown.iter().enumerate() {
        for index in 0..shown.len() {
            body += &kind.get("array", &format!("$t (local.get {array}) (i32.const {index})"));
        }
    }
    let shown = shown.concat();
    let results = format!(" {}", kind.result()).repeat(shown.len());
    let segment: String = segment.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let text = format!(
        "(module (type $t (array (mut {}))) (data $d \"{segment}\")
        (func (export \"run\") (result{results}) (local (ref null $t) (ref null $t))\n{body}))",
        kind.text()
    );
    (text, shown)
}

/// What `run` returns.
fn run(tier: Tier, text: &str) -> Vec<String> {
    let engine = Engine::new(Config::new().tier(tier));
    let module = Module::new(&engine, wat::parse_str(text).expect("a module")).expect("a valid module");
    let mut store = Store::new(&engine, ());
    store.set_gas(1 << 30);
    let instance = Instance::new(&mut store, &module, &[]).expect("an instance");
    let run = instance.get_func(&mut store, "run").expect("exported");
    let mut results = vec![Val::I32(0); run.ty(&store).results().len()];
    run.call(&mut store, &[], &mut results).expect("nothing traps");
    results.iter().map(|value| format!("{value:?}")).collect()
}

#[test]
fn a_field_is_where_every_type_of_the_chain_finds_it() {
    let mut numbers = Numbers(1);
    let mut inherited = 0;
    for _ in 0..300 {
        let (text, wanted) = chain(&mut numbers);
        inherited += usize::from(text.contains("$t1") && text.contains("v128"));
        for tier in [Tier::Exact, Tier::Fast] {
            assert_eq!(run(tier, &text), wanted, "{tier:?}: {text}");
        }
    }
    assert!(inherited > 50, "only {inherited} have vectors and subtypes");
}

#[test]
fn elements_are_what_was_last_put_there() {
    let mut numbers = Numbers(2);
    for _ in 0..60 {
        for kind in Kind::ALL {
            let (text, wanted) = arrays(&mut numbers, kind);
            for tier in [Tier::Exact, Tier::Fast] {
                assert_eq!(run(tier, &text), wanted, "{tier:?}: {text}");
            }
        }
    }
}
