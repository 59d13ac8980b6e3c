//! Which series an expression of Prometheus asks for, and by which labels. Whether it is one at all is promtool's to say.

/// A series that an expression names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selected {
    pub(super) name: String,
    /// Labels that its values are matched by.
    pub(super) labels: Vec<String>,
}

/// Words that stand in front of a list of labels.
const GROUPINGS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
/// Words between expressions, and aggregations, which a grouping may follow before their parentheses.
const WORDS: [&str; 20] = [
    "and",
    "or",
    "unless",
    "bool",
    "offset",
    "inf",
    "nan",
    "sum",
    "min",
    "max",
    "avg",
    "count",
    "topk",
    "bottomk",
    "quantile",
    "stddev",
    "stdvar",
    "group",
    "count_values",
    "limitk",
];

/// The series of an expression, in its order.
pub(super) fn selected(expression: &str) -> Vec<Selected> {
    let text: Vec<char> = expression.chars().collect();
    let mut found: Vec<Selected> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let next = text[at];
        at = match next {
            '"' | '\'' | '`' => past_text(&text, at),
            '[' => past(&text, at, ']'),
            // Matchers of a series that is named before.
            '{' => {
                let end = past(&text, at, '}');
                if let Some(last) = found.last_mut() {
                    last.labels = labels(text.get(at + 1..end - 1).unwrap_or_default());
                }
                end
            }
            '0'..='9' => past_number(&text, at),
            _ if begins_a_word(next) => {
                let end = past_word(&text, at);
                let word: String = text[at..end].iter().collect();
                let follows = text[end..].iter().find(|next| !next.is_whitespace());
                if GROUPINGS.contains(&word.as_str()) {
                    if follows == Some(&'(') { past(&text, end, ')') } else { end }
                } else {
                    if !WORDS.contains(&word.as_str()) && follows != Some(&'(') {
                        found.push(Selected { name: word, labels: Vec::new() });
                    }
                    end
                }
            }
            _ => at + 1,
        };
    }
    found
}

fn begins_a_word(next: char) -> bool {
    next.is_ascii_alphabetic() || next == '_' || next == ':'
}

fn past_word(text: &[char], at: usize) -> usize {
    let goes_on = |next: &char| begins_a_word(*next) || next.is_ascii_digit();
    at + text[at..].iter().take_while(|next| goes_on(next)).count()
}

/// `0.99`, and `5m` of an offset.
fn past_number(text: &[char], at: usize) -> usize {
    at + text[at..].iter().take_while(|next| next.is_ascii_alphanumeric() || **next == '.').count()
}

fn past_text(text: &[char], at: usize) -> usize {
    let quote = text[at];
    let mut next = at + 1;
    while next < text.len() && text[next] != quote {
        next += if text[next] == '\\' { 2 } else { 1 };
    }
    (next + 1).min(text.len())
}

/// Behind the next `end` that is in no text.
fn past(text: &[char], at: usize, end: char) -> usize {
    let mut next = at;
    while next < text.len() {
        match text[next] {
            '"' | '\'' | '`' => next = past_text(text, next),
            found if found == end => return next + 1,
            _ => next += 1,
        }
    }
    text.len()
}

/// Names in front of `=`, `!=`, `=~`, `!~`.
fn labels(matchers: &[char]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < matchers.len() {
        at = match matchers[at] {
            '"' | '\'' | '`' => past_text(matchers, at),
            next if begins_a_word(next) => {
                let end = past_word(matchers, at);
                found.push(matchers[at..end].iter().collect());
                end
            }
            _ => at + 1,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(expression: &str) -> Vec<String> {
        selected(expression).into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn series_are_told_from_functions_words_labels_and_texts() {
        let expression = r#"sum by (role) (rate(a_total{status=~"5..}",role!="b_total"}[5m] offset 5m)) / on (x) c > 0.5 and absent(up{job="d"})"#;
        assert_eq!(names(expression), ["a_total", "c", "up"]);
        assert_eq!(
            names(r"topk(10, histogram_quantile(0.99, sum by (le) (rate(d_bucket[$__rate_interval]))))"),
            ["d_bucket"]
        );
        assert_eq!(names("max without (pod) (e) unless f:g"), ["e", "f:g"]);
    }

    #[test]
    fn labels_of_a_series_are_those_that_it_is_matched_by() {
        let found = selected(r#"rate(a_total{status=~"5..", role!='x, y="z"'}[5m]) + b"#);
        assert_eq!(found[0].labels, ["status", "role"]);
        assert!(found[1].labels.is_empty());
    }
}
