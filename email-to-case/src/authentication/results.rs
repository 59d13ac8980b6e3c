//! Reads `Authentication-Results` (RFC 8601): what another server found. Whose it is worth to believe is for the caller to say; anybody can
//! write such a field.

use crate::domain::mail::{Finding, Outcome};

/// Results of one field that are looked at.
const RESULTS_LIMIT: usize = 50;

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Results {
    pub(super) authserv_id: String,
    methods: Vec<Method>,
}

/// `dkim=pass header.d=harbor.example`
#[derive(Debug, PartialEq, Eq)]
struct Method {
    name: String,
    result: Outcome,
    properties: Vec<(String, String)>,
}

impl Results {
    /// None: it is no such field.
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(value);
        let statements = statements(&text);
        let mut statements = statements.iter();
        let authserv_id = statements.next()?.first()?.to_ascii_lowercase();
        Some(Self { authserv_id, methods: statements.take(RESULTS_LIMIT).filter_map(|words| method(words)).collect() })
    }

    /// The value of `ARC-Authentication-Results` (RFC 8617 section 4.1.1): `i=1;` stands before the same.
    pub(super) fn parse_sealed(value: &[u8]) -> Option<Self> {
        let after_instance = value.iter().position(|byte| *byte == b';')? + 1;
        Self::parse(value.get(after_instance..)?)
    }

    /// What came of a method that has one result.
    pub(super) fn result(&self, method: &str) -> Option<Outcome> {
        self.of(method).next().map(|found| found.result)
    }

    /// The value of a property of a method's first result that has it.
    pub(super) fn property(&self, method: &str, property: &str) -> Option<&str> {
        self.of(method).find_map(|found| found.property(property))
    }

    pub(super) fn spf(&self) -> Option<Finding> {
        self.of("spf").find_map(|found| found.about(&["smtp.mailfrom"]))
    }

    pub(super) fn helo(&self) -> Option<Finding> {
        self.of("spf").find_map(|found| found.about(&["smtp.helo"]))
    }

    pub(super) fn dkim(&self) -> Vec<Finding> {
        let signatures = self.of("dkim").filter_map(|found| {
            let selector = found.property("header.s").map(str::to_owned);
            Some(Finding { selector, ..found.about(&["header.d", "header.i"])? })
        });
        signatures.collect()
    }

    fn of(&self, method: &str) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(move |found| found.name == method)
    }
}

impl Method {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The result, for the domain that the first of these properties names.
    fn about(&self, properties: &[&str]) -> Option<Finding> {
        let value = properties.iter().find_map(|name| self.property(name))?;
        let domain = value.rsplit('@').next().unwrap_or(value).trim_end_matches('.').to_ascii_lowercase();
        Some(Finding { result: self.result, domain, selector: None })
    }
}

/// `dkim/1=pass`, then properties; a reason and what is none of these is passed over.
fn method(words: &[String]) -> Option<Method> {
    let (name, result) = words.first()?.split_once('=')?;
    let name = name.split('/').next().unwrap_or(name).to_ascii_lowercase();
    let properties = words.iter().skip(1).filter_map(|word| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    });
    Some(Method { name, result: Outcome::from_word(result)?, properties: properties.collect() })
}

/// The words between semicolons, without comments, quotes and the space around an equals sign.
fn statements(text: &str) -> Vec<Vec<String>> {
    let mut statements = vec![Vec::new()];
    let mut word = String::new();
    let mut depth = 0_usize;
    let mut is_quoted = false;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_quoted || depth > 0 => {
                let escaped = letters.next();
                word.extend(escaped.filter(|_| is_quoted));
            }
            '"' if depth == 0 => is_quoted = !is_quoted,
            _ if is_quoted => word.push(letter),
            '(' => {
                depth += 1;
                end(&mut word, &mut statements);
            }
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            ';' => {
                end(&mut word, &mut statements);
                statements.push(Vec::new());
            }
            _ if letter.is_whitespace() => end(&mut word, &mut statements),
            _ => word.push(letter),
        }
    }
    end(&mut word, &mut statements);
    statements
}

/// Puts a word that has ended to the others of its statement.
fn end(word: &mut String, statements: &mut [Vec<String>]) {
    let (false, Some(words)) = (word.is_empty(), statements.last_mut()) else { return };
    let ended = std::mem::take(word);
    match words.last_mut() {
        Some(before) if ended.starts_with('=') || before.ends_with('=') && before.matches('=').count() == 1 => {
            before.push_str(&ended);
        }
        _ => words.push(ended),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(result: Outcome, domain: &str, selector: Option<&str>) -> Finding {
        Finding { result, domain: domain.to_owned(), selector: selector.map(str::to_owned) }
    }

    #[test]
    fn what_a_large_provider_writes_is_read() {
        let value = b" mx.google.com;\r\n       dkim=pass header.i=@harbor.example header.s=s1 header.b=\"Ab+/=\";\r\n       \
            dkim=fail (bad; signature) header.d=lists.example;\r\n       \
            spf=softfail (google.com: domain of transitioning a@harbor.example does not (really) designate 192.0.2.1 as permitted sender) \
            smtp.mailfrom=a@bounces.harbor.example;\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=harbor.example\r\n";
        let results = Results::parse(value).unwrap();
        assert_eq!(results.authserv_id, "mx.google.com");
        assert_eq!(results.spf(), Some(finding(Outcome::Softfail, "bounces.harbor.example", None)));
        assert_eq!(results.helo(), None);
        let signed = finding(Outcome::Pass, "harbor.example", Some("s1"));
        assert_eq!(results.dkim(), [signed, finding(Outcome::Fail, "lists.example", None)]);
        assert_eq!(results.result("dmarc"), Some(Outcome::Pass));
        assert_eq!(results.property("dmarc", "header.from"), Some("harbor.example"));
    }

    #[test]
    fn space_where_the_grammar_has_it_and_versions_are_read_over() {
        let value =
            b" \"mail.example\" 1; none; spf / 1 =pass; spf/1 = pass (c) smtp.helo = MX.Example. reason=\"a; b\"";
        let results = Results::parse(value).unwrap();
        assert_eq!(results.authserv_id, "mail.example");
        assert_eq!(results.helo(), Some(finding(Outcome::Pass, "mx.example", None)));
    }

    #[test]
    fn a_sealed_field_begins_with_its_instance() {
        let results = Results::parse_sealed(b" i=1; lists.example; dmarc=pass header.from=bank.example").unwrap();
        assert_eq!((results.authserv_id.as_str(), results.result("dmarc")), ("lists.example", Some(Outcome::Pass)));
        assert_eq!(Results::parse_sealed(b"i=1"), None);
    }

    #[test]
    fn nonsense_is_no_result() {
        assert_eq!(Results::parse(b""), None);
        assert_eq!(Results::parse(b" ; dmarc=pass"), None);
        let results = Results::parse(b"x; dmarc; =pass; dmarc=\"pa((ss\"; spf=pass").unwrap();
        assert_eq!((results.result("dmarc"), results.spf(), results.dkim()), (None, None, Vec::new()));
    }
}
