//! `generate FILE COUNT [FIRST]`: writes COUNT generated modules with their plans into a file for
//! `selfsame-figures modules`, from seed FIRST (0) on. Where a plan asks for the host's floats, soft ones take
//! their place: only those are the same on every machine. Calls get [`GAS`] at most: loops that go on for longer
//! show nothing new, and emulators are slow.

use selfsame_figures::generated::pack;
use selfsame_fuzz::generate::{bytes, case};
use selfsame_interp::Mode;
use std::fs::File;
use std::io::{self, BufWriter, Write};

const GAS: u64 = 5_000;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| args.get(at).and_then(|arg| arg.parse::<u64>().ok());
    let (Some(path), Some(count)) = (args.first(), number(1)) else {
        return Err(io::Error::other("generate FILE COUNT [FIRST]"));
    };
    let mut out = BufWriter::new(File::create(path)?);
    let mut seed = number(2).unwrap_or(0);
    let mut written = 0;
    while written < count {
        if let Some(mut case) = case(&bytes(seed)) {
            if case.plan.mode == Mode::NonDeterministic {
                case.plan.mode = Mode::Deterministic;
            }
            case.plan.gas = case.plan.gas.min(GAS);
            pack(&mut out, &case)?;
            written += 1;
        }
        seed += 1;
    }
    println!("{written} modules, up to seed {seed}");
    out.flush()
}
