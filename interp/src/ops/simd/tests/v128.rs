use super::{V128, samples};

const BYTES: [u8; 16] =
    [0x10, 0x21, 0x32, 0x43, 0x54, 0x65, 0x76, 0x87, 0x98, 0xa9, 0xba, 0xcb, 0xdc, 0xed, 0xfe, 0x0f];

#[test]
fn lane_0_comes_first_in_memory_and_is_the_low_end_of_numbers() {
    let v = V128::from_bytes(BYTES);
    assert_eq!(v.to_u128(), 0x0ffe_eddc_cbba_a998_8776_6554_4332_2110);
    assert_eq!(v.to_cells(), (0x8776_6554_4332_2110, 0x0ffe_eddc_cbba_a998));
    assert_eq!(v.to_pair(), [0x8776_6554_4332_2110, 0x0ffe_eddc_cbba_a998]);
    assert_eq!(v.lanes::<u64, 2>(), [0x8776_6554_4332_2110, 0x0ffe_eddc_cbba_a998]);
    assert_eq!(v.lanes::<u32, 4>(), [0x4332_2110, 0x8776_6554, 0xcbba_a998, 0x0ffe_eddc]);
    assert_eq!(v.lanes::<u16, 8>(), [0x2110, 0x4332, 0x6554, 0x8776, 0xa998, 0xcbba, 0xeddc, 0x0ffe]);
    assert_eq!(v.lanes::<u8, 16>(), BYTES);
}

#[test]
fn signed_lanes_hold_the_same_bits() {
    let v = V128::from_bytes(BYTES);
    assert_eq!(v.lanes::<i8, 16>()[7], -0x79);
    assert_eq!(v.lanes::<i16, 8>()[3], -0x788a);
    assert_eq!(v.lanes::<i32, 4>()[1], -0x7889_9aac);
    assert_eq!(v.lanes::<i64, 2>()[0], -0x7889_9aab_bccd_def0);
}

#[test]
fn every_way_in_undoes_the_way_out() {
    for v in samples() {
        let (lo, hi) = v.to_cells();
        assert_eq!(V128::from_cells(lo, hi), v);
        assert_eq!(V128::from_pair(v.to_pair()), v);
        assert_eq!(V128::from_u128(v.to_u128()), v);
        assert_eq!(V128::from_bytes(v.to_bytes()), v);
        assert_eq!(V128::from_lanes::<u8, 16>(v.lanes()), v);
        assert_eq!(V128::from_lanes::<i8, 16>(v.lanes()), v);
        assert_eq!(V128::from_lanes::<u16, 8>(v.lanes()), v);
        assert_eq!(V128::from_lanes::<i16, 8>(v.lanes()), v);
        assert_eq!(V128::from_lanes::<u32, 4>(v.lanes()), v);
        assert_eq!(V128::from_lanes::<i32, 4>(v.lanes()), v);
        assert_eq!(V128::from_lanes::<u64, 2>(v.lanes()), v);
        assert_eq!(V128::from_lanes::<i64, 2>(v.lanes()), v);
    }
}
