//! Names: those that are known to exist where the text stands, and those that the text itself defines.

use super::{Parsed, Parser};
use crate::builtin;
use crate::scan;
use smol_str::SmolStr;

impl Parser<'_> {
    /// A name exists from here on.
    pub(super) fn bind(&mut self, name: &SmolStr) {
        self.bound.push(name.clone());
        if self.is_standard() {
            self.local.bind(name);
        }
    }

    /// To go back to by [`Parser::release`].
    pub(super) fn mark(&self) -> (usize, usize) {
        (self.bound.len(), self.local.len())
    }

    pub(super) fn release(&mut self, (bound, local): (usize, usize)) {
        self.bound.truncate(bound);
        self.local.truncate(local);
    }

    /// The name after a dot.
    pub(super) fn member(&mut self) -> Parsed<SmolStr> {
        const WORDY: [&str; 3] = ["time offset", "start included", "end included"];
        if let Some(name) = WORDY.into_iter().find(|name| self.scanner.words(name)) {
            return Ok(SmolStr::new_static(name));
        }
        if let Some(name) = self.known_member() {
            return Ok(name);
        }
        if let Some(name) = self.scanner.identifier() {
            return Ok(self.further_words(name));
        }
        // After a dot a keyword is a name like any other.
        let keyword = scan::KEYWORDS.into_iter().find(|word| self.scanner.word(word));
        keyword.map(SmolStr::new_static).ok_or_else(|| self.scanner.expected("a name"))
    }

    /// Where the entries of a context are not known, words that follow each other are one name.
    pub(super) fn further_words(&mut self, first: SmolStr) -> SmolStr {
        if !self.is_standard() {
            return first;
        }
        let mut name = first.to_string();
        while let Some(word) = self.scanner.identifier() {
            name.push(' ');
            name.push_str(&word);
        }
        SmolStr::new(name)
    }

    /// The longest variable that is known to exist and is named here; in a filter it may be an entry as well.
    pub(super) fn known(&self) -> Option<SmolStr> {
        let word = self.scanner.leading_word();
        let members = if self.filters > 0 { self.members(word) } else { [[].as_slice(), [].as_slice()] };
        let [names, entries] = members;
        self.longest([self.names.variables.beginning(word), self.local.beginning(word), names, entries])
    }

    pub(super) fn known_member(&mut self) -> Option<SmolStr> {
        let [names, entries] = self.members(self.scanner.leading_word());
        let name = self.longest([names, entries, &[], &[]])?;
        self.scanner.words(&name);
        Some(name)
    }

    pub(super) fn members(&self, word: &str) -> [&[SmolStr]; 2] {
        [self.names.members.beginning(word), self.local_members.beginning(word)]
    }

    pub(super) fn longest(&self, candidates: [&[SmolStr]; 4]) -> Option<SmolStr> {
        let mut best: Option<&SmolStr> = None;
        for name in candidates.into_iter().flatten() {
            let is_longer = best.is_none_or(|best| name.len() > best.len());
            if is_longer && self.scanner.looks_at_words(name) {
                best = Some(name);
            }
        }
        best.cloned()
    }

    /// [`Parser::known`], and over it.
    pub(super) fn known_here(&mut self) -> Option<SmolStr> {
        let name = self.known()?;
        self.scanner.words(&name);
        Some(name)
    }

    /// A name that the text defines here.
    pub(super) fn new_name(&mut self, what: &str) -> Parsed<SmolStr> {
        if let Some(name) = self.known_here() {
            return Ok(name);
        }
        let first = self.scanner.identifier().ok_or_else(|| self.scanner.expected(what))?;
        Ok(self.further_words(first))
    }

    /// A built-in function of several words is a value where it is not called (DMN 1.5, 10.3.2.13).
    pub(super) fn name_or_function(&mut self) -> Parsed<SmolStr> {
        if self.is_standard()
            && let Some(name) = builtin::wordy_names().iter().find(|name| self.scanner.words(name))
        {
            return Ok(SmolStr::new_static(name));
        }
        let name = self.scanner.identifier().ok_or_else(|| self.scanner.expected("an expression"))?;
        Ok(if self.filters > 0 { self.further_words(name) } else { name })
    }

    /// Words and a colon.
    pub(super) fn parameter_name(&mut self) -> Option<SmolStr> {
        let mut words = vec![self.known_here().or_else(|| self.scanner.identifier())?.to_string()];
        loop {
            if self.scanner.sign(":") {
                return Some(SmolStr::new(words.join(" ")));
            }
            words.push(self.scanner.identifier()?.to_string());
        }
    }
}
