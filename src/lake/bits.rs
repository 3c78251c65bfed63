//! Small numbers in few bits, as Parquet has them: runs of one number, and groups of eight numbers side by side.

/// A run that is shorter costs more than its numbers side by side.
const SHORTEST_RUN: usize = 8;

/// So many bits hold numbers up to this.
pub(super) fn width(highest: u32) -> u32 {
    u32::BITS - highest.leading_zeros()
}

/// Adds the numbers, none of which needs more than `width` bits, in Parquet's hybrid of runs and packed groups.
pub(super) fn hybrid(numbers: &[u32], width: u32, out: &mut Vec<u8>) {
    // numbers that wait to be packed, and those not looked at yet
    let (mut waiting, mut rest) = (numbers.get(..0).unwrap_or_default(), numbers);
    let mut from = 0;
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|number| *number == first).count();
        // groups are whole, but for the last one
        let lent = (waiting.len().next_multiple_of(8) - waiting.len()).min(run);
        if run - lent < SHORTEST_RUN {
            waiting = numbers.get(from..from + waiting.len() + run).unwrap_or_default();
            rest = rest.get(run..).unwrap_or_default();
            continue;
        }
        waiting = numbers.get(from..from + waiting.len() + lent).unwrap_or_default();
        from += waiting.len() + run - lent;
        packed(waiting, width, out);
        varint((run - lent) << 1, out);
        out.extend(first.to_le_bytes().iter().take(width.div_ceil(8) as usize));
        waiting = &[];
        rest = rest.get(run..).unwrap_or_default();
    }
    packed(waiting, width, out);
}

/// Groups of eight numbers side by side, the lowest bit first; the last group is filled up with zeros.
fn packed(numbers: &[u32], width: u32, out: &mut Vec<u8>) {
    if numbers.is_empty() {
        return;
    }
    let groups = numbers.len().div_ceil(8);
    varint(groups << 1 | 1, out);
    let (mut bits, mut count) = (0_u64, 0);
    let idle = groups * 8 - numbers.len();
    for number in numbers.iter().copied().chain(std::iter::repeat_n(0, idle)) {
        bits |= u64::from(number) << count;
        count += width;
        while count >= 8 {
            let [byte, ..] = bits.to_le_bytes();
            out.push(byte);
            bits >>= 8;
            count -= 8;
        }
    }
}

/// Flags, eight to a byte, the first one lowest.
pub(super) fn flags(flags: &[u32], out: &mut Vec<u8>) {
    let byte =
        |eight: &[u32]| (0..8).zip(eight).fold(0, |byte, (at, flag)| byte | u8::from(*flag != 0) << at);
    out.extend(flags.chunks(8).map(byte));
}

fn varint(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        let [byte, ..] = number.to_le_bytes();
        out.push(byte | 0x80);
        number >>= 7;
    }
    let [byte, ..] = number.to_le_bytes();
    out.push(byte);
}

#[cfg(test)]
mod tests {
    use super::{hybrid, width};

    fn coded(numbers: &[u32], width: u32) -> Vec<u8> {
        let mut out = Vec::new();
        hybrid(numbers, width, &mut out);
        out
    }

    #[test]
    fn examples_of_the_format() {
        assert_eq!([0, 1, 2, 3, 4, 255, 256].map(width), [0, 1, 2, 2, 3, 8, 9]);
        // the example of Parquet's own page: 0 to 7 in three bits
        assert_eq!(coded(&[0, 1, 2, 3, 4, 5, 6, 7], 3), [0b11, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
        assert_eq!(coded(&[4; 100], 3), [200, 1, 4]);
        assert_eq!(coded(&[0; 9], 0), [18]);
        assert_eq!(coded(&[1, 0, 1], 1), [0b11, 0b101]);
        // one, then a run that lends seven to the group of one and still is long enough
        assert_eq!(coded(&[[1].as_slice(), &[0; 15]].concat(), 1), [0b11, 0b1, 16, 0]);
        assert_eq!(coded(&[[1].as_slice(), &[0; 14]].concat(), 1), [0b101, 0b1, 0]);
        assert_eq!(
            coded(&[[300; 8].as_slice(), &[1]].concat(), 9),
            [16, 44, 1, 0b11, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        );
        assert!(coded(&[], 5).is_empty());
    }
}
