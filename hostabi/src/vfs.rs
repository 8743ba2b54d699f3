//! The tree of files that a guest sees: in memory, filled before it runs, read-only to it.
//!
//! Cloning a tree is cheap; a clone that is changed shares what did not change.

mod host_dir;

pub use host_dir::{HostDirError, MAX_ENTRIES, MAX_OCTETS};

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Components that the path of a node can have. Bounds the recursion of whoever walks a tree.
pub const MAX_COMPONENTS: usize = 128;

/// A file or a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A file: its contents.
    File(Arc<[u8]>),
    /// A directory.
    Dir(Arc<Dir>),
}

/// A directory: nodes by name, ascending by octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dir {
    children: BTreeMap<Box<str>, Node>,
}

impl Dir {
    /// The node with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.children.get(name)
    }

    /// The nodes, ascending by the octets of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.children.iter().map(|(name, node)| (&**name, node))
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.children.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.children.is_empty()
    }
}

/// A tree of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vfs {
    root: Arc<Dir>,
}

/// Why a node could not be put into a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VfsError {
    /// The path has a `..` component.
    ParentComponent,
    /// The path names no file, only slashes.
    NoName,
    /// The path has more than [`MAX_COMPONENTS`] components.
    TooDeep,
    /// A file is where a directory is needed; its path.
    FileInTheWay(String),
    /// A directory is where a file should go; its path.
    DirectoryInTheWay(String),
}

impl fmt::Display for VfsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VfsError::ParentComponent => f.write_str("the path must not contain `..`"),
            VfsError::NoName => f.write_str("the path names no file"),
            VfsError::TooDeep => write!(f, "the path has more than {MAX_COMPONENTS} components"),
            VfsError::FileInTheWay(path) => write!(f, "`{path}` is a file and cannot hold others"),
            VfsError::DirectoryInTheWay(path) => write!(f, "`{path}` is a directory already"),
        }
    }
}

impl std::error::Error for VfsError {}

/// Why a path leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolveError {
    /// A component is missing.
    NotFound,
    /// A component is a file, but more follow.
    NotADirectory,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub struct Resolved<'a> {
    /// The components from the root; none for the root itself.
    pub names: Vec<&'a str>,
    /// The node; `None` for the root.
    node: Option<&'a Node>,
    root: &'a Arc<Dir>,
}

impl<'a> Resolved<'a> {
    /// The node.
    #[must_use]
    pub fn node(&self) -> NodeRef<'a> {
        match self.node {
            None => NodeRef::Dir(self.root),
            Some(Node::Dir(dir)) => NodeRef::Dir(dir),
            Some(Node::File(contents)) => NodeRef::File(contents),
        }
    }

    /// The absolute path without superfluous slashes; `/` for the root.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}", self.names.join("/"))
    }
}

/// A node that a path led to.
#[derive(Clone, Copy, Debug)]
pub enum NodeRef<'a> {
    /// A file: its contents.
    File(&'a Arc<[u8]>),
    /// A directory.
    Dir(&'a Arc<Dir>),
}

/// The components of a path: what stands between slashes, the empty ones and `.` left out.
fn components(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty() && *name != ".")
}

impl Vfs {
    /// A tree with nothing but its root.
    #[must_use]
    pub fn new() -> Self {
        Vfs::default()
    }

    /// The root directory.
    #[must_use]
    pub fn root(&self) -> &Dir {
        &self.root
    }

    /// Finds the node of `path`, seen from the directory `base`. Purely lexical: `base`, a slash and `path`
    /// are one text, of which empty components and `.` fall away and `..` takes the component before it
    /// with it, if there is one, whether or not that exists. Takes memory in proportion to the tree's
    /// depth, however long the path.
    ///
    /// # Errors
    /// [`ResolveError`] by the first component of what remains that cannot be walked.
    pub fn resolve<'a>(&'a self, base: &'a str, path: &'a str) -> Result<Resolved<'a>, ResolveError> {
        // The part that exists, and how many components stand behind it.
        let mut names = Vec::new();
        let mut nodes: Vec<&Node> = Vec::new();
        let mut beyond = 0_usize;
        for name in components(base).chain(components(path)) {
            if name == ".." {
                if beyond > 0 {
                    beyond -= 1;
                } else {
                    names.pop();
                    nodes.pop();
                }
            } else if beyond > 0 {
                beyond += 1;
            } else {
                match self.child(nodes.last(), name) {
                    Some(node) => {
                        names.push(name);
                        nodes.push(node);
                    }
                    None => beyond = 1,
                }
            }
        }
        match (beyond, nodes.last()) {
            (0, node) => Ok(Resolved { names, node: node.copied(), root: &self.root }),
            (_, Some(Node::File(_))) => Err(ResolveError::NotADirectory),
            _ => Err(ResolveError::NotFound),
        }
    }

    fn child<'a>(&'a self, of: Option<&&'a Node>, name: &str) -> Option<&'a Node> {
        match of {
            None => self.root.get(name),
            Some(Node::Dir(dir)) => dir.get(name),
            Some(Node::File(_)) => None,
        }
    }

    /// Puts a file into the tree; directories that are missing on the way are made, a file that is there
    /// already is replaced. The path is absolute, with or without its first slash.
    ///
    /// # Errors
    /// [`VfsError`]; the tree is as before.
    pub fn insert_file(&mut self, path: &str, contents: impl Into<Arc<[u8]>>) -> Result<(), VfsError> {
        let names = checked(path)?;
        let (name, parents) = names.split_last().ok_or(VfsError::NoName)?;
        let dir = self.make_dirs(parents)?;
        if let Some(Node::Dir(_)) = dir.get(name) {
            return Err(VfsError::DirectoryInTheWay(absolute(&names)));
        }
        dir.children.insert((*name).into(), Node::File(contents.into()));
        Ok(())
    }

    /// Makes a directory and those on the way to it, as far as they are missing.
    ///
    /// # Errors
    /// [`VfsError`]; the tree is as before.
    pub fn create_dir_all(&mut self, path: &str) -> Result<(), VfsError> {
        self.make_dirs(&checked(path)?)?;
        Ok(())
    }

    /// Copies a directory of this machine into the tree, below `guest`. What is read now is what the guest
    /// will see. See [`HostDirError`] for what is refused: links that lead out of the directory, and
    /// whatever is neither file nor directory.
    ///
    /// # Errors
    /// [`HostDirError`]; the tree is as before.
    pub fn map_host_dir(&mut self, host: &Path, guest: &str) -> Result<(), HostDirError> {
        let mut tree = self.clone();
        host_dir::copy(&mut tree, host, guest)?;
        *self = tree;
        Ok(())
    }

    /// Finds a directory; makes what is missing. A file can stand in the way only before anything is made.
    fn make_dirs(&mut self, names: &[&str]) -> Result<&mut Dir, VfsError> {
        let mut dir = Arc::make_mut(&mut self.root);
        for (depth, name) in names.iter().enumerate() {
            match dir.children.entry((*name).into()).or_insert_with(|| Node::Dir(Arc::default())) {
                Node::Dir(next) => dir = Arc::make_mut(next),
                Node::File(_) => return Err(VfsError::FileInTheWay(absolute(&names[..=depth]))),
            }
        }
        Ok(dir)
    }
}

fn absolute(names: &[&str]) -> String {
    format!("/{}", names.join("/"))
}

/// The components of a path that a node is to get.
fn checked(path: &str) -> Result<Vec<&str>, VfsError> {
    let mut names = Vec::new();
    for name in components(path) {
        if name == ".." {
            return Err(VfsError::ParentComponent);
        }
        if names.len() == MAX_COMPONENTS {
            return Err(VfsError::TooDeep);
        }
        names.push(name);
    }
    Ok(names)
}

#[cfg(test)]
mod tests;
