use super::super::build;
use super::*;
use proptest::prelude::*;

fn parse(octets: impl AsRef<[u8]>) -> Result<Archive, RunnerError> {
    Archive::parse(octets.as_ref().into())
}

fn names(archive: &Archive) -> Vec<&str> {
    archive.files().map(|(name, _)| name).collect()
}

/// A module without `_start`: nothing but its header, and with a version.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const VERSIONED: &[u8] = b"\0asm\x01\0\0\0\0\x15\x0dgenvm.versionv1.2.3\n";

#[test]
fn a_module_is_a_file_that_starts_itself() {
    let archive = parse(MODULE).unwrap();
    assert_eq!((archive.layout(), archive.size()), (Wasm, 8));
    assert_eq!(names(&archive), ["file", "runner.json", "version"]);
    assert_eq!(**archive.get("file").unwrap(), *MODULE);
    assert_eq!(**archive.get("runner.json").unwrap(), *br#"{ "StartWasm": "file" }"#);
    assert_eq!(**archive.get("version").unwrap(), *b"v0.1.0");
    assert_eq!(*archive.script().unwrap(), Script::parse(br#"{"StartWasm":"file"}"#).unwrap());
    assert_eq!(archive.version(), Ok(Version::DEFAULT));
    assert_eq!(parse(VERSIONED).unwrap().version(), Ok(Version { major: 1, minor: 2, patch: 3 }));
}

#[test]
fn another_version_of_wasm_is_no_module() {
    assert_eq!(parse(b"\0asm\x02\0\0\0"), Err(RunnerError::Absent));
    assert_eq!(parse(b"\0asm"), Err(RunnerError::Absent));
    assert_eq!(parse(b"\0asm\xff\0\0\0"), Err(RunnerError::NotUtf8));
}

#[test]
fn a_text_is_a_file_with_its_header_taken_out() {
    let text = "# v0.2.0\r\n# {\"StartWasm\":\n#\"file\"}\nprint(1)\n";
    let archive = parse(text).unwrap();
    assert_eq!((archive.layout(), archive.size()), (Text, text.len() as u64));
    assert_eq!(names(&archive), ["file", "runner.json", "version"]);
    assert_eq!(**archive.get("file").unwrap(), *text.as_bytes());
    assert_eq!(**archive.get("runner.json").unwrap(), *br#" {"StartWasm":"file"}"#);
    assert_eq!(**archive.get("version").unwrap(), *b"v0.2.0");
    assert_eq!(archive.version().unwrap().minor, 2);
}

#[test]
fn the_version_of_an_archive_is_a_file() {
    let zip = |files: &[(&str, &str)]| parse(build::zip(files.iter().copied()).unwrap()).unwrap();
    assert_eq!(zip(&[("version", " v3.0.1\n")]).version(), Ok(Version { major: 3, minor: 0, patch: 1 }));
    assert_eq!(zip(&[]).version(), Ok(Version::DEFAULT));
    assert_eq!(names(&zip(&[])), [""; 0]);
    assert!(matches!(zip(&[("version", "")]).version(), Err(Malformed(_))));
    assert!(matches!(zip(&[]).script(), Err(Malformed(_))));
}

#[test]
fn the_order_of_the_layouts_is_zip_then_wasm_then_text() {
    let zip = build::zip([("a", "b")]).unwrap();
    // Neither a ZIP archive behind another layout nor another layout behind an archive counts.
    assert_eq!(parse([MODULE, &zip].concat()).unwrap().layout(), Wasm);
    assert_eq!(parse([b"# {}\n", &*zip].concat()), Err(RunnerError::NotUtf8));
    assert!(matches!(parse(b"PK\x03\x04"), Err(Malformed(_))));
    assert_eq!(parse(b"PK\x01\x02"), Err(RunnerError::Absent));
    assert_eq!(parse(b"PK"), Err(RunnerError::Absent));
    assert_eq!(parse(b""), Err(RunnerError::Absent));
}

#[test]
fn files_are_found_by_prefix_in_order() {
    let files = [("libx", ""), ("lib/b/c", ""), ("lib/a", ""), ("lib", ""), ("z", "")];
    let archive = parse(build::zip(files).unwrap()).unwrap();
    let found = |prefix| archive.starting_with(prefix).map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(found("lib/"), ["lib/a", "lib/b/c"]);
    assert_eq!(found("lib"), ["lib", "lib/a", "lib/b/c", "libx"]);
    assert_eq!(found(""), names(&archive));
    assert_eq!(found("lib0"), [""; 0]);
    assert_eq!(found("zz"), [""; 0]);
}

#[test]
fn the_files_share_the_octets_of_a_layout_without_entries() {
    let octets: Arc<[u8]> = MODULE.into();
    assert!(Arc::ptr_eq(&octets, Archive::parse(octets.clone()).unwrap().get("file").unwrap()));
}

/// A valid archive of each layout.
fn samples() -> [Vec<u8>; 3] {
    let files = [("runner.json", "{\"StartWasm\":\"a\"}"), ("a", "\0asm"), ("version", "v0.0.9")];
    [build::zip(files).unwrap(), VERSIONED.to_vec(), b"// v0.0.1\n// {\"StartWasm\":\"file\"}\ncode".to_vec()]
}

proptest! {
    #[test]
    fn any_octets_are_sorted_into_one_layout(octets in any::<Vec<u8>>()) {
        match parse(&octets) {
            Ok(archive) => {
                let _ = (archive.script(), archive.version());
                prop_assert_eq!(archive.size(), octets.len() as u64);
            }
            Err(error) => prop_assert_ne!(error.code(), "invalid_contract"),
        }
    }

    #[test]
    fn a_mutated_runner_is_read_alike_each_time(
        which in 0..3_usize, at in any::<prop::sample::Index>(), octet: u8, cut in 0..9_usize
    ) {
        let mut octets = samples()[which].clone();
        let at = at.index(octets.len());
        octets[at] = octet;
        octets.truncate(octets.len() - cut);
        let (one, two) = (parse(&octets), parse(&octets));
        prop_assert_eq!(&one, &two);
        if let (Ok(one), Ok(two)) = (one, two) {
            prop_assert_eq!(one.script(), two.script());
            prop_assert_eq!(one.version(), two.version());
        }
    }
}
