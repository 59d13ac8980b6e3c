//! E-mail addresses.

/// Longest part between two dots of a domain (RFC 1035, 2.3.4).
const MAX_LABEL: usize = 63;

/// A valid e-mail address as HTML has it (WHATWG HTML, 4.10.5.1.5), which is what form-js asks for. The domain needs no dot.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_local = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    !local.is_empty() && local.chars().all(is_local) && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether this can be an e-mail address: enough for a typing mistake, not for the rules of mail.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && !text.contains(char::is_whitespace)
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_those_of_html() {
        for text in ["a@b.example", "a@localhost", "first.last+tag@sub-domain.example", "o'neil@x.ie", ".a.@b"] {
            assert!(is_address(text), "{text}");
        }
        for text in
            ["a", "@b", "a@", "a@b..c", "a@-b", "a@b-", "ä@b.de", "a b@c.de", "a@b@c", "a@b_c.de", "<a@b.de>", ""]
        {
            assert!(!is_address(text), "{text}");
        }
    }
}
