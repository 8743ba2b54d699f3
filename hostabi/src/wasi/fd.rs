//! Operations on descriptors.

use super::WasiCtx;
use super::abi::{Errno, Guest, Outcome, Whence};
use super::output::Output;
use super::table::{Descriptor, Device, File};
use crate::gas;
use crate::vfs::{Dir, Node, NodeRef};
use std::sync::Arc;

/// Types of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Filetype {
    Unknown = 0,
    CharacterDevice = 2,
    Directory = 3,
    RegularFile = 4,
}

const OUTPUT_RIGHTS: u64 = 1 << 6;
/// To read, to write, to ask what it is.
const DEVICE_RIGHTS: u64 = 1 << 1 | 1 << 6 | 1 << 21;
const FILE_RIGHTS: u64 = 0x0024_e0b7;
const DIR_RIGHTS: u64 = 0x0024_e002;

pub(crate) fn close(wasi: &mut WasiCtx, fd: u32) -> Outcome {
    wasi.table.close(fd, &mut wasi.ram)
}

/// The file that is to be read.
fn readable(descriptor: &mut Descriptor) -> Outcome<&mut File> {
    match descriptor {
        Descriptor::File(file) => Ok(file),
        Descriptor::Device(device) => Ok(device.answer.get_or_insert_with(|| File::mapped(Arc::default()))),
        Descriptor::Dir { .. } => Err(Errno::Isdir.into()),
        Descriptor::Stdout | Descriptor::Stderr => Err(Errno::Acces.into()),
    }
}

/// Octets that reading into these buffers copies at most; `offset` is that of the descriptor if absent.
pub(crate) fn read_octets(
    wasi: &WasiCtx,
    guest: &Guest<'_>,
    fd: u32,
    list: (u32, u32),
    offset: Option<u64>,
) -> u64 {
    let file = match wasi.table.get(fd) {
        Ok(Descriptor::File(file)) => Some(file),
        Ok(Descriptor::Device(device)) => device.answer.as_ref(),
        _ => None,
    };
    let rest = file.map_or(0, |file| file.from(offset.unwrap_or(file.offset as u64)).len() as u64);
    let wanted = guest.iovecs_total(list.0, list.1).unwrap_or(0);
    u64::from(list.1).saturating_mul(gas::IOVEC).saturating_add(wanted.min(rest))
}

/// Fills buffers in order as long as there is something to fill them with.
fn scatter(guest: &mut Guest<'_>, iovecs: &[(u32, u32)], mut rest: &[u8]) -> Outcome<usize> {
    let mut total = 0;
    for (ptr, len) in iovecs {
        if rest.is_empty() {
            break;
        }
        let buffer = guest.octets_mut(*ptr, u64::from(*len))?;
        let (now, later) = rest.split_at(rest.len().min(buffer.len()));
        buffer[..now.len()].copy_from_slice(now);
        rest = later;
        total += now.len();
    }
    Ok(total)
}

pub(crate) fn read(
    wasi: &mut WasiCtx,
    guest: &mut Guest<'_>,
    fd: u32,
    iovs: u32,
    n: u32,
    out: u32,
) -> Outcome {
    let iovecs = guest.iovecs(iovs, n)?;
    let file = readable(wasi.table.get_mut(fd)?)?;
    let total = scatter(guest, &iovecs, file.from(file.offset as u64))?;
    let answer = u32::try_from(total).map_err(|_| Errno::Overflow)?;
    file.offset += total;
    guest.write_u32(out, answer)
}

pub(crate) fn pread(
    wasi: &mut WasiCtx,
    guest: &mut Guest<'_>,
    fd: u32,
    (iovs, n): (u32, u32),
    offset: u64,
    out: u32,
) -> Outcome {
    let iovecs = guest.iovecs(iovs, n)?;
    let file = readable(wasi.table.get_mut(fd)?)?;
    let total = scatter(guest, &iovecs, file.from(offset))?;
    guest.write_u32(out, u32::try_from(total).map_err(|_| Errno::Overflow)?)
}

/// Octets that writing these buffers copies.
pub(crate) fn write_octets(wasi: &WasiCtx, guest: &Guest<'_>, fd: u32, iovs: u32, n: u32) -> u64 {
    let wanted = match wasi.table.get(fd) {
        Ok(Descriptor::Stdout | Descriptor::Stderr | Descriptor::Device(_)) => {
            guest.iovecs_total(iovs, n).unwrap_or(0)
        }
        _ => 0,
    };
    u64::from(n).saturating_mul(gas::IOVEC).saturating_add(wanted)
}

pub(crate) fn write(
    wasi: &mut WasiCtx,
    guest: &mut Guest<'_>,
    fd: u32,
    iovs: u32,
    n: u32,
    out: u32,
) -> Outcome {
    let iovecs = guest.iovecs(iovs, n)?;
    let mut sink = match wasi.table.get_mut(fd)? {
        Descriptor::Stdout => Sink::Output(&mut wasi.stdout),
        Descriptor::Stderr => Sink::Output(&mut wasi.stderr),
        Descriptor::Device(device) => Sink::Device(device),
        Descriptor::File(_) | Descriptor::Dir { .. } => return Err(Errno::Rofs.into()),
    };
    let mut total = 0_u64;
    for (ptr, len) in &iovecs {
        guest.octets(*ptr, u64::from(*len))?;
        total += u64::from(*len);
    }
    let total = u32::try_from(total).map_err(|_| Errno::Overflow)?;
    for (ptr, len) in &iovecs {
        let octets = guest.octets(*ptr, u64::from(*len))?;
        match &mut sink {
            Sink::Output(output) => output.write(octets),
            Sink::Device(device) => device.write(octets, &mut wasi.ram)?,
        }
    }
    guest.write_u32(out, total)
}

/// What can be written to.
enum Sink<'a> {
    Output(&'a mut Output),
    Device(&'a mut Device),
}

pub(crate) fn seek(
    wasi: &mut WasiCtx,
    guest: &mut Guest<'_>,
    fd: u32,
    delta: i64,
    whence: u32,
    out: u32,
) -> Outcome {
    let whence = Whence::decode(whence)?;
    let file = seekable(wasi.table.get_mut(fd)?)?;
    let start = match whence {
        Whence::Set => 0,
        Whence::Cur => file.offset as i128,
        Whence::End => return Err(Errno::Notsup.into()),
    };
    // Both fit in far fewer bits, and what is clamped fits the file.
    let target = (start + i128::from(delta)).clamp(0, file.contents.len() as i128);
    file.offset = target as usize;
    guest.write_u64(out, target as u64)
}

pub(crate) fn tell(wasi: &mut WasiCtx, guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    let offset = seekable(wasi.table.get_mut(fd)?)?.offset;
    guest.write_u64(out, offset as u64)
}

fn seekable(descriptor: &mut Descriptor) -> Outcome<&mut File> {
    match descriptor {
        Descriptor::File(file) => Ok(file),
        Descriptor::Dir { .. } => Err(Errno::Notsup.into()),
        Descriptor::Stdout | Descriptor::Stderr | Descriptor::Device(_) => Err(Errno::Spipe.into()),
    }
}

pub(crate) fn fdstat_get(wasi: &WasiCtx, guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    let (filetype, rights) = match wasi.table.get(fd)? {
        Descriptor::File(_) => (Filetype::RegularFile, FILE_RIGHTS),
        Descriptor::Dir { .. } => (Filetype::Directory, DIR_RIGHTS),
        Descriptor::Stdout | Descriptor::Stderr => (Filetype::Unknown, OUTPUT_RIGHTS),
        Descriptor::Device(_) => (Filetype::CharacterDevice, DEVICE_RIGHTS),
    };
    let record: &mut [u8; 24] = guest.record(out, 8)?;
    record[0] = filetype as u8;
    record[2..4].fill(0);
    record[8..16].copy_from_slice(&rights.to_le_bytes());
    record[16..24].copy_from_slice(&rights.to_le_bytes());
    Ok(())
}

pub(crate) fn filestat_get(wasi: &WasiCtx, guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    let (filetype, size) = match wasi.table.get(fd)? {
        Descriptor::File(file) => (Filetype::RegularFile, file.contents.len()),
        Descriptor::Dir { .. } => (Filetype::Directory, 0),
        Descriptor::Stdout | Descriptor::Stderr | Descriptor::Device(_) => (Filetype::CharacterDevice, 0),
    };
    write_filestat(guest, out, filetype, 1, size)
}

/// Writes a filestat: device, number and times are 0 always.
pub(crate) fn write_filestat(
    guest: &mut Guest<'_>,
    out: u32,
    filetype: Filetype,
    nlink: u64,
    size: usize,
) -> Outcome {
    let record: &mut [u8; 64] = guest.record(out, 8)?;
    record[..16].fill(0);
    record[16] = filetype as u8;
    record[24..32].copy_from_slice(&nlink.to_le_bytes());
    record[32..40].copy_from_slice(&(size as u64).to_le_bytes());
    record[40..].fill(0);
    Ok(())
}

/// The root, while descriptor 3 is still what it was at the start, is all that was opened in advance.
pub(crate) fn prestat_get(wasi: &WasiCtx, guest: &mut Guest<'_>, fd: u32, out: u32) -> Outcome {
    match wasi.table.get(fd)? {
        Descriptor::Dir { path, preopen: true } => {
            let len = last_component(path).len() as u32;
            let record: &mut [u8; 8] = guest.record(out, 4)?;
            record[0] = 0;
            record[4..].copy_from_slice(&len.to_le_bytes());
            Ok(())
        }
        _ => Err(Errno::Badf.into()),
    }
}

fn last_component(path: &str) -> &str {
    match path.rsplit('/').next() {
        None | Some("") => "/",
        Some(name) => name,
    }
}

/// Octets that `fd_prestat_dir_name` copies.
pub(crate) fn dir_name_octets(wasi: &WasiCtx, fd: u32) -> u64 {
    wasi.table.dir(fd).map_or(0, |path| last_component(path).len() as u64)
}

pub(crate) fn prestat_dir_name(
    wasi: &WasiCtx,
    guest: &mut Guest<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Outcome {
    let name = last_component(wasi.table.dir(fd)?);
    if u64::from(len) < name.len() as u64 {
        return Err(Errno::Overflow.into());
    }
    guest.write(path, name.as_bytes())
}

/// The directory of a descriptor.
fn dir_of(wasi: &WasiCtx, fd: u32) -> Outcome<&Arc<Dir>> {
    match wasi.vfs.resolve(wasi.table.dir(fd)?, "")?.node() {
        NodeRef::Dir(dir) => Ok(dir),
        NodeRef::File(_) => Err(Errno::Badf.into()),
    }
}

/// The entries of a directory, numbered: name and type.
fn entries(dir: &Dir, cookie: u64) -> impl Iterator<Item = (u64, &str, Filetype)> {
    let children = dir.iter().map(|(name, node)| match node {
        Node::File(_) => (name, Filetype::RegularFile),
        Node::Dir(_) => (name, Filetype::Directory),
    });
    let dots = [(".", Filetype::Directory), ("..", Filetype::Directory)];
    let skipped = skipped(dir, cookie);
    let all = dots.into_iter().chain(children).skip(skipped);
    (skipped as u64..).zip(all).map(|(number, (name, filetype))| (number, name, filetype))
}

/// How many entries a cookie skips.
fn skipped(dir: &Dir, cookie: u64) -> usize {
    usize::try_from(cookie).unwrap_or(usize::MAX).min(dir.len() + 2)
}

/// Octets of the entries from the cookie on, up to `len`.
fn listing_len(dir: &Dir, cookie: u64, len: u32) -> u32 {
    let mut room = len;
    for (_, name, _) in entries(dir, cookie) {
        let size = DIRENT.saturating_add(u32::try_from(name.len()).unwrap_or(u32::MAX));
        if size >= room {
            return len;
        }
        room -= size;
    }
    len - room
}

/// Octets of an entry in front of its name.
const DIRENT: u32 = 24;

/// Octets that a listing counts.
pub(crate) fn readdir_octets(wasi: &WasiCtx, fd: u32, len: u32, cookie: u64) -> u64 {
    match dir_of(wasi, fd) {
        Ok(dir) if len > 0 => {
            let skipped = (skipped(dir, cookie) as u64).saturating_mul(gas::SKIPPED_ENTRY);
            skipped.saturating_add(u64::from(listing_len(dir, cookie, len)))
        }
        _ => 0,
    }
}

pub(crate) fn readdir(
    wasi: &WasiCtx,
    guest: &mut Guest<'_>,
    fd: u32,
    (buf, len): (u32, u32),
    cookie: u64,
    out: u32,
) -> Outcome {
    let dir = dir_of(wasi, fd)?;
    if len == 0 {
        return guest.write_u32(out, 0);
    }
    let written = listing_len(dir, cookie, len);
    let mut buffer = guest.octets_mut(buf, u64::from(written))?;
    for (number, name, filetype) in entries(dir, cookie) {
        if buffer.is_empty() {
            break;
        }
        let mut dirent = [0; DIRENT as usize];
        dirent[..8].copy_from_slice(&(number + 1).to_le_bytes());
        dirent[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
        dirent[20] = filetype as u8;
        for part in [&dirent[..], name.as_bytes()] {
            let (now, later) = buffer.split_at_mut(part.len().min(buffer.len()));
            now.copy_from_slice(&part[..now.len()]);
            buffer = later;
        }
    }
    guest.write_u32(out, written)
}
