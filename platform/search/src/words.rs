//! What a word is: a run of letters and digits, in small letters and without accents (`Café` is `cafe`, `Straße` is
//! `strasse`). Texts and questions are read alike.

use std::collections::BTreeSet;
use tantivy::tokenizer::{AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Bytes; a longer run is no word of any language, and is not indexed.
const LONGEST: usize = 80;
/// Letters that a piece of a word has at least to be found inside of one.
pub(crate) const SHORTEST_INSIDE: usize = 3;
/// Of words that are longer only the first letters are found inside.
const LONGEST_INSIDE: usize = 40;
/// Pieces of one document.
const MOST_PIECES: usize = 400;

/// A word of a text, and where it stands there (bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub from: usize,
    pub to: usize,
}

/// How the index reads texts.
pub(crate) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// The words of a text, in order.
#[must_use]
pub fn of(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(text);
    stream.process(&mut |token| {
        found.push(Word { text: token.text.clone(), from: token.offset_from, to: token.offset_to });
    });
    found
}

/// A text as one value: its words with a blank between.
pub(crate) fn joined(text: &str) -> String {
    of(text).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}

/// Letters and their accents in one character each, so that a word does not end at an accent.
pub(crate) fn composed(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// What words end with, from their second letter on: what begins one of these stands inside of a word.
pub(crate) fn endings(text: &str) -> BTreeSet<String> {
    let mut endings = BTreeSet::new();
    for word in of(text) {
        let letters: Vec<char> = word.text.chars().take(LONGEST_INSIDE).collect();
        for from in 1..letters.len().saturating_sub(SHORTEST_INSIDE - 1) {
            if endings.len() >= MOST_PIECES {
                return endings;
            }
            endings.insert(letters[from..].iter().collect());
        }
    }
    endings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_small_and_without_accents_and_know_their_places() {
        let text = "Änderung: CLM-000123 an der Straße";
        let words: Vec<String> = of(text).iter().map(|word| word.text.clone()).collect();
        assert_eq!(words, ["anderung", "clm", "000123", "an", "der", "strasse"]);
        let last = of(text).pop().unwrap();
        assert_eq!(&text[last.from..last.to], "Straße");
        assert_eq!(joined(&composed("Cafe\u{301}s — bar")), "cafes bar");
        assert_eq!(of("дом")[0].text, "дом");
    }

    #[test]
    fn a_word_is_found_inside_by_what_it_ends_with() {
        let endings = endings("Wasserschaden 000123");
        assert!(endings.contains("schaden") && endings.contains("0123"));
        assert!(!endings.contains("wasserschaden") && !endings.contains("en"));
    }
}
