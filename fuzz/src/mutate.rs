//! Changes to inputs, for a driver that has no coverage to go by.

use crate::Numbers;

/// Longest input, in octets.
const LONGEST: usize = 1 << 16;

/// One of the inputs with a few changes; some are spliced with another.
#[must_use]
pub fn mutate(corpus: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    if corpus.is_empty() {
        return Vec::new();
    }
    let pick = |numbers: &mut Numbers| corpus[numbers.below(corpus.len() as u64) as usize].clone();
    let mut input = pick(numbers);
    if numbers.below(8) == 0 {
        let other = pick(numbers);
        let (at, from) = (place(&input, numbers), place(&other, numbers));
        input.truncate(at);
        input.extend_from_slice(&other[from..]);
    }
    for _ in 0..=numbers.below(4) {
        change(&mut input, numbers);
    }
    input.truncate(LONGEST);
    input
}

/// A place in the input, or its end.
fn place(input: &[u8], numbers: &mut Numbers) -> usize {
    numbers.below(input.len() as u64 + 1) as usize
}

fn change(input: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = place(input, numbers);
    let end = (at + 1 + numbers.below(16) as usize).min(input.len());
    let octet = numbers.one_of(&[0, 1, 2, 0x7f, 0x80, 0xff, b'"', b'{', numbers.clone().any() as u8]);
    match numbers.below(7) {
        0 => input.insert(at, octet),
        1 => drop(input.drain(at..end)),
        2 => {
            let copy = input[at..end].to_vec();
            let to = place(input, numbers);
            input.splice(to..to, copy);
        }
        3 if at < input.len() => input[at] ^= 1 << numbers.below(8),
        4 if at < input.len() => input[at] = input[at].wrapping_add(numbers.one_of(&[1, 0xff, 0x80])),
        5 if at + 4 <= input.len() => {
            let number = numbers.one_of(&[0, 1, 0xffff, 0x7fff_ffff, 0x8000_0000, u32::MAX]);
            input[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        _ if at < input.len() => input[at] = octet,
        _ => input.push(octet),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_stands_for_one_input() {
        let corpus = [b"one input".to_vec(), b"another".to_vec(), Vec::new()];
        let all = |seed| {
            (0..200).scan(Numbers(seed), |numbers, _| Some(mutate(&corpus, numbers))).collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        assert!(all(1).iter().any(|input| !corpus.contains(input)));
    }
}
