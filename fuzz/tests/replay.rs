//! Every input of the corpora, through its target. What was found once is in there too, under a name that says
//! what it was.

use selfsame_fuzz::target_of;
use std::path::Path;

/// Runs the corpus of a target; none of them may be empty.
fn replay(name: &str) {
    let target = target_of(name).expect("a target");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|file| file.expect("a readable folder").path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "there is no corpus in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        let _ = target.run(&std::fs::read(&file).expect("a readable file"));
    }
}

macro_rules! replays {
    ($($name:ident)*) => { $(#[test] fn $name() { replay(stringify!($name)); })* };
}
replays!(module tiers wasmi floats calldata runners wasi requests results protocol contracts);
