//! Where a key stands in a TOML file, and which key was probably meant.

use toml::de::{DeTable, DeValue};

/// The line (from 1) of a key path in the text; none when the text does not have it.
pub(crate) fn line_of(text: &str, path: &[String]) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut table = table.get_ref();
    let mut offset = None;
    for segment in path {
        let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == segment) else {
            break;
        };
        offset = Some(key.span().start);
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    offset.map(|offset| line_at(text, offset))
}

/// The line (from 1) of a byte offset.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The known keys nearest to a wrong one, best first, three at most; only those that are near enough to be a slip.
pub(crate) fn nearest(wrong: &str, known: &[String]) -> Vec<String> {
    let wrong = wrong.to_lowercase().replace('-', "_");
    let mut ranked: Vec<(usize, &String)> = known
        .iter()
        .map(|key| (distance(&wrong, &key.to_lowercase().replace('-', "_")), key))
        .filter(|(distance, key)| *distance <= 2 + key.len() / 3)
        .collect();
    ranked.sort();
    ranked.into_iter().take(3).map(|(_, key)| key.clone()).collect()
}

/// Edits from one word to the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_a_section_and_as_a_dotted_key() {
        let text = "# c\n[http]\nlisten = 1\n\n[a]\nb.c = 2\n";
        let path = |p: &str| p.split('.').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(line_of(text, &path("http.listen")), Some(3));
        assert_eq!(line_of(text, &path("a.b.c")), Some(6));
        assert_eq!(line_of(text, &path("nowhere")), None);
    }

    #[test]
    fn the_nearest_keys_come_first_and_far_ones_not_at_all() {
        let known: Vec<String> = ["listen", "base_url", "limit"].map(String::from).into();
        assert_eq!(nearest("lisen", &known)[0], "listen");
        assert_eq!(nearest("base-urk", &known), ["base_url"]);
        assert!(nearest("zzzzzzzzzz", &known).is_empty());
    }
}
