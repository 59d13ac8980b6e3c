//! Full text is split into words here, once for all stores, so that a search finds the same on each.

use casewright_rows::{Column, Document, lookup};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are cut: nobody types them, and index keys have limits.
const MAX_WORD_CHARS: usize = 64;

/// Lower-cased words of letters and digits without accents, in order.
pub(crate) fn split(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_WORD_CHARS).collect())
        .collect()
}

/// The distinct words of a document's full-text fields.
pub(crate) fn of_document(document: &Document, fields: &[Column]) -> Vec<String> {
    let mut words = Vec::new();
    for field in fields {
        collect(lookup(document, field.name()), &mut words);
    }
    words.sort_unstable();
    words.dedup();
    words
}

fn collect(value: Option<&serde_json::Value>, words: &mut Vec<String>) {
    match value {
        Some(serde_json::Value::String(text)) => words.extend(split(text)),
        Some(serde_json::Value::Array(items)) => {
            for item in items {
                collect(Some(item), words);
            }
        }
        Some(serde_json::Value::Number(number)) => words.extend(split(&number.to_string())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_lose_case_accents_and_punctuation() {
        assert_eq!(split("Büro-Stuhl, n°42 ÇA"), ["buro", "stuhl", "n", "42", "ca"]);
    }
}
