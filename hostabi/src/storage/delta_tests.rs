//! Reported changes.

use super::*;
use crate::calldata::{Value, check, encode};
use crate::storage::root;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn overlay_of(pages: impl IntoIterator<Item = (SlotId, u32, u8)>) -> Overlay {
    let mut overlay = Overlay::new();
    for (slot, page, octet) in pages {
        let written = overlay.write(&slot, page * 32, &[octet; 32], |_, _, _| Ok::<(), ()>(()), |_| Ok(()));
        assert_eq!(written, Ok(()));
    }
    overlay
}

fn encoded(overlay: &Overlay) -> Vec<u8> {
    let mut writer = Writer::new();
    write_changes(overlay, &mut writer);
    writer.finish()
}

fn pair(slot: SlotId, page: u32, octets: &[u8]) -> Value {
    let key = [&slot.0[..], &page.to_be_bytes()].concat();
    Value::Array(vec![Value::Bytes(key), Value::Bytes(octets.to_vec())])
}

#[test]
fn no_page_is_an_empty_array() {
    assert_eq!(encoded(&Overlay::new()), [5]);
    assert_eq!(read_changes(check(&[5]).unwrap()), Ok(vec![]));
}

#[test]
fn a_key_is_that_of_the_specification() {
    let overlay = overlay_of([(root::code(), 0, 0)]);
    let octets = encoded(&overlay);
    let Ok(Value::Array(pairs)) = crate::calldata::decode(&octets) else { panic!("an array") };
    let Value::Array(pair) = &pairs[0] else { panic!("a pair") };
    let Value::Bytes(key) = &pair[0] else { panic!("a key") };
    let key: String = key.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(key, "ba005630745acf3014aaf162e9933040302ca0bef3f56fe2d73c0a08f82c610b00000000");
}

#[test]
fn consecutive_pages_of_a_slot_are_one_run() {
    let (low, high) = (SlotId([1; 32]), SlotId([2; 32]));
    let last = PAGES - 1;
    // The last page of one slot and the first of the next are not consecutive.
    let overlay = overlay_of([(high, 0, 5), (low, 258, 3), (low, 256, 1), (low, 257, 2), (low, last, 4)]);
    let runs = [[1; 32], [2; 32], [3; 32]].concat();
    let value = Value::Array(vec![pair(low, 256, &runs), pair(low, last, &[4; 32]), pair(high, 0, &[5; 32])]);
    assert_eq!(encoded(&overlay), encode(&value));
}

#[test]
fn what_no_overlay_reports_is_rejected() {
    let (low, high) = (SlotId([1; 32]), SlotId([2; 32]));
    let page = [7; 32];
    let run = |slot, first| pair(slot, first, &page);
    let rows = [
        (Value::Null, ChangesError::Shape),
        (Value::Array(vec![Value::Null]), ChangesError::Shape),
        (Value::Array(vec![Value::Array(vec![])]), ChangesError::Shape),
        (Value::Array(vec![Value::Array(vec![Value::Bytes(vec![0; 36])])]), ChangesError::Shape),
        (
            Value::Array(vec![Value::Array(vec![
                Value::Bytes(vec![0; 36]),
                Value::Bytes(vec![0; 32]),
                Value::Null,
            ])]),
            ChangesError::Shape,
        ),
        (
            Value::Array(vec![Value::Array(vec![Value::Bytes(vec![0; 37]), Value::Bytes(vec![0; 32])])]),
            ChangesError::Shape,
        ),
        (
            Value::Array(vec![Value::Array(vec![Value::Bytes(vec![0; 35]), Value::Bytes(vec![0; 32])])]),
            ChangesError::Shape,
        ),
        (Value::Array(vec![pair(low, 0, &[])]), ChangesError::Shape),
        (Value::Array(vec![pair(low, 0, &[0; 33])]), ChangesError::Shape),
        (Value::Array(vec![run(low, PAGES)]), ChangesError::OutOfBounds),
        (Value::Array(vec![run(low, u32::MAX)]), ChangesError::OutOfBounds),
        (Value::Array(vec![pair(low, PAGES - 1, &[0; 64])]), ChangesError::OutOfBounds),
        (Value::Array(vec![run(high, 0), run(low, 0)]), ChangesError::Order),
        (Value::Array(vec![run(low, 2), run(low, 0)]), ChangesError::Order),
        (Value::Array(vec![run(low, 0), run(low, 0)]), ChangesError::Order),
        (Value::Array(vec![run(low, 0), run(low, 1)]), ChangesError::Order),
    ];
    for (value, error) in rows {
        assert_eq!(read_changes(check(&encode(&value)).unwrap()), Err(error), "{value:?}");
    }
}

proptest! {
    #[test]
    fn changes_come_back_as_they_went(
        pages in prop::collection::btree_map((0..3_u8, 0..40_u32), any::<u8>(), 0..60)
    ) {
        let overlay = overlay_of(pages.iter().map(|((slot, page), octet)| (SlotId([*slot; 32]), *page, *octet)));
        let octets = encoded(&overlay);
        let deltas = read_changes(check(&octets).unwrap()).unwrap();
        prop_assert_eq!(&deltas, &changes(&overlay).collect::<Vec<_>>());
        let applied: BTreeMap<PageKey, Page> = deltas.iter().flat_map(Delta::pages).collect();
        let written: BTreeMap<PageKey, Page> = overlay.pages().map(|(key, page)| (*key, *page)).collect();
        prop_assert_eq!(applied, written);
        // Maximal runs: none starts where one ends.
        for two in deltas.windows(2) {
            let end = two[0].first_page + two[0].octets.len() as u32 / 32;
            prop_assert!(two[0].slot < two[1].slot || end < two[1].first_page);
        }
    }
}
