//! The part of JSONPath that models use: members, indexes, slices, wildcards, descent, and filters that compare.

use crate::juel::Failure;
use serde_json::Value as Json;

/// More matches than this are a runaway path, not a question.
const MAX_MATCHES: usize = 100_000;

#[derive(Debug)]
enum Step {
    Member(String),
    Index(i64),
    Slice(Option<i64>, Option<i64>),
    All,
    Descend,
    Filter(Filter),
}

#[derive(Debug)]
struct Filter {
    path: Vec<String>,
    comparison: Option<(String, Json)>,
}

/// What `path` finds in `root`, in document order.
pub(super) fn find(root: &Json, path: &str) -> Result<Vec<Json>, Failure> {
    let steps = parse(path).ok_or_else(|| {
        Failure::evaluation(format!("SPIN/JACKSON-JSON-01007 Unable to compile json path expression '{path}'"))
    })?;
    let mut found = vec![root];
    for step in &steps {
        let mut next = Vec::new();
        for node in found {
            apply(node, step, &mut next);
        }
        if next.len() > MAX_MATCHES {
            return Err(Failure::Raised(casewright_engine_value::EvaluationError::Limit {
                what: "number of JSON path matches",
                limit: MAX_MATCHES.to_string(),
            }));
        }
        found = next;
    }
    Ok(found.into_iter().cloned().collect())
}

fn apply<'a>(node: &'a Json, step: &Step, out: &mut Vec<&'a Json>) {
    match step {
        Step::Member(name) => out.extend(node.get(name.as_str())),
        Step::Index(index) => out.extend(at(node, *index)),
        Step::Slice(from, to) => {
            if let Json::Array(items) = node {
                let length = items.len() as i64;
                let bound = |n: i64| if n < 0 { n + length } else { n }.clamp(0, length) as usize;
                let (from, to) = (bound(from.unwrap_or(0)), bound(to.unwrap_or(length)));
                out.extend(items.get(from..to).unwrap_or_default());
            }
        }
        Step::All => children(node, out),
        Step::Descend => descend(node, out),
        Step::Filter(filter) => {
            let mut candidates = Vec::new();
            children(node, &mut candidates);
            out.extend(candidates.into_iter().filter(|node| filter.accepts(node)));
        }
    }
}

fn at(node: &Json, index: i64) -> Option<&Json> {
    let items = node.as_array()?;
    let index = if index < 0 { index + items.len() as i64 } else { index };
    items.get(usize::try_from(index).ok()?)
}

fn children<'a>(node: &'a Json, out: &mut Vec<&'a Json>) {
    match node {
        Json::Array(items) => out.extend(items),
        Json::Object(members) => out.extend(members.values()),
        _ => {}
    }
}

fn descend<'a>(node: &'a Json, out: &mut Vec<&'a Json>) {
    out.push(node);
    let mut below = Vec::new();
    children(node, &mut below);
    for child in below {
        descend(child, out);
    }
}

impl Filter {
    fn accepts(&self, node: &Json) -> bool {
        let mut found = node;
        for name in &self.path {
            let Some(member) = found.get(name.as_str()) else {
                return false;
            };
            found = member;
        }
        let Some((operator, expected)) = &self.comparison else {
            return true;
        };
        let ordering = match (found, expected) {
            (Json::Number(left), Json::Number(right)) => {
                left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right))
            }
            (Json::String(left), Json::String(right)) => Some(left.cmp(right)),
            _ => None,
        };
        match operator.as_str() {
            "==" => ordering.map_or(found == expected, std::cmp::Ordering::is_eq),
            "!=" => ordering.map_or(found != expected, std::cmp::Ordering::is_ne),
            "<" => ordering.is_some_and(std::cmp::Ordering::is_lt),
            "<=" => ordering.is_some_and(std::cmp::Ordering::is_le),
            ">" => ordering.is_some_and(std::cmp::Ordering::is_gt),
            _ => ordering.is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

fn parse(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("..") {
            steps.push(Step::Descend);
            rest = after;
            if rest.starts_with('[') || rest.is_empty() {
                continue;
            }
            rest = parse_name(rest, &mut steps)?;
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = parse_name(after, &mut steps)?;
        } else {
            let after = rest.strip_prefix('[')?;
            let end = closing(after)?;
            steps.push(parse_bracket(after[..end].trim())?);
            rest = &after[end + 1..];
        }
    }
    Some(steps)
}

fn parse_name<'a>(text: &'a str, steps: &mut Vec<Step>) -> Option<&'a str> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let name = &text[..end];
    match name {
        "" => return None,
        "*" => steps.push(Step::All),
        name => steps.push(Step::Member(name.to_owned())),
    }
    Some(&text[end..])
}

/// Where the bracket closes, past quotes and nested brackets.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '[') => depth += 1,
            (None, ']') if depth == 0 => return Some(at),
            (None, ']') => depth -= 1,
            _ => {}
        }
    }
    None
}

fn parse_bracket(text: &str) -> Option<Step> {
    if text == "*" {
        return Some(Step::All);
    }
    if let Some(filter) = text.strip_prefix("?(").and_then(|t| t.strip_suffix(')')) {
        return parse_filter(filter.trim()).map(Step::Filter);
    }
    if let Some(name) = unquoted(text) {
        return Some(Step::Member(name));
    }
    if let Some((from, to)) = text.split_once(':') {
        let bound = |text: &str| match text.trim() {
            "" => Some(None),
            number => number.parse().ok().map(Some),
        };
        return Some(Step::Slice(bound(from)?, bound(to)?));
    }
    text.parse().ok().map(Step::Index)
}

fn parse_filter(text: &str) -> Option<Filter> {
    const OPERATORS: [&str; 6] = ["==", "!=", "<=", ">=", "<", ">"];
    let split = OPERATORS.iter().find_map(|operator| text.split_once(operator).map(|(l, r)| (l, *operator, r)));
    let (left, comparison) = match split {
        None => (text, None),
        Some((left, operator, right)) => {
            let right = right.trim();
            let expected = match unquoted(right) {
                Some(text) => Json::String(text),
                None => serde_json::from_str(right).ok()?,
            };
            (left, Some((operator.to_owned(), expected)))
        }
    };
    let path = left.trim().strip_prefix('@')?;
    Some(Filter { path: path.split('.').skip(1).map(|name| name.trim().to_owned()).collect(), comparison })
}

fn unquoted(text: &str) -> Option<String> {
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            return Some(inner.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::find;
    use serde_json::json;

    #[test]
    fn paths_find_what_they_name_in_document_order() {
        let root = json!({"a": [{"n": 1, "t": "x"}, {"n": 2, "t": "y"}], "b": {"n": 3}});
        for (path, expected) in [
            ("$.b.n", json!([3])),
            ("$['b']['n']", json!([3])),
            ("$.a[0].t", json!(["x"])),
            ("$.a[-1].n", json!([2])),
            ("$.a[*].n", json!([1, 2])),
            ("$..n", json!([1, 2, 3])),
            ("$.a[?(@.n > 1)].t", json!(["y"])),
            ("$.a[?(@.t == 'x')].n", json!([1])),
            ("$.a[0:1].n", json!([1])),
            ("$.zz", json!([])),
        ] {
            assert_eq!(json!(find(&root, path).unwrap()), expected, "{path}");
        }
        assert!(find(&root, "a.b").is_err());
        assert!(find(&root, "$.a[").is_err());
    }
}
