//! Templates (`Hello {{name}}`) of what a form shows: which expressions are in them.

/// An expression of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) text: &'a str,
    /// Bytes before it.
    pub(crate) at: usize,
}

/// Whether a text is a template, as form-js decides it: with two braces open and closed in one line.
pub(crate) fn is_template(text: &str) -> bool {
    text.lines().any(|line| line.find("{{").is_some_and(|at| line[at + 2..].contains("}}")))
}

/// The expressions between the braces; those of `{{#if ..}}` and `{{#loop ..}}` without the word.
///
/// # Errors
/// A part that has no end, or ends what was not begun: what is wrong with it, and the bytes before it.
pub(crate) fn parts(template: &str) -> Result<Vec<Part<'_>>, (String, usize)> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(begin) = template[at..].find("{{").map(|offset| at + offset + 2) {
        let Some(end) = end_of(template, begin) else {
            return Err(("an expression of the template is not closed".to_owned(), begin));
        };
        let inside = &template[begin..end];
        match inside.trim() {
            "/if" | "/loop" => {
                if open.pop() != inside.trim().strip_prefix('/') {
                    return Err((format!("`{}` ends what was not begun", inside.trim()), begin));
                }
            }
            _ => found.push(opening(inside, begin, &mut open)),
        }
        at = end + 2;
    }
    match open.pop() {
        Some(word) => Err((format!("`#{word}` has no end"), template.len())),
        None => Ok(found),
    }
}

fn opening<'a>(inside: &'a str, begin: usize, open: &mut Vec<&'static str>) -> Part<'a> {
    let blanks = inside.len() - inside.trim_start().len();
    for (sign, word) in [("#if", "if"), ("#loop", "loop")] {
        let rest = inside.trim_start().strip_prefix(sign).filter(|rest| rest.starts_with(char::is_whitespace));
        if let Some(rest) = rest {
            open.push(word);
            return Part { text: rest, at: begin + blanks + sign.len() };
        }
    }
    Part { text: inside, at: begin }
}

/// Where the braces close; braces of a context, and what stands in a text, are not theirs.
fn end_of(template: &str, begin: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut is_escaped = false;
    for (offset, letter) in template[begin..].char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if in_text => is_escaped = true,
            '"' => in_text = !in_text,
            _ if in_text => {}
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' if template[begin + offset..].starts_with("}}") => return Some(begin + offset),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_found_between_braces() {
        let template =
            "Hello {{ name }}, {{#if n > 1}}many{{#loop rows}}{{this.x}} {{ {a: 1}.a }}{{/loop}}{{/if}} {{\"}}\"}}";
        let found: Vec<&str> = parts(template).unwrap().iter().map(|part| part.text.trim()).collect();
        assert_eq!(found, ["name", "n > 1", "rows", "this.x", "{a: 1}.a", "\"}}\""]);
        for part in parts(template).unwrap() {
            assert!(template[part.at..].starts_with(part.text));
        }
        for wrong in ["{{a", "{{#if a}}x", "x{{/if}}", "{{#if a}}{{/loop}}"] {
            assert!(parts(wrong).is_err(), "{wrong}");
        }
        assert!(is_template("a {{b}}") && !is_template("a {{\nb}}") && !is_template("{ }"));
    }
}
