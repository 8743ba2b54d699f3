//! CRC-32 as ZIP has it: polynomial `edb88320`, reflected, start and end inverted.

/// `TABLES[k][octet]`: what `octet` does to the sum when `k` more octets follow it in its block.
static TABLES: [[u32; 256]; 8] = tables();

#[allow(clippy::cast_possible_truncation, reason = "places in a table of 256")]
const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut octet = 0;
    while octet < 256 {
        let mut sum = octet as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
            bit += 1;
        }
        tables[0][octet] = sum;
        octet += 1;
    }
    let mut behind = 1;
    while behind < 8 {
        let mut octet = 0;
        while octet < 256 {
            let before = tables[behind - 1][octet];
            tables[behind][octet] = before >> 8 ^ tables[0][(before & 255) as usize];
            octet += 1;
        }
        behind += 1;
    }
    tables
}

/// The CRC-32 of `octets`. Eight octets a step: archives are read whenever they are loaded.
pub(super) fn crc32(octets: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    let mut blocks = octets.chunks_exact(8);
    for block in &mut blocks {
        let first = sum.to_le_bytes();
        sum = 0;
        for (place, octet) in block.iter().enumerate() {
            let mixed = octet ^ first.get(place).copied().unwrap_or(0);
            sum ^= TABLES[7 - place][usize::from(mixed)];
        }
    }
    for octet in blocks.remainder() {
        sum = sum >> 8 ^ TABLES[0][usize::from(sum.to_le_bytes()[0] ^ octet)];
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_check_value_of_the_catalogue_comes_out() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(&[0; 32]), 0x190a_55ad);
    }

    proptest! {
        #[test]
        fn it_is_the_remainder_bit_by_bit(octets in proptest::collection::vec(any::<u8>(), 0..70)) {
            let mut sum = u32::MAX;
            for octet in &octets {
                sum ^= u32::from(*octet);
                for _ in 0..8 {
                    sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
                }
            }
            prop_assert_eq!(crc32(&octets), !sum);
        }
    }
}
