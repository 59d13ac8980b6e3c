//! Telephone numbers.

/// Digits behind `+` or `00` that say a country or a network (ITU-T E.164), as far as form-js knows them.
#[rustfmt::skip]
const COUNTRIES: [u32; 235] = [
    1, 7, 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57,
    58, 60, 61, 62, 63, 64, 65, 66, 76, 77, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98, 211, 212, 213, 216,
    218, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236, 237, 238, 239,
    240, 241, 242, 243, 244, 245, 246, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258, 260, 261, 262,
    263, 264, 265, 266, 267, 268, 269, 291, 297, 298, 299, 350, 351, 352, 353, 354, 355, 356, 357, 358, 359,
    370, 371, 372, 373, 374, 375, 376, 377, 378, 379, 380, 381, 382, 383, 385, 386, 387, 389, 420, 421, 423,
    500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 590, 591, 592, 593, 594, 595, 596, 597, 598, 670, 672,
    673, 674, 675, 676, 677, 678, 679, 680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 850, 852,
    853, 855, 856, 880, 886, 960, 961, 962, 963, 964, 965, 966, 967, 968, 970, 971, 972, 973, 974, 975, 976,
    977, 992, 993, 994, 995, 996, 998, 1242, 1246, 1264, 1268, 1284, 1340, 1345, 1441, 1473, 1649, 1664,
    1670, 1671, 1684, 1721, 1758, 1767, 1784, 1787, 1809, 1829, 1849, 1868, 1869, 1876, 1939, 4779, 5999,
    3906698,
];
/// Digits that follow the next zone.
const REST: std::ops::RangeInclusive<usize> = 4..=20;

/// An international number as form-js asks for it: somewhere in the text `+` or `00`, then digits alone up to its end, first of
/// a country, then what begins as a country would, then four to twenty more.
pub(crate) fn is_phone(text: &str) -> bool {
    let digits_at_end = text.chars().rev().take_while(char::is_ascii_digit).count();
    let (before, digits) = text.split_at(text.len() - digits_at_end);
    let after_zeros = digits.as_bytes().windows(2).enumerate().filter(|(_, two)| *two == b"00").map(|(at, _)| at + 2);
    before.ends_with('+') && is_number(digits) || after_zeros.into_iter().any(|at| is_number(&digits[at..]))
}

fn is_number(digits: &str) -> bool {
    COUNTRIES.iter().any(|country| {
        let rest = digits.strip_prefix(country.to_string().as_str()).and_then(|rest| Some((zone(rest)?, rest)));
        rest.is_some_and(|(zone, rest)| rest.len().checked_sub(zone).is_some_and(|left| REST.contains(&left)))
    })
}

/// How many digits the country code has that these digits would begin with.
fn zone(digits: &str) -> Option<usize> {
    let bytes = digits.as_bytes();
    let (first, second) = (bytes.first()?, bytes.get(1)?);
    let has_three: &[u8] = match first {
        b'1' | b'7' => return Some(1),
        b'2' => b"98654321",
        b'3' => b"875",
        b'4' => b"2",
        b'5' => b"90",
        b'6' => b"987",
        b'8' => b"987530",
        b'9' => b"976",
        _ => return None,
    };
    Some(if has_three.contains(second) { 3 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::is_phone;

    #[test]
    fn numbers_have_a_country_and_digits() {
        for text in ["+4930664040900", "004930664040900", "+14155550123", "call +4930664040900", "+491701234567"] {
            assert!(is_phone(text), "{text}");
        }
        for text in ["030664040900", "+49 30 664040900", "+49", "+4930", "+490306640409", "+4930664040900x", ""] {
            assert!(!is_phone(text), "{text}");
        }
    }
}
