//! The overlay against a map of octets.

use super::*;
use proptest::prelude::*;

/// What the committed state holds: anything but zero, so that a merge that forgets to read is seen.
fn committed(slot: &SlotId, index: u32) -> u8 {
    slot.0[0].wrapping_mul(31).wrapping_add((index % 251) as u8) | 1
}

fn fetch(slot: &SlotId, index: u32, buf: &mut [u8]) -> Result<(), &'static str> {
    for (index, octet) in (index..=u32::MAX).zip(buf) {
        *octet = committed(slot, index);
    }
    Ok(())
}

fn free(_: &PageKey) -> Result<(), &'static str> {
    Ok(())
}

/// Octet by octet, and which pages have been touched.
#[derive(Default)]
struct Model {
    octets: BTreeMap<(SlotId, u32), u8>,
    pages: std::collections::BTreeSet<PageKey>,
}

impl Model {
    /// As the overlay, with room for `room` new pages. Returns whether all was written.
    fn write(&mut self, slot: SlotId, index: u32, data: &[u8], room: &mut usize) -> bool {
        for (index, octet) in (index..=u32::MAX).zip(data) {
            let key = PageKey { slot, page: index / 32 };
            if !self.pages.contains(&key) {
                match room.checked_sub(1) {
                    Some(left) => *room = left,
                    None => return false,
                }
                self.pages.insert(key);
            }
            self.octets.insert((slot, index), *octet);
        }
        true
    }

    fn read(&self, slot: SlotId, index: u32, len: usize) -> Vec<u8> {
        (index..=u32::MAX)
            .take(len)
            .map(|index| self.octets.get(&(slot, index)).copied().unwrap_or_else(|| committed(&slot, index)))
            .collect()
    }
}

/// An access: which of two slots, where, and how long. Near the start, or up to the very end of the slot.
fn access() -> impl Strategy<Value = (u8, u32, usize)> {
    let start = (0..200_u32, 0..150_usize);
    let end = (0..200_u32, 0..150_usize).prop_map(|(back, len)| {
        let index = u32::MAX - back;
        (index, len.min(back as usize + 1))
    });
    (0..2_u8, prop_oneof![start, end]).prop_map(|(slot, (index, len))| (slot, index, len))
}

proptest! {
    #[test]
    fn an_overlay_is_a_map_of_octets(
        steps in prop::collection::vec((access(), any::<u8>(), 0..4_u8, 0..6_usize), 1..40)
    ) {
        let mut overlay = Overlay::new();
        let mut model = Model::default();
        for ((slot, index, len), seed, action, mut room) in steps {
            let slot = SlotId([slot; 32]);
            if action == 0 {
                let mut buf = vec![0xee; len];
                overlay.read(&slot, index, &mut buf, fetch).unwrap();
                prop_assert_eq!(buf, model.read(slot, index, len));
                continue;
            }
            let data: Vec<u8> = (0..len).map(|at| seed.wrapping_add(at as u8)).collect();
            if action > 1 {
                room = usize::MAX;
            }
            let mut room_of_overlay = room;
            let written = overlay.write(&slot, index, &data, fetch, |_| {
                room_of_overlay = room_of_overlay.checked_sub(1).ok_or("full")?;
                Ok(())
            });
            let all = model.write(slot, index, &data, &mut room);
            prop_assert_eq!(written, if all { Ok(()) } else { Err(AccessError::Failed("full")) });
            prop_assert_eq!(room_of_overlay, room);
            prop_assert_eq!(overlay.len(), model.pages.len());
        }
        for (key, page) in overlay.pages() {
            prop_assert!(model.pages.contains(key));
            prop_assert_eq!(page.to_vec(), model.read(key.slot, key.page * 32, 32));
        }
    }
}

#[test]
fn the_end_of_an_access_may_be_the_end_of_the_slot() {
    assert!(in_bounds(0, 1 << 32) && in_bounds(u32::MAX, 1) && in_bounds(u32::MAX, 0));
    assert!(!in_bounds(0, (1 << 32) + 1) && !in_bounds(u32::MAX, 2) && !in_bounds(1, u64::MAX));
    let mut overlay = Overlay::new();
    assert_eq!(overlay.write(&SlotId::ROOT, u32::MAX, &[7], fetch, free), Ok(()));
    let mut last = [0; 2];
    assert_eq!(overlay.read(&SlotId::ROOT, u32::MAX - 1, &mut last, fetch), Ok(()));
    assert_eq!(last, [committed(&SlotId::ROOT, u32::MAX - 1), 7]);
}

#[test]
fn an_access_past_the_end_does_nothing() {
    let mut overlay = Overlay::new();
    let never = |_: &PageKey| -> Result<(), &'static str> { panic!("charged") };
    assert_eq!(overlay.write(&SlotId::ROOT, u32::MAX, &[7, 7], fetch, never), Err(AccessError::OutOfBounds));
    assert!(overlay.is_empty());
    let mut buf = [9; 2];
    assert_eq!(overlay.read(&SlotId::ROOT, u32::MAX, &mut buf, fetch), Err(AccessError::OutOfBounds));
    assert_eq!(buf, [9; 2]);
}

#[test]
fn an_access_of_no_octets_does_nothing() {
    let mut overlay = Overlay::new();
    let never = |_: &PageKey| -> Result<(), &'static str> { panic!("charged") };
    let not_read = |_: &SlotId, _: u32, _: &mut [u8]| -> Result<(), &'static str> { panic!("read") };
    assert_eq!(overlay.write(&SlotId::ROOT, u32::MAX, &[], not_read, never), Ok(()));
    assert_eq!(overlay.read(&SlotId::ROOT, 5, &mut [], not_read), Ok(()));
    assert!(overlay.is_empty());
}

#[test]
fn pages_are_charged_once_ascending_even_if_nothing_changes() {
    let mut overlay = Overlay::new();
    let mut charged = Vec::new();
    let mut write = |index: u32, data: &[u8]| {
        overlay.write(&SlotId::ROOT, index, data, fetch, |key| {
            charged.push(key.page);
            Ok(())
        })
    };
    write(40, &[committed(&SlotId::ROOT, 40)]).unwrap();
    write(0, &[0; 100]).unwrap();
    write(0, &[0; 100]).unwrap();
    assert_eq!(charged, [1, 0, 2, 3]);
}

#[test]
fn a_write_that_runs_out_keeps_what_it_has_paid_for() {
    let mut overlay = Overlay::new();
    let mut room = 2;
    let result = overlay.write(&SlotId::ROOT, 16, &[7; 100], fetch, |_| {
        if room == 0 {
            return Err("out_of storage");
        }
        room -= 1;
        Ok(())
    });
    assert_eq!(result, Err(AccessError::Failed("out_of storage")));
    assert_eq!(overlay.pages().map(|(key, _)| key.page).collect::<Vec<_>>(), [0, 1]);
    let mut buf = [0; 96];
    overlay.read(&SlotId::ROOT, 0, &mut buf, fetch).unwrap();
    assert_eq!(buf[15], committed(&SlotId::ROOT, 15));
    assert_eq!(buf[16..64], [7; 48]);
    assert_eq!(buf[64], committed(&SlotId::ROOT, 64));
}

#[test]
fn a_page_that_cannot_be_read_is_not_written() {
    let mut overlay = Overlay::new();
    let broken = |_: &SlotId, _: u32, _: &mut [u8]| Err("disk");
    assert_eq!(overlay.write(&SlotId::ROOT, 0, &[1; 40], broken, free), Err(AccessError::Failed("disk")));
    // The first page is written whole and needs no read.
    assert_eq!(overlay.len(), 1);
}

#[test]
fn only_the_gaps_are_fetched() {
    let mut overlay = Overlay::new();
    overlay.write(&SlotId::ROOT, 64, &[7; 32], fetch, free).unwrap();
    overlay.write(&SlotId([1; 32]), 96, &[7; 32], fetch, free).unwrap();
    let mut asked = Vec::new();
    let mut buf = [0; 100];
    overlay
        .read(&SlotId::ROOT, 30, &mut buf, |slot, index, buf| {
            asked.push((index, buf.len()));
            fetch(slot, index, buf)
        })
        .unwrap();
    assert_eq!(asked, [(30, 34), (96, 34)]);
    asked.clear();
    overlay
        .read(&SlotId::ROOT, 70, &mut buf[..20], |slot, index, buf| {
            asked.push((index, buf.len()));
            fetch(slot, index, buf)
        })
        .unwrap();
    assert!(asked.is_empty());
}

#[test]
fn a_sandbox_sees_its_callers_pages_and_leaves_its_own() {
    let mut caller = Overlay::new();
    caller.write(&SlotId::ROOT, 0, &[1; 64], fetch, free).unwrap();
    assert_eq!((caller.inherited(), caller.first_written()), (0, 2));

    let mut sandbox = caller.lend();
    assert!(caller.is_empty());
    assert_eq!((sandbox.inherited(), sandbox.first_written()), (2, 0));
    sandbox.write(&SlotId::ROOT, 32, &[2; 64], fetch, free).unwrap();
    assert_eq!((sandbox.inherited(), sandbox.first_written()), (2, 1));

    let mut inner = sandbox.lend();
    inner.write(&SlotId::ROOT, 96, &[3; 64], fetch, free).unwrap();
    assert_eq!((inner.inherited(), inner.first_written()), (3, 2));
    sandbox.take_back(inner);
    assert_eq!((sandbox.inherited(), sandbox.first_written()), (2, 3));

    caller.take_back(sandbox);
    assert_eq!((caller.inherited(), caller.first_written()), (0, 5));
    let mut buf = [0; 160];
    caller.read(&SlotId::ROOT, 0, &mut buf, fetch).unwrap();
    assert_eq!([buf[0], buf[32], buf[64], buf[96], buf[159]], [1, 2, 2, 3, 3]);
}
