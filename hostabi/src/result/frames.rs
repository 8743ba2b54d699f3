//! Frames and the hashes of memories, as results hold them. Spec: vm.md 11.

use super::error::ReadError;
use selfsame_calldata::typed::{Fields, Mismatch, Read};
use selfsame_calldata::{Entries, Items, Ref, Writer, check};
use selfsame_interp::Fingerprint;
use std::collections::BTreeMap;

/// A function that was running: `{"func", "module_name"}`.
pub type Frame = selfsame_interp::FingerprintFrame;

/// For each module, by name, the hashes of the memories that it defines, in index order: a module without memory
/// has none.
pub type StoreHashes = BTreeMap<String, Vec<[u8; 32]>>;

/// Writes the frames, innermost first: every live one, for the depth limit bounds them. `None` is Null: of a
/// return, of a sandbox, of a failure before the code started.
pub fn write_backtrace(writer: &mut Writer, backtrace: Option<&[Frame]>) {
    let Some(frames) = backtrace else { return writer.null() };
    writer.array(frames.len());
    for frame in frames {
        writer.map(2);
        writer.key("func");
        writer.int_u64(frame.func.into());
        writer.key("module_name");
        writer.str(&frame.module_name);
    }
}

/// Reads what [`write_backtrace`] writes.
///
/// # Errors
/// [`Mismatch`] for anything else.
pub fn read_backtrace(value: Ref<'_>) -> Result<Option<Vec<Frame>>, Mismatch> {
    Option::<Items<'_>>::read(value)?.map(|frames| frames.map(read_frame).collect()).transpose()
}

fn read_frame(value: Ref<'_>) -> Result<Frame, Mismatch> {
    let mut fields = Fields::of(value)?;
    let func = fields.required("func")?;
    let module_name = fields.required::<&str>("module_name")?.into();
    fields.end()?;
    Ok(Frame { func, module_name })
}

/// The frames of a run that has some, or none that live: not Null.
pub(super) fn read_frames(value: Ref<'_>) -> Result<Vec<Frame>, Mismatch> {
    read_backtrace(value)?.ok_or(Mismatch::new("frames"))
}

/// Writes the hashes: `{name: {"memories": [..]}}`.
pub fn write_store_hashes(writer: &mut Writer, hashes: &StoreHashes) {
    writer.map(hashes.len());
    for (name, memories) in hashes {
        writer.key(name);
        writer.map(1);
        writer.key("memories");
        writer.array(memories.len());
        memories.iter().for_each(|hash| writer.bytes(hash));
    }
}

/// Reads what [`write_store_hashes`] writes.
///
/// # Errors
/// [`Mismatch`] for anything else.
pub fn read_store_hashes(value: Ref<'_>) -> Result<StoreHashes, Mismatch> {
    let module = |(name, module): (&str, _)| {
        let mut fields = Fields::of(module)?;
        let memories = fields.required("memories")?;
        fields.end()?;
        Ok((name.into(), memories))
    };
    Entries::read(value)?.map(module).collect()
}

/// The shape for people and tools: `{"fingerprint": {"frames", "module_instances"}, "message"}`. `message` is the
/// text of the error.
#[must_use]
pub fn described(message: &str, fingerprint: &Fingerprint) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.map(2);
    writer.key("fingerprint");
    writer.map(2);
    writer.key("frames");
    write_backtrace(&mut writer, Some(&fingerprint.frames));
    writer.key("module_instances");
    write_store_hashes(&mut writer, &fingerprint.module_instances);
    writer.key("message");
    writer.str(message);
    writer.finish()
}

/// Reads what [`described`] writes.
///
/// # Errors
/// [`ReadError`] for anything else.
pub fn read_described(octets: &[u8]) -> Result<(String, Fingerprint), ReadError> {
    let mut fields = Fields::of(check(octets)?)?;
    let mut fingerprint = Fields::of(fields.required("fingerprint")?)?;
    let frames = read_frames(fingerprint.required("frames")?)?;
    let module_instances = read_store_hashes(fingerprint.required("module_instances")?)?;
    fingerprint.end()?;
    let message: &str = fields.required("message")?;
    fields.end()?;
    Ok((message.into(), Fingerprint { frames, module_instances }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use selfsame_calldata::{Value, encode};

    pub(crate) fn fingerprint() -> Fingerprint {
        let frame = |func, module_name: &str| Frame { func, module_name: module_name.into() };
        Fingerprint {
            frames: vec![frame(7, "main"), frame(u32::MAX, ""), frame(0, "lib")],
            module_instances: [("lib".into(), vec![]), ("main".into(), vec![[1; 32], [2; 32]])].into(),
        }
    }

    fn octets(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::new();
        write(&mut writer);
        writer.finish()
    }

    #[test]
    fn backtrace_is_an_array_of_frames_or_null() {
        let frames = fingerprint().frames;
        let frame = |func: u32, name: &str| Value::map([("func", func.into()), ("module_name", name.into())]);
        let expected = Value::Array(vec![frame(7, "main"), frame(u32::MAX, ""), frame(0, "lib")]);
        let written = octets(|writer| write_backtrace(writer, Some(&frames)));
        assert_eq!(written, encode(&expected));
        assert_eq!(read_backtrace(check(&written).unwrap()), Ok(Some(frames)));
        let none = octets(|writer| write_backtrace(writer, None));
        assert_eq!(none, [0]);
        assert_eq!(read_backtrace(check(&none).unwrap()), Ok(None));
    }

    #[test]
    fn all_frames_are_written_not_twenty() {
        let frames: Vec<_> = (0..1024).map(|func| Frame { func, module_name: "m".into() }).collect();
        let written = octets(|writer| write_backtrace(writer, Some(&frames)));
        assert_eq!(read_backtrace(check(&written).unwrap()), Ok(Some(frames)));
    }

    #[test]
    fn store_hashes_are_memories_by_module() {
        let hashes = fingerprint().module_instances;
        let memories = |list: Vec<Vec<u8>>| {
            Value::map([("memories", Value::Array(list.into_iter().map(Value::Bytes).collect()))])
        };
        let expected =
            Value::map([("lib", memories(vec![])), ("main", memories(vec![vec![1; 32], vec![2; 32]]))]);
        let written = octets(|writer| write_store_hashes(writer, &hashes));
        assert_eq!(written, encode(&expected));
        assert_eq!(read_store_hashes(check(&written).unwrap()), Ok(hashes));
    }

    #[test]
    fn the_described_shape_holds_the_same() {
        let written = described("out_of memory", &fingerprint());
        let Value::Map(map) = selfsame_calldata::decode(&written).unwrap() else { panic!("a map") };
        assert_eq!(map.keys().collect::<Vec<_>>(), ["fingerprint", "message"]);
        assert_eq!(map["message"], "out_of memory".into());
        let Value::Map(inner) = &map["fingerprint"] else { panic!("a map") };
        assert_eq!(inner.keys().collect::<Vec<_>>(), ["frames", "module_instances"]);
        assert_eq!(read_described(&written), Ok(("out_of memory".into(), fingerprint())));
    }

    #[test]
    fn other_shapes_are_refused() {
        let frame = |entries: Vec<(&str, Value)>| encode(&Value::Array(vec![Value::map(entries)]));
        for octets in [
            frame(vec![("func", 1.into())]),
            frame(vec![("func", (-1).into()), ("module_name", "".into())]),
            frame(vec![("func", (1_u64 << 32).into()), ("module_name", "".into())]),
            frame(vec![("func", 1.into()), ("module_name", Value::Null)]),
            frame(vec![("func", 1.into()), ("module_name", "".into()), ("x", Value::Null)]),
            encode(&Value::map([("func", 1.into())])),
        ] {
            assert!(read_backtrace(check(&octets).unwrap()).is_err(), "{octets:?}");
        }
        let short = Value::map([("m", Value::map([("memories", vec![Value::Bytes(vec![0; 31])].into())]))]);
        assert!(read_store_hashes(check(&encode(&short)).unwrap()).is_err());
    }
}
