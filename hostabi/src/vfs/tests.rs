use super::*;
use proptest::prelude::*;

fn tree(files: &[&str]) -> Vfs {
    let mut vfs = Vfs::new();
    for path in files {
        vfs.insert_file(path, path.as_bytes()).expect("it fits");
    }
    vfs
}

/// Every path of a tree, files with their contents.
fn dump(vfs: &Vfs) -> Vec<(String, Option<Vec<u8>>)> {
    fn walk(dir: &Dir, above: &str, all: &mut Vec<(String, Option<Vec<u8>>)>) {
        for (name, node) in dir.iter() {
            let path = format!("{above}/{name}");
            match node {
                Node::File(contents) => all.push((path, Some(contents.to_vec()))),
                Node::Dir(dir) => {
                    all.push((path.clone(), None));
                    walk(dir, &path, all);
                }
            }
        }
    }
    let mut all = Vec::new();
    walk(vfs.root(), "", &mut all);
    all
}

mod insert_file {
    use super::*;

    #[test]
    fn makes_the_directories_on_the_way() {
        let vfs = tree(&["a/b/c", "//a/./d//", "e"]);
        let paths: Vec<String> = dump(&vfs).into_iter().map(|entry| entry.0).collect();
        assert_eq!(paths, ["/a", "/a/b", "/a/b/c", "/a/d", "/e"]);
        assert_eq!((vfs.root().len(), vfs.root().is_empty()), (2, false));
    }

    #[test]
    fn replaces_a_file_but_no_directory() {
        let mut vfs = tree(&["a/b"]);
        assert_eq!(vfs.insert_file("/a/b", *b"new"), Ok(()));
        assert_eq!(dump(&vfs)[1], ("/a/b".into(), Some(b"new".to_vec())));
        let before = vfs.clone();
        assert_eq!(vfs.insert_file("a", *b""), Err(VfsError::DirectoryInTheWay("/a".into())));
        assert_eq!(vfs.insert_file("a/b/c/d", *b""), Err(VfsError::FileInTheWay("/a/b".into())));
        assert_eq!(vfs.create_dir_all("a/b"), Err(VfsError::FileInTheWay("/a/b".into())));
        assert_eq!(vfs, before);
    }

    #[test]
    fn refuses_paths_that_name_nothing_or_go_up() {
        let mut vfs = Vfs::new();
        for path in ["", "/", "//", "./.", "/./"] {
            assert_eq!(vfs.insert_file(path, *b""), Err(VfsError::NoName), "{path}");
            assert_eq!(vfs.create_dir_all(path), Ok(()));
        }
        for path in ["..", "a/..", "../a", "a/../b"] {
            assert_eq!(vfs.insert_file(path, *b""), Err(VfsError::ParentComponent), "{path}");
            assert_eq!(vfs.create_dir_all(path), Err(VfsError::ParentComponent), "{path}");
        }
        assert!(vfs.root().is_empty());
        assert_eq!(vfs.insert_file("...", *b""), Ok(()));
    }

    #[test]
    fn refuses_more_than_128_components() {
        let mut vfs = Vfs::new();
        let path = "a/".repeat(MAX_COMPONENTS);
        assert_eq!(vfs.insert_file(&path, *b""), Ok(()));
        assert_eq!(vfs.insert_file(&format!("x/{path}"), *b""), Err(VfsError::TooDeep));
        assert_eq!(vfs.create_dir_all(&"b/".repeat(1_000_000)), Err(VfsError::TooDeep));
        assert_eq!(vfs.root().len(), 1);
    }

    #[test]
    fn leaves_clones_alone() {
        let one = tree(&["a/b"]);
        let mut two = one.clone();
        two.insert_file("a/c", *b"").expect("it fits");
        assert_eq!((dump(&one).len(), dump(&two).len()), (2, 3));
    }
}

mod resolve {
    use super::*;

    /// Resolution as the rules tell it, without a thought about memory.
    fn model(vfs: &Vfs, base: &str, path: &str) -> Result<Vec<String>, ResolveError> {
        let mut names: Vec<&str> = Vec::new();
        let whole = format!("{base}/{path}");
        for name in whole.split('/') {
            match name {
                "" | "." => {}
                ".." => {
                    names.pop();
                }
                name => names.push(name),
            }
        }
        let root = Node::Dir(Arc::clone(&vfs.root));
        let mut node = &root;
        for name in &names {
            let Node::Dir(dir) = node else { return Err(ResolveError::NotADirectory) };
            node = dir.get(name).ok_or(ResolveError::NotFound)?;
        }
        Ok(names.into_iter().map(String::from).collect())
    }

    #[test]
    fn finds_files_and_directories() {
        let vfs = tree(&["a/b"]);
        let found = vfs.resolve("a", "../a/b").expect("it is there");
        assert_eq!(found.path(), "/a/b");
        assert!(matches!(found.node(), NodeRef::File(contents) if **contents == *b"a/b"));
        let root = vfs.resolve("", "/").expect("it is there");
        assert_eq!((root.path().as_str(), root.names.len()), ("/", 0));
        assert!(matches!(root.node(), NodeRef::Dir(dir) if dir.len() == 1));
    }

    #[test]
    fn takes_no_memory_for_what_is_not_there() {
        let vfs = tree(&["a/b"]);
        let path = "x/".repeat(1 << 20) + &"../".repeat(1 << 20) + "a/b";
        let found = vfs.resolve("", &path).expect("it is there");
        assert!(found.names.capacity() <= 4);
    }

    fn component() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["a", "b", "c", "..", "..", ".", "", "..."])
    }

    fn path(most: usize) -> impl Strategy<Value = String> {
        prop::collection::vec(component(), 0..most).prop_map(|names| names.join("/"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..Default::default() })]
        #[test]
        fn agrees_with_the_rules(files in prop::collection::vec(path(5), 0..6), base in path(4), path in path(12)) {
            let mut vfs = Vfs::new();
            for file in &files {
                let _ = vfs.insert_file(file, *b"");
            }
            let found = vfs.resolve(&base, &path);
            let found = found.map(|found| found.names.iter().map(|name| String::from(*name)).collect());
            prop_assert_eq!(found, model(&vfs, &base, &path));
        }

        #[test]
        fn a_canonical_path_leads_to_the_same_node(files in prop::collection::vec(path(5), 1..6), path in path(9)) {
            let mut vfs = Vfs::new();
            for file in &files {
                let _ = vfs.insert_file(file, *b"");
            }
            if let Ok(found) = vfs.resolve("", &path) {
                let canonical = found.path();
                let again = vfs.resolve("", &canonical).expect("it is there");
                prop_assert_eq!(again.path(), canonical.clone());
                prop_assert_eq!(again.names, found.names);
            }
        }
    }
}

mod map_host_dir {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    /// A directory of this machine, removed at the end.
    struct Temporary(PathBuf);

    impl Temporary {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("selfsame-vfs-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(path.join("sub/deeper")).expect("a directory for the test");
            fs::write(path.join("file"), b"contents").expect("a file for the test");
            fs::write(path.join("sub/empty"), b"").expect("a file for the test");
            Temporary(path)
        }

        /// Maps the directory; what went wrong, as text without the directory's own name.
        fn error(&self) -> String {
            let mut vfs = Vfs::new();
            let error = vfs.map_host_dir(&self.0, "/").expect_err("it must be refused");
            assert!(vfs.root().is_empty(), "nothing was mapped");
            let text = error.to_string();
            assert!(!text.contains('\n'));
            text.replace(&format!("{}", self.0.display()), "HERE")
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn copies_the_whole_tree() {
        let here = Temporary::new("copy");
        let mut vfs = tree(&["m/kept"]);
        vfs.map_host_dir(&here.0, "/m//n/").expect("it can be read");
        let paths: Vec<(String, Option<Vec<u8>>)> = dump(&vfs);
        let file = |path: &str, contents: &[u8]| (String::from(path), Some(contents.to_vec()));
        let dir = |path: &str| (String::from(path), None);
        assert_eq!(
            paths,
            [
                dir("/m"),
                file("/m/kept", b"m/kept"),
                dir("/m/n"),
                file("/m/n/file", b"contents"),
                dir("/m/n/sub"),
                dir("/m/n/sub/deeper"),
                file("/m/n/sub/empty", b""),
            ]
        );
        // What happens to the directory later is not seen.
        fs::write(here.0.join("file"), b"changed").expect("it can be written");
        assert_eq!(dump(&vfs), paths);
    }

    #[test]
    fn later_directories_lie_over_earlier_ones() {
        let here = Temporary::new("over");
        let mut vfs = tree(&["file", "sub/other"]);
        vfs.map_host_dir(&here.0, "").expect("it can be read");
        let paths: Vec<String> = dump(&vfs).into_iter().map(|entry| entry.0).collect();
        assert_eq!(paths, ["/file", "/sub", "/sub/deeper", "/sub/empty", "/sub/other"]);
        assert_eq!(dump(&vfs)[0].1.as_deref(), Some(&b"contents"[..]));
    }

    #[test]
    fn tells_what_is_not_there_or_does_not_fit() {
        let here = Temporary::new("misfit");
        let mut vfs = Vfs::new();
        let mut error = |path: PathBuf, guest: &str| {
            let error = vfs.map_host_dir(&path, guest).expect_err("it must be refused");
            error.to_string().replace(&format!("{}", here.0.display()), "HERE")
        };
        assert_eq!(error(here.0.join("none"), "/"), "there is no directory `HERE/none`");
        assert_eq!(error(here.0.join("file"), "/"), "`HERE/file` is not a directory");
        assert_eq!(
            error(here.0.clone(), "/a/../b"),
            "cannot map to `/a/../b`: the path must not contain `..`"
        );
        let mut vfs = tree(&["sub"]);
        let error = vfs.map_host_dir(&here.0, "/").expect_err("it must be refused");
        assert_eq!(error.to_string(), "cannot map to `/sub`: `/sub` is a file and cannot hold others");
        assert_eq!(dump(&vfs).len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_that_stay_inside() {
        use std::os::unix::fs::symlink;
        let here = Temporary::new("links");
        symlink("../file", here.0.join("sub/to-file")).expect("a link for the test");
        symlink(here.0.join("sub/deeper"), here.0.join("to-dir")).expect("a link for the test");
        symlink("to-dir", here.0.join("to-link")).expect("a link for the test");
        fs::write(here.0.join("sub/deeper/x"), b"x").expect("a file for the test");
        let mut vfs = Vfs::new();
        vfs.map_host_dir(&here.0, "/").expect("it can be read");
        for path in ["to-dir/x", "to-link/x", "sub/deeper/x", "sub/to-file"] {
            assert!(vfs.resolve("", path).is_ok(), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn follows_a_link_to_the_directory_itself() {
        let here = Temporary::new("top");
        let link = here.0.with_extension("link");
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(&here.0, &link).expect("a link for the test");
        let mut vfs = Vfs::new();
        let mapped = vfs.map_host_dir(&link, "/");
        fs::remove_file(&link).expect("it is there");
        mapped.expect("it can be read");
        assert_eq!(dump(&vfs).len(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn refuses_links_that_lead_out_or_nowhere_or_up() {
        use std::os::unix::fs::symlink;
        let outside = "is a link that leads nowhere or out of the mapped directory: remove it or replace it by \
                       what it should lead to";
        for (target, wanted) in [
            ("none", format!("`HERE/sub/link` {outside}")),
            ("../..", format!("`HERE/sub/link` {outside}")),
            ("/", format!("`HERE/sub/link` {outside}")),
            ("link", format!("`HERE/sub/link` {outside}")),
            ("..", "`HERE/sub/link` is a link to a directory that holds it: remove it".into()),
            (".", "`HERE/sub/link` is a link to a directory that holds it: remove it".into()),
        ] {
            let here = Temporary::new("out");
            symlink(target, here.0.join("sub/link")).expect("a link for the test");
            assert_eq!(here.error(), wanted, "{target}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn refuses_two_directories_that_link_to_each_other() {
        let here = Temporary::new("mutual");
        fs::create_dir(here.0.join("other")).expect("a directory for the test");
        std::os::unix::fs::symlink("../sub", here.0.join("other/to-sub")).expect("a link for the test");
        std::os::unix::fs::symlink("../other", here.0.join("sub/to-other")).expect("a link for the test");
        let text = here.error();
        assert_eq!(text, "`HERE/other/to-sub/to-other` is a link to a directory that holds it: remove it");
    }

    #[cfg(unix)]
    #[test]
    fn refuses_what_is_neither_file_nor_directory() {
        let here = Temporary::new("special");
        let _socket = std::os::unix::net::UnixListener::bind(here.0.join("sock")).expect("a socket");
        assert_eq!(here.error(), "`HERE/sock` is neither a file nor a directory: remove it");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn refuses_names_that_are_not_utf_8() {
        use std::os::unix::ffi::OsStrExt;
        let here = Temporary::new("name");
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
        fs::write(here.0.join(name), b"").expect("a file for the test");
        assert_eq!(here.error(), "the name of `HERE/caf\u{fffd}` is not UTF-8: rename it");
    }

    #[test]
    fn refuses_what_is_too_deep_for_the_tree() {
        let here = Temporary::new("deep");
        fs::create_dir_all(here.0.join("d/".repeat(MAX_COMPONENTS + 1))).expect("a directory for the test");
        assert!(here.error().ends_with("the path has more than 128 components"));
    }
}
