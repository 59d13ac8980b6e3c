//! What went wrong, in a line for lists; the whole of it is read when somebody asks for it.

/// The most characters of a line.
const MOST: usize = 300;

/// The first line of a message, cut to a length that a list can show.
pub(super) fn first_line(message: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= MOST {
        return line.to_owned();
    }
    line.chars().take(MOST).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_one_line_of_limited_length() {
        assert_eq!(
            first_line("\n  java.lang.IllegalStateException: no\n\tat Foo.bar"),
            "java.lang.IllegalStateException: no"
        );
        assert_eq!(first_line(""), "");
        assert_eq!(first_line(&"é".repeat(400)).chars().count(), MOST + 1);
    }
}
