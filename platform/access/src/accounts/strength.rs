//! Which passwords are strong enough: NIST SP 800-63B-4, section 3.1.1.2. A length, no rules of composition, and nothing that
//! is among the first guesses.
//!
//! What is guessed first tells `zxcvbn` by the lists it brings: 30,000 common passwords, names, words, rows of keys, dates,
//! and what people make of them (`P@ssw0rd1`). It asks nobody: no password leaves the process.

use casewright_service::Problem;
use zxcvbn::Score;

/// Shortest password, in characters.
pub const MIN_PASSWORD: usize = 8;
/// Longest new password, in characters: hashing is work.
const LONGEST: usize = 128;
/// A password with less than a million guesses is found out even by those who are slowed down.
const LEAST: Score = Score::Two;
/// Words that a guesser tries here first.
const PRODUCT: [&str; 2] = ["casewright", "camunda"];

/// Why a password is too weak for an account with roles; none when it is not. `about` is what everybody knows of the user:
/// id, names, address.
pub(crate) fn weakness(user: &str, about: &[String], password: &str) -> Option<Problem> {
    let weak = |detail: String| Some(Problem::unprocessable("weak-password", detail));
    let length = password.chars().count();
    if !(MIN_PASSWORD..=LONGEST).contains(&length) {
        return weak(format!("A password has at least {MIN_PASSWORD} characters and at most {LONGEST}."));
    }
    if password.eq_ignore_ascii_case(user) {
        return weak("The password is the user name.".to_owned());
    }
    let known: Vec<String> = about.iter().map(String::as_str).chain([user]).chain(PRODUCT).flat_map(words).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    if zxcvbn::zxcvbn(password, &known).score() < LEAST {
        return weak(
            "This password is among the first that are guessed: a common one, a name, a date, a row of keys, or little more. Take another.".to_owned(),
        );
    }
    None
}

/// The whole, its parts, and these written together: `Anna Meyer`, `Meyer`, `AnnaMeyer`; of an address also what stands before
/// the `@`.
fn words(text: &str) -> Vec<String> {
    let parts = || text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
    let whole = text.split_once('@').map(|(name, _)| name).into_iter().chain([text]).map(str::to_owned);
    let mut words: Vec<String> = parts().chain(whole).chain([parts().collect()]).collect();
    words.retain(|word| word.len() > 2);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_weak(password: &str) -> bool {
        let about = ["Anna Meyer".to_owned(), "anna.meyer@harbor.example".to_owned()];
        weakness("anna", &about, password).is_some()
    }

    #[test]
    fn what_everybody_tries_is_refused() {
        for password in [
            "password",
            "12345678",
            "qwertyuiop",
            "Password1!",
            "P@ssw0rd",
            "iloveyou2",
            "sunshine99",
            "baseball1",
            "december2026",
            "casewright",
            "Casewright1",
            "camunda1",
            "annameyer",
            "anna.meyer",
            "Meyer1234",
            "aaaaaaaaaa",
        ] {
            assert!(is_weak(password), "{password}");
        }
    }

    #[test]
    fn length_counts_in_characters_and_nothing_else_is_demanded() {
        for password in ["correct horse battery staple", "lowercase only words", "зеленый чайник поет", "x7Kq-mW2v"]
        {
            assert!(!is_weak(password), "{password}");
        }
        assert!(is_weak("x7Kq-mW"));
        let longest: String = "wollig karre tunnel ".chars().cycle().take(LONGEST).collect();
        assert!(!is_weak(&longest));
        assert!(is_weak(&format!("{longest}x")));
    }
}
