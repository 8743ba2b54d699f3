//! What contracts bring along: archives, `runner.json`, identifiers, versions.

use selfsame_hostabi::runner::{
    Archive, CanonicalId, Mode, RunnerError, RunnerId, Script, Step, Version, Walker, custom_id, mappings,
};
use std::sync::Arc;

/// Steps of a plan that are followed.
const STEPS: usize = 1000;

/// Octets as an archive, as a `runner.json`, as an identifier and as a version.
///
/// # Panics
/// If something is read in two ways, or if the plan of an archive does not end.
pub fn runners(data: &[u8]) {
    let octets: Arc<[u8]> = data.into();
    let (archive, again) = (Archive::parse(Arc::clone(&octets)), Archive::parse(octets));
    match (archive, again) {
        (Ok(archive), Ok(again)) => {
            assert!(archive.files().eq(again.files()), "two readings differ");
            follow(&archive, data);
        }
        (Err(one), Err(other)) => assert_eq!(one, other),
        _ => panic!("two readings differ"),
    }
    let _no_panic = Script::parse(data);
    if let Ok(version) = Version::parse(data) {
        assert_eq!(Version::parse(version.to_string().as_bytes()), Ok(version));
    }
    if let Some(id) = std::str::from_utf8(data).ok().and_then(|text| RunnerId::parse(text).ok())
        && let Some(canonical) = id.canonical()
    {
        let written = canonical.to_string();
        let read = RunnerId::parse(&written).expect("a canonical identifier is one");
        assert_eq!(read.canonical(), Some(canonical), "{written}");
    }
}

/// Carries out the plan of an archive, where every other runner is this one too.
fn follow(archive: &Archive, data: &[u8]) {
    for (name, file) in archive.files() {
        assert_eq!(archive.get(name), Some(file), "{name}");
        assert!(archive.starting_with(name).any(|(other, _)| other == name), "{name}");
    }
    let _no_panic = archive.version();
    for mode in [Mode::Det, Mode::Nondet] {
        let id = custom_id(data);
        if let Ok(walker) = Walker::new(mode, id.clone(), archive.clone()) {
            let _ends = walk(walker, &id, archive);
        }
    }
}

fn walk(mut walker: Walker, own: &CanonicalId, archive: &Archive) -> Result<(), RunnerError> {
    for _ in 0..STEPS {
        match walker.step()? {
            Step::MapFile { runner, file, to } => {
                for mapping in mappings(&runner.archive, &file, &to)?.take(STEPS) {
                    mapping.check_place()?;
                    mapping.check_name()?;
                    let _no_overflow = mapping.charge();
                }
            }
            Step::StartWasm(_) => return Ok(()),
            Step::Load(id) => {
                let id = id.resolve(own, |_| Err(RunnerError::Absent))?;
                walker.supply(id, |_| Ok::<_, RunnerError>(archive.clone()))?;
            }
            Step::AddEnv { .. } | Step::AddArg(_) | Step::LinkWasm(_) => {}
        }
    }
    Ok(())
}
