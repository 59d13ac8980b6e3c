//! Texts of FEEL with parts of them replaced.

/// The letters, each with whether it is within quotation marks or backticks.
fn quoted(text: &str) -> Vec<(usize, char, bool)> {
    let mut inside = None;
    let mut escaped = false;
    text.char_indices()
        .map(|(at, letter)| {
            let was = inside.is_some();
            match inside {
                Some(_) if escaped => escaped = false,
                Some('"') if letter == '\\' => escaped = true,
                Some(mark) if letter == mark => inside = None,
                Some(_) => {}
                None if letter == '"' || letter == '`' => inside = Some(letter),
                None => {}
            }
            (at, letter, was || inside.is_some())
        })
        .collect()
}

/// A letter, with how many brackets are around it and around what follows it.
struct Placed {
    at: usize,
    letter: char,
    is_quoted: bool,
    before: usize,
    after: usize,
}

/// Brackets of ranges need not be of one kind: `[1..5)`, `]1..5[`.
fn placed(text: &str) -> Vec<Placed> {
    // Each bracket, and whether two dots came since.
    let mut open: Vec<(char, bool)> = Vec::new();
    let mut all = Vec::new();
    for (at, letter, is_quoted) in quoted(text) {
        let before = open.len();
        let range = open.last().copied().filter(|(_, is_range)| *is_range);
        match letter {
            _ if is_quoted => {}
            '.' if text[at..].starts_with("..") => {
                if let Some(last) = open.last_mut() {
                    last.1 = true;
                }
            }
            '[' if range.is_some_and(|(bracket, _)| bracket == ']')
                && text[..at].ends_with(|c: char| c.is_ascii_digit()) =>
            {
                open.pop();
            }
            '(' | '{' | '[' => open.push((letter, false)),
            ']' if range.is_none() && open.last().is_none_or(|(bracket, _)| *bracket != '[') => {
                open.push((letter, false))
            }
            ')' | '}' | ']' => drop(open.pop()),
            _ => {}
        }
        all.push(Placed { at, letter, is_quoted, before, after: open.len() });
    }
    all
}

/// Behind the bracket that closes the one at this place.
pub(super) fn closing(text: &str, open: usize) -> Option<usize> {
    let letters = placed(text);
    let depth = letters.iter().find(|letter| letter.at == open)?.before;
    let end = letters.iter().find(|letter| letter.at > open && letter.after == depth)?;
    Some(end.at + end.letter.len_utf8())
}

/// Where a word stands that is not within a text, nor the end of another one.
pub(super) fn places(text: &str, word: &str) -> Vec<usize> {
    let letters = quoted(text);
    let is_free = |at: usize| letters.iter().any(|(place, _, is_quoted)| *place == at && !is_quoted);
    let begins = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(word).map(|(at, _)| at).filter(|at| is_free(*at) && begins(*at)).collect()
}

/// The text with all calls of a function made something else of its arguments; inner ones first.
pub(super) fn with_calls(text: &str, name: &str, make: &dyn Fn(&str) -> Option<String>) -> String {
    let mut text = text.to_owned();
    let call = format!("{name}(");
    let mut places = places(&text, &call);
    while let Some(at) = places.pop() {
        let open = at + call.len() - 1;
        if let Some(end) = closing(&text, open)
            && let Some(made) = make(&text[open + 1..end - 1])
        {
            text.replace_range(at..end, &made);
        }
    }
    text
}

/// How far an expression goes that begins at this place: to what closes the brackets around it, or one of these signs or words.
pub(super) fn end_of_expression(text: &str, from: usize, ends: &[&str]) -> usize {
    let letters = placed(text);
    let mut from = letters.iter().skip_while(|letter| letter.at < from).peekable();
    let Some(depth) = from.peek().map(|letter| letter.before) else {
        return text.len();
    };
    let is_end = |letter: &&Placed| {
        let is_word =
            !letter.is_quoted && letter.before == depth && ends.iter().any(|end| text[letter.at..].starts_with(end));
        letter.after < depth || is_word
    };
    from.find(is_end).map_or(text.len(), |letter| letter.at)
}

/// How many arguments a call has; a comma between the variables of a loop parts none.
pub(super) fn arguments(text: &str) -> usize {
    let variable = regex::Regex::new(r"^,\s*\w+ in ");
    let mut count = 1;
    let mut from = 0;
    loop {
        let end = end_of_expression(text, from, &[","]);
        if end >= text.len() {
            return count;
        }
        count += usize::from(!variable.as_ref().is_ok_and(|variable| variable.is_match(&text[end..])));
        from = end + 1;
    }
}
