//! The root slot's fields, read from a few written octets.

use super::*;
use std::cell::Cell;

#[derive(Default)]
struct Octets(Overlay);

fn zeros(_: &SlotId, _: u32, buf: &mut [u8]) -> Result<(), &'static str> {
    buf.fill(0);
    Ok(())
}

impl Octets {
    fn with(mut self, slot: SlotId, index: u32, data: &[u8]) -> Self {
        self.0.write(&slot, index, data, zeros, |_| Ok(())).unwrap();
        self
    }

    fn list(self, slot: SlotId, count: u32, items: &[u8]) -> Self {
        self.with(slot, 0, &count.to_le_bytes()).with(slot, 4, items)
    }
}

impl ReadStorage for Octets {
    type Error = AccessError<&'static str>;

    fn read(&self, slot: &SlotId, index: u32, buf: &mut [u8]) -> Result<(), Self::Error> {
        self.0.read(slot, index, buf, zeros)
    }
}

const SENDER: Address = Address([5; 20]);

fn lock(storage: &Octets) -> Result<LockedSlots, RootError<AccessError<&'static str>>> {
    locked_slots(storage, &SENDER, |_| true)
}

#[test]
fn fields_are_at_their_offsets() {
    let storage = Octets::default().with(SlotId::ROOT, 0, &(0..69).collect::<Vec<u8>>());
    assert_eq!(major(&storage), Ok(0));
    assert_eq!(code_slot(&storage).unwrap().0[..], (5..37).collect::<Vec<u8>>());
    assert_eq!(can_use_balance_for_message_fees(&storage), Ok(true)); // octet 37 is 37, odd
    assert_eq!(major(&Octets::default().with(SlotId::ROOT, 0, &[3])), Ok(3));
}

#[test]
fn only_bit_0_of_the_permissions_counts() {
    let with = |octet| Octets::default().with(SlotId::ROOT, 37, &[octet]);
    assert_eq!(can_use_balance_for_message_fees(&Octets::default()), Ok(false));
    assert_eq!(can_use_balance_for_message_fees(&with(1)), Ok(true));
    assert_eq!(can_use_balance_for_message_fees(&with(0xfe)), Ok(false));
    let others = Octets::default().with(SlotId::ROOT, 38, &[0xff; 31]).with(SlotId::ROOT, 36, &[0xff]);
    assert_eq!(can_use_balance_for_message_fees(&others), Ok(false));
}

#[test]
fn code_is_where_the_root_slot_says() {
    let storage = Octets::default().list(root::code(), 3, b"abcd");
    let location = code_location(&storage).unwrap().unwrap();
    assert_eq!(location, CodeLocation { slot: root::code(), len: 3 });
    assert_eq!(location.read(&storage).unwrap(), b"abc");

    let other = SlotId([9; 32]);
    let storage = storage.with(SlotId::ROOT, 5, &[9; 32]).list(other, 2, b"xyz");
    let location = code_location(&storage).unwrap().unwrap();
    assert_eq!(location, CodeLocation { slot: other, len: 2 });
    assert_eq!(location.read(&storage).unwrap(), b"xy");
}

#[test]
fn no_code_is_a_length_of_zero_or_beyond_a_slot() {
    assert_eq!(code_location(&Octets::default()), Ok(None));
    let with = |len| Octets::default().list(root::code(), len, &[]);
    assert_eq!(code_location(&with(u32::MAX)), Ok(None));
    assert_eq!(code_location(&with(MAX_CODE + 1)), Ok(None));
    assert_eq!(code_location(&with(MAX_CODE)).unwrap().unwrap().len, u32::MAX - 4);
}

#[test]
fn a_contract_without_lists_locks_nothing_and_costs_nothing() {
    let charged = Cell::new(None);
    let locked = locked_slots(&Octets::default(), &SENDER, |octets| {
        charged.set(Some(octets));
        true
    });
    assert!(locked.unwrap().is_empty());
    assert_eq!(charged.get(), Some(0));
}

#[test]
fn locked_slots_are_exact_and_cost_32_octets_each() {
    let slots = [[0; 32], [1; 32], [1; 32]].concat();
    let storage = Octets::default().list(root::locked_slots(), 3, &slots);
    let charged = Cell::new(0);
    let locked = locked_slots(&storage, &SENDER, |octets| {
        charged.set(octets);
        true
    })
    .unwrap();
    assert_eq!(charged.get(), 96);
    assert_eq!(locked.len(), 2);
    assert!(locked.contains(&SlotId::ROOT) && locked.contains(&SlotId([1; 32])));
    assert!(!locked.contains(&root::code()));
    assert!(!LockedSlots::none().contains(&SlotId::ROOT));
}

#[test]
fn an_upgrader_finds_nothing_locked_and_the_locked_slots_unread() {
    let upgraders = [[4; 20], [5; 20]].concat();
    // Too many locked slots: not even looked at.
    let storage =
        Octets::default().list(root::upgraders(), 2, &upgraders).list(root::locked_slots(), 257, &[]);
    let locked = locked_slots(&storage, &SENDER, |_| panic!("charged"));
    assert!(locked.unwrap().is_empty());
    assert_eq!(
        locked_slots(&storage, &Address([6; 20]), |_| true).unwrap_err().code(),
        Some("out_of locked_slots")
    );
    // The count ends the list.
    let storage =
        Octets::default().list(root::upgraders(), 1, &upgraders).list(root::locked_slots(), 1, &[1; 32]);
    assert_eq!(lock(&storage).unwrap().len(), 1);
}

#[test]
fn limits_are_32_upgraders_and_256_locked_slots() {
    let upgraders = |count| Octets::default().list(root::upgraders(), count, &[]);
    assert!(lock(&upgraders(32)).is_ok());
    assert_eq!(lock(&upgraders(33)), Err(RootError::Upgraders));
    assert_eq!(lock(&upgraders(33)).unwrap_err().code(), Some("out_of upgraders"));
    assert_eq!(lock(&upgraders(u32::MAX)), Err(RootError::Upgraders));

    let slots = |count| Octets::default().list(root::locked_slots(), count, &[]);
    assert!(lock(&slots(256)).is_ok());
    assert_eq!(lock(&slots(257)), Err(RootError::LockedSlots));
    let full = locked_slots(&slots(256), &SENDER, |octets| octets < 8192);
    assert_eq!(full.unwrap_err().code(), Some("out_of memory"));
}

#[test]
fn a_deployment_writes_code_and_then_major() {
    let mut overlay = Overlay::new();
    let mut charged = Vec::new();
    let charge = |key: &PageKey| {
        charged.push(*key);
        Ok(())
    };
    write_deployment(&mut overlay, &[7; 40], 2, zeros, charge).unwrap();
    let key = |slot, page| PageKey { slot, page };
    assert_eq!(charged, [key(root::code(), 0), key(root::code(), 1), key(SlotId::ROOT, 0)]);
    let storage = Octets(overlay);
    assert_eq!(major(&storage), Ok(2));
    assert_eq!(code_location(&storage).unwrap().unwrap().read(&storage).unwrap(), [7; 40]);
}

#[test]
fn a_deployment_goes_to_the_named_slot() {
    let named = |_: &SlotId, index: u32, buf: &mut [u8]| -> Result<(), &'static str> {
        buf.fill(0);
        if buf.len() == 32 && index == 5 {
            buf.fill(9);
        }
        Ok(())
    };
    let mut overlay = Overlay::new();
    write_deployment(&mut overlay, &[7; 40], 0, named, |_| Ok(())).unwrap();
    assert!(overlay.page(&PageKey { slot: SlotId([9; 32]), page: 0 }).is_some());
}

#[test]
fn a_storage_that_fails_is_nobodys_result() {
    let broken = |_: &SlotId, _: u32, _: &mut [u8]| Err("disk");
    assert_eq!(major(&broken), Err("disk"));
    let error = locked_slots(&broken, &SENDER, |_| true).unwrap_err();
    assert_eq!(error, RootError::Storage("disk"));
    assert_eq!(error.code(), None);
}
