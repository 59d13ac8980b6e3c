//! Classes of letters: `[a-z]`, `\d` and their like.

use super::Mistake;
use super::translate::{Last, Translation, code};

const BLANKS: &str =
    r"\x{9}-\x{D}\x{20}\x{A0}\x{FEFF}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}";
const ANY: &str = r"[\x{0}-\x{10FFFF}]";
const NONE: &str = r"[^\x{0}-\x{10FFFF}]";

impl Translation<'_> {
    /// Behind the bracket that opens it.
    pub(super) fn class(&mut self) -> Result<(), Mistake> {
        let is_negated = self.take("^");
        let mut inside = String::new();
        loop {
            let Some(letter) = self.next() else {
                return Err(self.mistake("a class of letters is not closed"));
            };
            if letter == ']' {
                break;
            }
            let low = self.member(letter)?;
            let goes_on = self.peek() == Some('-') && self.letters.get(self.at + 1).is_some_and(|end| *end != ']');
            if !goes_on {
                low.write(&mut inside);
                continue;
            }
            self.at += 1;
            let Some(letter) = self.next() else {
                return Err(self.mistake("a class of letters is not closed"));
            };
            match (low, self.member(letter)?) {
                (Member::Letter(low), Member::Letter(high)) if low > high => {
                    return Err(self.mistake("a range of letters is out of order"));
                }
                (Member::Letter(low), Member::Letter(high)) => {
                    code(&mut inside, low);
                    inside.push('-');
                    code(&mut inside, high);
                }
                // With a class at an end there is no range: the sign is a letter.
                (low, high) => {
                    low.write(&mut inside);
                    code(&mut inside, '-');
                    high.write(&mut inside);
                }
            }
        }
        let text = match (inside.is_empty(), is_negated) {
            (true, true) => ANY.to_owned(),
            (true, false) => NONE.to_owned(),
            (false, true) => format!("[^{inside}]"),
            (false, false) => format!("[{inside}]"),
        };
        self.put(&text, Last::Atom);
        Ok(())
    }

    fn member(&mut self, letter: char) -> Result<Member, Mistake> {
        if letter != '\\' {
            return Ok(Member::Letter(letter));
        }
        let Some(letter) = self.next() else {
            return Err(self.mistake("nothing follows the last backslash"));
        };
        Ok(match class_escape(letter) {
            Some(class) => Member::Class(class),
            None => Member::Letter(self.code_escape(letter, true)),
        })
    }
}

/// What stands in a class.
enum Member {
    Letter(char),
    Class(String),
}

impl Member {
    fn write(&self, out: &mut String) {
        match self {
            Self::Letter(letter) => code(out, *letter),
            Self::Class(class) => {
                out.push('[');
                out.push_str(class);
                out.push(']');
            }
        }
    }
}

/// What stands between the brackets of `\d` and its like.
pub(super) fn class_escape(letter: char) -> Option<String> {
    let class = match letter.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => BLANKS,
        _ => return None,
    };
    Some(if letter.is_ascii_uppercase() { format!("^{class}") } else { class.to_owned() })
}
