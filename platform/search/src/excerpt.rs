//! Where what was looked for stands: a text as segments, some of which are marked. Never markup.

use crate::query::Query;
use crate::words::{self, Word};

/// Bytes of an excerpt, roughly.
const LENGTH: usize = 240;
/// Bytes shown before the first marked word.
const LEAD: usize = 60;
/// Words of a text that are looked at.
const MOST_WORDS: usize = 50_000;
/// Letters from which on a word may be written with one mistake.
pub(crate) const SHORTEST_LIKE: usize = 5;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub text: String,
    pub is_match: bool,
}

/// Marks what a question looks for.
pub struct Marker {
    wanted: Vec<String>,
}

impl Marker {
    #[must_use]
    pub fn new(query: &Query) -> Self {
        let mut wanted: Vec<String> = query.wanted().flat_map(words::of).map(|word| word.text).collect();
        wanted.sort_unstable();
        wanted.dedup();
        Self { wanted }
    }

    /// All of a short text, such as a title.
    #[must_use]
    pub fn whole(&self, text: &str) -> Vec<Segment> {
        self.segments(text, 0, text.len(), &self.marked(text))
    }

    /// The part of a text where most of what is looked for stands; its beginning where nothing does.
    #[must_use]
    pub fn excerpt(&self, text: &str) -> Vec<Segment> {
        let marked = self.marked(text);
        let first = densest(&marked);
        let from = first.map_or(0, |first| blank_before(text, first.saturating_sub(LEAD)));
        let to = blank_after(text, from + LENGTH);
        let mut segments = self.segments(text, from, to, &marked);
        if from > 0 {
            segments.insert(0, Segment { text: "… ".to_owned(), is_match: false });
        }
        if to < text.len() {
            segments.push(Segment { text: " …".to_owned(), is_match: false });
        }
        segments
    }

    fn marked(&self, text: &str) -> Vec<Mark> {
        let found = words::of(text).into_iter().take(MOST_WORDS);
        found.filter_map(|word| self.mark(&word)).collect()
    }

    fn mark(&self, word: &Word) -> Option<Mark> {
        let which = self.wanted.iter().position(|wanted| stands_for(&word.text, wanted))?;
        Some(Mark { from: word.from, to: word.to, which })
    }

    fn segments(&self, text: &str, from: usize, to: usize, marked: &[Mark]) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut at = from;
        let mut push = |text: &str, is_match| {
            if !text.is_empty() {
                segments.push(Segment { text: text.to_owned(), is_match });
            }
        };
        for mark in marked.iter().filter(|mark| mark.from >= from && mark.to <= to) {
            push(&text[at..mark.from], false);
            push(&text[mark.from..mark.to], true);
            at = mark.to;
        }
        push(&text[at..to], false);
        segments
    }
}

/// A word that is looked for, and where it stands.
struct Mark {
    from: usize,
    to: usize,
    /// Which of the words looked for.
    which: usize,
}

/// As the index finds it: the word, what it begins with, what stands inside, what is written like it.
fn stands_for(word: &str, wanted: &str) -> bool {
    word == wanted
        || (wanted.chars().count() >= words::SHORTEST_INSIDE && word.contains(wanted))
        || word.starts_with(wanted)
        || (wanted.chars().count() >= SHORTEST_LIKE && is_like(word, wanted))
}

/// One letter is missing, too much, wrong, or changed places with its neighbour.
fn is_like(word: &str, wanted: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), wanted.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    (a.len() <= 1 && b.len() <= 1) || (a.len() == 2 && b.len() == 2 && a[0] == b[1] && a[1] == b[0])
}

/// Where the part begins that has most of the different words.
fn densest(marked: &[Mark]) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (n, first) in marked.iter().enumerate() {
        let mut seen: Vec<usize> = Vec::new();
        for mark in marked[n..].iter().take(64).take_while(|mark| mark.to <= first.from + LENGTH - LEAD) {
            if !seen.contains(&mark.which) {
                seen.push(mark.which);
            }
        }
        if best.is_none_or(|(count, _)| seen.len() > count) {
            best = Some((seen.len(), first.from));
        }
    }
    best.map(|(_, from)| from)
}

fn blank_before(text: &str, at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    let at = text.floor_char_boundary(at);
    let begin = text.floor_char_boundary(at.saturating_sub(40));
    let blank = text[begin..at].rfind(char::is_whitespace);
    blank.map_or(at, |blank| text.ceil_char_boundary(begin + blank + 1))
}

fn blank_after(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let at = text.ceil_char_boundary(at);
    let end = text.ceil_char_boundary((at + 40).min(text.len()));
    text[at..end].find(char::is_whitespace).map_or(at, |blank| at + blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(segments: &[Segment]) -> String {
        let one = |segment: &Segment| match segment.is_match {
            true => format!("[{}]", segment.text),
            false => segment.text.clone(),
        };
        segments.iter().map(one).collect()
    }

    fn marker(query: &str) -> Marker {
        Marker::new(&Query::read(query).unwrap())
    }

    #[test]
    fn words_are_marked_as_they_are_found() {
        let marker = marker("cafe schaden kitchne is:open -offer");
        assert_eq!(
            shown(&marker.whole("Café: Wasserschaden in the kitchen <b>offer</b>")),
            "[Café]: [Wasserschaden] in the [kitchen] <b>offer</b>"
        );
    }

    #[test]
    fn an_excerpt_shows_where_most_of_it_stands() {
        let text = format!("pipe {} burst pipe {}", "lorem ipsum ".repeat(60), "dolor sit ".repeat(60));
        let shown = shown(&marker("burst pipe").excerpt(&text));
        assert!(shown.starts_with("… ") && shown.ends_with(" …") && shown.contains("[burst] [pipe]"), "{shown}");
        assert!(shown.len() < 400);
    }

    #[test]
    fn places_are_those_of_letters() {
        let text = format!("{} ünlü {}", "ä".repeat(300), "ö".repeat(300));
        let shown = shown(&marker("unlu").excerpt(&text));
        assert!(shown.contains("[ünlü]"), "{shown}");
    }
}
