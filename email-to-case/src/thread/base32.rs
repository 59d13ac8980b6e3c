//! Base 32 (RFC 4648 section 6) in small letters and without padding: what survives mail systems that change the case of an
//! address, and is a quarter shorter than hexadecimal.

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Five bits a letter; the last letter is filled up with zeros.
#[must_use]
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut count) = (0_u16, 0);
    for byte in bytes {
        bits = bits << 8 | u16::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(letter(bits >> count));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        text.push(letter(bits << (5 - count)));
    }
    text
}

/// The `N` bytes that [`encode`] made this text of, in letters of any case; none when it is no such text.
#[must_use]
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut at = 0;
    let (mut bits, mut count) = (0_u16, 0);
    for character in text.bytes() {
        let value = ALPHABET.iter().position(|letter| *letter == character.to_ascii_lowercase())?;
        bits = bits << 5 | u16::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            *bytes.get_mut(at)? = u8::try_from(bits >> count).ok()?;
            at += 1;
            bits &= (1 << count) - 1;
        }
    }
    // One spelling for one value: what fills the last letter up is zero, and there is no letter too many.
    (at == N && count < 5 && bits == 0).then_some(bytes)
}

fn letter(bits: u16) -> char {
    char::from(ALPHABET[usize::from(bits & 31)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_rfc_4648_hold() {
        for (bytes, text) in [("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"), ("fooba", "mzxw6ytb")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn what_was_not_encoded_is_not_decoded() {
        assert_eq!(decode::<1>("my"), Some(*b"f"));
        for text in ["mz", "m", "myaa", "m1", "mü"] {
            assert_eq!(decode::<1>(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn sixteen_bytes_come_back_from_letters_of_any_case(bytes: [u8; 16]) {
            let text = encode(&bytes);
            prop_assert_eq!(text.len(), 26);
            prop_assert_eq!(decode::<16>(&text), Some(bytes));
            prop_assert_eq!(decode::<16>(&text.to_uppercase()), Some(bytes));
        }
    }
}
