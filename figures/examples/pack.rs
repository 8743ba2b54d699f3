//! `cargo run -p selfsame-figures --example pack -- FILE`: writes the scripts of the official suite, of every
//! folder, into a file for `selfsame-figures suite`.

use selfsame_figures::suite::{Script, pack};
use selfsame_spec_tests::suite;
use std::fs::File;
use std::io::{self, BufWriter, Write};

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("pack FILE"))?;
    let mut out = BufWriter::new(File::create(path)?);
    let mut count = 0;
    for set in suite::sets() {
        for file in set.files() {
            let script = Script { name: file.name, edition: set.edition, text: file.text.into() };
            pack(&mut out, &script)?;
            count += 1;
        }
    }
    println!("{count} scripts");
    out.flush()
}
