//! The float instructions.

use selfsame_interp::prove::{Inputs, rows};

/// Every float instruction on pairs from the input and on some of the generator's: soft floats, Berkeley SoftFloat
/// and the hardware come to the same.
///
/// # Panics
/// If not.
pub fn floats(data: &[u8]) {
    let number = |octets: &[u8]| octets.iter().fold(0_u64, |value, octet| value << 8 | u64::from(*octet));
    let pairs: Vec<(u64, u64)> =
        data.chunks_exact(16).take(512).map(|pair| (number(&pair[..8]), number(&pair[8..]))).collect();
    let mut inputs = Inputs::new(crate::generate::seed(data));
    for row in rows() {
        let made: Vec<(u64, u64)> = (0..64).map(|_| inputs.pair(row.operand)).collect();
        for pairs in [&pairs, &made] {
            if let Err(mismatch) = (row.check)(pairs) {
                panic!("{mismatch}");
            }
        }
    }
}
