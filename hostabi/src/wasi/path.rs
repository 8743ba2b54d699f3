//! Operations on paths.

use super::WasiCtx;
use super::abi::{Guest, Outcome, defined, flags, rights};
use super::fd::{Filetype, write_filestat};
use super::table::{Descriptor, Device, File};
use crate::vfs::NodeRef;
use std::sync::Arc;

/// Where the device is.
pub(crate) const DEVICE: [&str; 2] = ["vm", "sdk"];

/// The arguments of `path_open`; all but the path are only checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub fd: u32,
    pub dirflags: u32,
    pub path: (u32, u32),
    pub oflags: u32,
    pub rights: [u64; 2],
    pub fdflags: u32,
    pub out: u32,
}

pub(crate) fn open(wasi: &mut WasiCtx, guest: &mut Guest<'_>, args: Open) -> Outcome {
    flags(args.dirflags, defined::LOOKUPFLAGS)?;
    let path = guest.text(args.path.0, args.path.1)?;
    flags(args.oflags, defined::OFLAGS)?;
    rights(args.rights[0])?;
    rights(args.rights[1])?;
    flags(args.fdflags, defined::FDFLAGS)?;
    let found = wasi.vfs.resolve(wasi.table.dir(args.fd)?, path)?;
    let descriptor = match found.node() {
        NodeRef::File(_) if wasi.device && found.names == DEVICE => Descriptor::Device(Device::default()),
        NodeRef::File(contents) => Descriptor::File(File::mapped(Arc::clone(contents))),
        NodeRef::Dir(_) => Descriptor::Dir { path: found.names.join("/").into(), preopen: false },
    };
    let fd = wasi.table.alloc(descriptor, &mut wasi.ram)?;
    guest.write_u32(args.out, fd)
}

pub(crate) fn filestat_get(
    wasi: &WasiCtx,
    guest: &mut Guest<'_>,
    fd: u32,
    lookup: u32,
    (path, len): (u32, u32),
    out: u32,
) -> Outcome {
    flags(lookup, defined::LOOKUPFLAGS)?;
    let path = guest.text(path, len)?;
    let found = wasi.vfs.resolve(wasi.table.dir(fd)?, path)?;
    let (filetype, size) = match found.node() {
        NodeRef::File(_) if wasi.device && found.names == DEVICE => (Filetype::CharacterDevice, 0),
        NodeRef::File(contents) => (Filetype::RegularFile, contents.len()),
        NodeRef::Dir(_) => (Filetype::Directory, 0),
    };
    write_filestat(guest, out, filetype, 0, size)
}
