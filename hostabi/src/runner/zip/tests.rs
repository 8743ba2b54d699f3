use super::*;
use crate::runner::{Archive, Layout, build};
use proptest::prelude::*;

/// One entry, each field as it will be written.
#[derive(Clone)]
struct Part {
    central_name: Vec<u8>,
    local_name: Vec<u8>,
    contents: Vec<u8>,
    /// Flags, method; central, then local.
    flags: [u16; 2],
    method: [u16; 2],
    crc: [u32; 2],
    packed: [u32; 2],
    unpacked: [u32; 2],
    extra: [Vec<u8>; 2],
    /// Octets behind the contents that belong to no entry.
    behind: Vec<u8>,
    comment: Vec<u8>,
    disk: u16,
    /// Instead of where the local header is written.
    offset: Option<u32>,
}

fn part(name: impl AsRef<[u8]>, contents: impl AsRef<[u8]>) -> Part {
    let (name, contents) = (name.as_ref().to_vec(), contents.as_ref().to_vec());
    let len = contents.len() as u32;
    Part {
        central_name: name.clone(),
        local_name: name,
        crc: [crc32(&contents); 2],
        contents,
        flags: [0; 2],
        method: [0; 2],
        packed: [len; 2],
        unpacked: [len; 2],
        extra: [vec![], vec![]],
        behind: vec![],
        comment: vec![],
        disk: 0,
        offset: None,
    }
}

fn with(name: impl AsRef<[u8]>, change: impl FnOnce(&mut Part)) -> Part {
    let mut part = part(name, "contents");
    change(&mut part);
    part
}

/// The end record's fields in their order: two parts, two counts, size, offset; then the comment.
struct End {
    parts: [u16; 2],
    counts: [u16; 2],
    size: u32,
    offset: u32,
    comment: u16,
}

fn written(parts: &[Part], change: impl FnOnce(&mut End, &mut Vec<u8>)) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let at = part.offset.unwrap_or(out.len() as u32);
        let header = |side: usize, name: &[u8]| {
            let mut header = Vec::new();
            for field in [20, part.flags[side], part.method[side], 0, 0x21] {
                header.extend(field.to_le_bytes());
            }
            for field in [part.crc[side], part.packed[side], part.unpacked[side]] {
                header.extend(field.to_le_bytes());
            }
            for len in [name.len(), part.extra[side].len()] {
                header.extend((len as u16).to_le_bytes());
            }
            header
        };
        out.extend(b"PK\x03\x04");
        out.extend(header(1, &part.local_name));
        out.extend([&*part.local_name, &part.extra[1], &part.contents, &part.behind].concat());
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(header(0, &part.central_name));
        directory.extend((part.comment.len() as u16).to_le_bytes());
        directory.extend(part.disk.to_le_bytes());
        directory.extend([0xff; 6]);
        directory.extend(at.to_le_bytes());
        directory.extend([&*part.central_name, &part.extra[0], &part.comment].concat());
    }
    let mut end = End {
        parts: [0; 2],
        counts: [parts.len() as u16; 2],
        size: directory.len() as u32,
        offset: out.len() as u32,
        comment: 0,
    };
    change(&mut end, &mut directory);
    out.extend(directory);
    out.extend(b"PK\x05\x06");
    for field in [end.parts, end.counts].concat() {
        out.extend(field.to_le_bytes());
    }
    out.extend(end.size.to_le_bytes());
    out.extend(end.offset.to_le_bytes());
    out.extend(end.comment.to_le_bytes());
    out
}

fn archive(parts: &[Part]) -> Vec<u8> {
    written(parts, |_, _| ())
}

#[track_caller]
fn accepted(octets: &[u8], files: &[(&str, &str)]) {
    let archive = Archive::parse(octets.into()).unwrap();
    assert_eq!(archive.layout(), Layout::Zip);
    assert_eq!(archive.size(), octets.len() as u64);
    let read: Vec<_> = archive.files().map(|(name, contents)| (name, &**contents)).collect();
    let files: Vec<_> = files.iter().map(|(name, contents)| (*name, contents.as_bytes())).collect();
    assert_eq!(read, files);
}

#[track_caller]
fn refused(octets: &[u8], reason: &str) {
    match Archive::parse(octets.into()) {
        Err(Malformed(why)) => assert!(why.contains(reason), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused_entry(part: Part, reason: &str) {
    refused(&archive(&[super::tests::part("first", "1"), part]), reason);
}

#[test]
fn stored_entries_are_files() {
    accepted(&archive(&[]), &[]);
    accepted(
        &archive(&[part("b", "two"), part("a/ü", ""), part("a", "1")]),
        &[("a", "1"), ("a/ü", ""), ("b", "two")],
    );
}

#[test]
fn fields_that_no_rule_names_are_free() {
    let free = with("f", |part| {
        part.extra = [b"\x01\0\x04\0abcd".to_vec(), b"xyz".to_vec()];
        part.behind = b"between the entries".to_vec();
        part.comment = b"a comment".to_vec();
        part.flags = [1 << 11, 1 << 1];
    });
    accepted(&archive(&[free, part("g", "2")]), &[("f", "contents"), ("g", "2")]);
}

#[test]
fn an_entry_is_stored_according_to_both_headers() {
    for side in 0..2 {
        for method in [8, 1, 99, 256] {
            refused_entry(with("f", |part| part.method[side] = method), "compressed");
        }
    }
}

#[test]
fn the_two_sizes_of_an_entry_are_equal() {
    for side in 0..2 {
        refused_entry(with("f", |part| part.packed[side] += 1), if side == 0 { "sizes" } else { "differ" });
        refused_entry(with("f", |part| part.unpacked[side] += 1), if side == 0 { "sizes" } else { "differ" });
    }
}

#[test]
fn the_crc_matches_the_contents() {
    refused_entry(with("f", |part| part.crc = [part.crc[0] ^ 1; 2]), "CRC-32");
    refused_entry(with("f", |part| part.contents[0] ^= 1), "CRC-32");
    // Also of an entry that a later one replaces.
    refused(&archive(&[with("f", |part| part.contents[0] ^= 1), part("f", "")]), "CRC-32");
}

#[test]
fn local_and_central_header_agree() {
    refused_entry(with("f", |part| part.local_name = b"g".to_vec()), "name");
    refused_entry(with("f", |part| part.local_name = b"F".to_vec()), "name");
    refused_entry(with("f", |part| part.crc[1] ^= 1), "differ");
    refused_entry(with("f", |part| (part.packed[1], part.unpacked[1]) = (7, 7)), "differ");
}

#[test]
fn a_data_descriptor_frees_the_local_sizes_and_crc() {
    let streamed = with("f", |part| {
        part.flags = [DESCRIPTOR; 2];
        (part.crc[1], part.packed[1], part.unpacked[1]) = (0, 0, 0);
        part.behind = b"PK\x07\x08 sixteen octets".to_vec();
    });
    accepted(&archive(&[streamed.clone(), part("g", "2")]), &[("f", "contents"), ("g", "2")]);
    let mut wrong = streamed.clone();
    wrong.crc[0] ^= 1;
    refused_entry(wrong, "CRC-32");
    let mut wrong = streamed.clone();
    wrong.local_name = b"g".to_vec();
    refused_entry(wrong, "name");
    // The bit of the local header counts: that is where the fields are.
    let mut only = streamed;
    only.flags = [0, DESCRIPTOR];
    accepted(&archive(&[only.clone()]), &[("f", "contents")]);
    only.flags = [DESCRIPTOR, 0];
    refused_entry(only, "differ");
}

#[test]
fn nothing_is_encrypted() {
    for side in 0..2 {
        refused_entry(with("f", |part| part.flags[side] = 1), "encrypted");
    }
}

#[test]
fn names_are_utf_8_of_plain_components() {
    refused_entry(part(b"f\xff", ""), "UTF-8");
    for name in
        ["", "/", "/a", "//", "a//b", "a//", ".", "..", "./a", "a/.", "a/./b", "../a", "a/..", "a/../", "./"]
    {
        refused_entry(part(name, ""), "component");
    }
    for name in ["a\\b", "\\", "a\\/"] {
        refused_entry(part(name, ""), "backslash");
    }
    accepted(
        &archive(&[part("...", "1"), part(".a", "2"), part("a b:*", "3")]),
        &[("...", "1"), (".a", "2"), ("a b:*", "3")],
    );
}

#[test]
fn directories_are_skipped_and_empty() {
    accepted(&archive(&[part("a/", ""), part("a/b/", ""), part("a", "1")]), &[("a", "1")]);
    refused_entry(part("a/", "x"), "directory");
    refused_entry(
        with("a/", |part| (part.contents, part.packed, part.unpacked) = (vec![], [0; 2], [0; 2])),
        "CRC-32",
    );
}

#[test]
fn of_equal_names_the_last_wins() {
    accepted(&archive(&[part("a", "1"), part("b", "2"), part("a", "3")]), &[("a", "3"), ("b", "2")]);
}

#[test]
fn the_end_record_is_the_last_22_octets() {
    let good = archive(&[part("a", "1")]);
    accepted(&good, &[("a", "1")]);
    refused(&[&*good, b"\0"].concat(), "end");
    refused(&good[..good.len() - 1], "end");
    refused(b"PK\x03\x04", "end record");
    refused(b"PK\x05\x06", "end record");
    refused(&[&*good, &good].concat(), "central directory");
    refused(&[&archive(&[])[..4], &*good].concat(), "central directory");
}

#[test]
fn every_field_of_the_end_record_is_checked() {
    let end = |change: &dyn Fn(&mut End, &mut Vec<u8>)| written(&[part("a", "1"), part("b", "2")], change);
    accepted(&end(&|_, _| ()), &[("a", "1"), ("b", "2")]);
    for field in 0..2 {
        refused(&end(&|end, _| end.parts[field] = 1), "part");
        refused(&end(&|end, _| end.counts[field] = 1), "numbers of entries");
    }
    refused(&end(&|end, _| end.counts = [1; 2]), "longer");
    refused(&end(&|end, _| end.counts = [3; 2]), "shorter");
    refused(&end(&|end, _| end.counts = [u16::MAX; 2]), "shorter");
    refused(&end(&|end, _| end.comment = 1), "comment");
    refused(&end(&|end, _| end.size += 1), "central directory");
    refused(&end(&|end, _| end.offset -= 1), "central directory");
    refused(&end(&|end, _| (end.offset, end.size) = (end.offset + 1, end.size - 1)), "central header");
    refused(&end(&|end, _| (end.offset, end.size) = (end.offset - 1, end.size + 1)), "central header");
    refused(&end(&|end, _| (end.offset, end.size) = (u32::MAX, u32::MAX)), "central directory");
    // Something between the directory and the end record, such as the locator of ZIP64.
    refused(&end(&|_, directory| directory.extend([0; 20])), "central directory");
    refused(
        &end(&|end, directory| {
            directory.extend([0; 20]);
            end.size += 20;
        }),
        "longer",
    );
    refused(
        &end(&|end, directory| {
            directory.extend([0; 60]);
            end.size += 60;
            end.counts = [3; 2];
        }),
        "central header",
    );
}

#[test]
fn entries_stay_in_front_of_the_directory_and_apart() {
    refused_entry(with("f", |part| part.disk = 1), "another part");
    refused_entry(with("f", |part| part.offset = Some(1)), "local header");
    refused_entry(with("f", |part| part.offset = Some(u32::MAX)), "beyond");
    refused_entry(with("f", |part| (part.packed, part.unpacked) = ([9; 2], [9; 2])), "beyond");
    refused_entry(with("f", |part| (part.packed, part.unpacked) = ([u32::MAX; 2], [u32::MAX; 2])), "beyond");
    // Two entries of one local header.
    let twice = part("a", "1");
    refused(&archive(&[twice.clone(), Part { offset: Some(0), ..twice }]), "overlap");
    // An entry inside the contents of another.
    let inner = archive(&[part("i", "x")])[..32].to_vec();
    let outer = part("o", &inner);
    refused(&archive(&[outer.clone(), Part { offset: Some(31), ..part("i", "x") }]), "overlap");
    // The central directory may list them in another order than they stand in.
    let (first, second) = (part("a", "1"), part("b", "2"));
    let swapped = [
        Part {
            offset: Some(32),
            central_name: b"b".to_vec(),
            crc: [second.crc[0], first.crc[1]],
            ..first.clone()
        },
        Part { offset: Some(0), central_name: b"a".to_vec(), crc: [first.crc[0], second.crc[1]], ..second },
    ];
    accepted(&archive(&swapped), &[("a", "1"), ("b", "2")]);
}

/// Written by Python 3's `zipfile`, `ZIP_STORED`: `runner.json`, a directory, a name beyond ASCII, `version`.
const PYTHON: &str = "\
504b030414000000000055357a592f3bd5d116000000160000000b00000072756e6e65722e6a736f6e7b2253746172745761\
736d223a22612e7761736d227d504b030414000000000055357a59000000000000000000000000040000006c69622f504b03\
0414000008000055357a5957c62fd304000000040000000a0000006c69622fc3bc2e74787468c3a90a504b03041400000000\
0055357a59497b101407000000070000000700000076657273696f6e76302e322e330a504b0102140314000000000055357a\
592f3bd5d116000000160000000b000000000000000000000080010000000072756e6e65722e6a736f6e504b010214031400\
0000000055357a59000000000000000000000000040000000000000000001000ed413f0000006c69622f504b010214031400\
0008000055357a5957c62fd304000000040000000a00000000000000000000008001610000006c69622fc3bc2e747874504b\
0102140314000000000055357a59497b1014070000000700000007000000000000000000000080018d00000076657273696f\
6e504b05060000000004000400d8000000b90000000000";

#[test]
fn an_archive_of_pythons_zipfile_is_read() {
    let digit = |c: u8| (c as char).to_digit(16).unwrap() as u8;
    let octets: Vec<u8> =
        PYTHON.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
    let json = r#"{"StartWasm":"a.wasm"}"#;
    accepted(&octets, &[("lib/ü.txt", "hé\n"), ("runner.json", json), ("version", "v0.2.3\n")]);
    assert_eq!(Archive::parse(octets.into()).unwrap().version().unwrap().minor, 2);
}

#[test]
fn an_archive_of_the_most_entries_is_read() {
    let files: Vec<_> = (0..u16::MAX).map(|n| (n.to_string(), "")).collect();
    assert_eq!(read(&build::zip(files).unwrap()).unwrap().len(), 65_535);
}

proptest! {
    #[test]
    fn any_octets_are_read_or_refused(octets in any::<Vec<u8>>()) {
        let _ = read(&octets);
        let _ = read(&[b"PK\x05\x06", &*octets].concat());
    }

    #[test]
    fn a_changed_archive_is_refused_or_read_with_files_inside(
        at in any::<prop::sample::Index>(), xor in 1..=255_u8, cut in 0..3_usize, from in any::<prop::sample::Index>()
    ) {
        let mut octets = archive(&[part("a", "one"), part("lib/", ""), part("lib/b", "and two"), part("c", "")]);
        let at = at.index(octets.len());
        octets[at] ^= xor;
        let from = from.index(octets.len() - cut);
        octets.drain(from..from + cut);
        if let Ok(files) = read(&octets) {
            for file in files {
                prop_assert!(octets.get(file.contents).is_some());
                prop_assert_eq!(check_name(file.name), Ok(true));
            }
        }
    }

    #[test]
    fn what_is_accepted_is_written_anew_with_the_same_files(
        parts in proptest::collection::vec(("[ab/]{1,4}", any::<Vec<u8>>()), 0..6)
    ) {
        let parts: Vec<_> = parts.iter().map(|(name, contents)| part(name, contents)).collect();
        if let Ok(first) = Archive::parse(archive(&parts).into()) {
            let second = Archive::parse(build::zip(first.files()).unwrap().into()).unwrap();
            prop_assert!(first.files().eq(second.files()));
        }
    }
}
