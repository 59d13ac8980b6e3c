//! One template, or text module.

use super::placeholder::{Piece, Placeholder, read};
use crate::domain::person::Person;
use crate::domain::saved_view::Audience;
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 80;
const LONGEST_SHORTCUT: usize = 40;
const LONGEST_SUBJECT: usize = 500;
/// How long a text may be, in bytes.
const LONGEST_BODY: usize = 64 * 1024;
/// How long all its texts may be together, in bytes.
const LONGEST_TEXTS: usize = 512 * 1024;
const MOST_LANGUAGES: usize = 30;
const MOST_ATTACHMENTS: usize = 20;
/// How many groups it may be shared with.
const MOST_GROUPS: usize = 50;

/// What it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TemplateKind {
    /// A whole mail, with its subject.
    #[default]
    Mail,
    /// A passage that is put in where its shortcut is written.
    TextModule,
}

impl TemplateKind {
    /// What rows and the JSON call it.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::TextModule => "text-module",
        }
    }
}

/// What it says in one language. Placeholders are `{{case.number}}`, `{{requester.name}}`, `{{field.<id>}}`, `{{me.name}}`, ...
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MailText {
    /// Empty: the mail keeps the subject it has.
    #[serde(default)]
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// What a template says, and who may use it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailTemplateContent {
    /// Empty: there is no such template.
    pub name: String,
    #[serde(default)]
    pub kind: TemplateKind,
    /// Written as `/hello` where it is to be put in; without the slash here.
    #[serde(default)]
    pub shortcut: Option<String>,
    pub audience: Audience,
    /// Key of the only kind of case it is for; none: every kind.
    #[serde(default)]
    pub definition: Option<String>,
    /// By language (BCP 47, lower case): `en`, `de`, `pt-br`.
    pub texts: BTreeMap<String, MailText>,
    /// Ids of files that go with the mail.
    #[serde(default)]
    pub attachments: Vec<String>,
}

impl MailTemplateContent {
    /// What is wrong with it, if anything; a fault in a text is told with its line and column.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        match self.name.trim() {
            "" => faults.push(FieldFault::new("/name", "required", "a template needs a name")),
            name if name.chars().count() > LONGEST_NAME => {
                faults.push(FieldFault::new("/name", "too-long", &format!("{LONGEST_NAME} characters at most")));
            }
            _ => {}
        }
        match self.shortcut.as_deref() {
            Some(shortcut) if !is_shortcut(shortcut) => {
                let detail = format!("small letters, digits and hyphens, {LONGEST_SHORTCUT} at most");
                faults.push(FieldFault::new("/shortcut", "invalid-value", &detail));
            }
            None if self.kind == TemplateKind::TextModule => {
                faults.push(FieldFault::new("/shortcut", "required", "a text module is put in by its shortcut"));
            }
            _ => {}
        }
        if let Audience::Groups { groups } = &self.audience {
            if groups.is_empty() {
                faults.push(FieldFault::new("/audience/groups", "required", "a group, or another kind of audience"));
            }
            if groups.len() > MOST_GROUPS {
                faults.push(FieldFault::new("/audience/groups", "too-many", &format!("{MOST_GROUPS} groups at most")));
            }
        }
        if self.attachments.len() > MOST_ATTACHMENTS {
            faults.push(FieldFault::new("/attachments", "too-many", &format!("{MOST_ATTACHMENTS} files at most")));
        }
        self.text_faults(&mut faults);
        faults
    }

    fn text_faults(&self, faults: &mut Vec<FieldFault>) {
        if self.texts.is_empty() {
            faults.push(FieldFault::new("/texts", "required", "a text in one language at least"));
        }
        if self.texts.len() > MOST_LANGUAGES {
            faults.push(FieldFault::new("/texts", "too-many", &format!("{MOST_LANGUAGES} languages at most")));
            return;
        }
        if self.texts.values().map(|text| text.body.len()).sum::<usize>() > LONGEST_TEXTS {
            faults.push(FieldFault::new("/texts", "too-long", "512 KiB together at most"));
            return;
        }
        for (language, text) in &self.texts {
            // A tilde and a slash cannot stand in a language, so the pointer needs no escapes (RFC 6901).
            if !is_language(language) {
                faults.push(FieldFault::new("/texts", "invalid-value", "a language is written as en, de or pt-br"));
                continue;
            }
            let (subject, body) = (format!("/texts/{language}/subject"), format!("/texts/{language}/body"));
            if text.body.trim().is_empty() {
                faults.push(FieldFault::new(&body, "required", "a text"));
            }
            if text.body.len() > LONGEST_BODY {
                faults.push(FieldFault::new(&body, "too-long", "64 KiB at most"));
                continue;
            }
            if text.subject.chars().count() > LONGEST_SUBJECT {
                faults.push(FieldFault::new(&subject, "too-long", &format!("{LONGEST_SUBJECT} characters at most")));
                continue;
            }
            if text.subject.chars().any(char::is_control) {
                faults.push(FieldFault::new(&subject, "invalid-value", "a subject is one line"));
            }
            for (pointer, text) in [(subject, &text.subject), (body, &text.body)] {
                faults.extend(read(text).1.into_iter().map(|fault| {
                    let detail = format!("line {}, column {}: {}", fault.line, fault.column, fault.detail);
                    FieldFault::new(&pointer, fault.code, &detail)
                }));
            }
        }
    }

    /// Fields of the case that its texts name, with the pointer of the text.
    #[must_use]
    pub(crate) fn fields(&self) -> BTreeSet<(String, String)> {
        let mut all = BTreeSet::new();
        for (language, text) in &self.texts {
            for (member, text) in [("subject", &text.subject), ("body", &text.body)] {
                for piece in read(text).0 {
                    if let Piece::Placeholder(Placeholder::Field(id)) = piece {
                        all.insert((format!("/texts/{language}/{member}"), id));
                    }
                }
            }
        }
        all
    }

    /// The text in a language: that one, else another kind of it (`de` for `de-at`), else English, else any.
    #[must_use]
    pub(crate) fn text_in(&self, language: Option<&str>) -> Option<(&str, &MailText)> {
        let wanted = language.unwrap_or("en").to_ascii_lowercase().replace('_', "-");
        let base = wanted.split('-').next().unwrap_or_default();
        let is_of_base = |known: &str| known.split('-').next() == Some(base);
        let found = self
            .texts
            .get_key_value(wanted.as_str())
            .or_else(|| self.texts.get_key_value(base))
            .or_else(|| self.texts.iter().find(|(known, _)| is_of_base(known)))
            .or_else(|| self.texts.get_key_value("en"))
            .or_else(|| self.texts.iter().next());
        found.map(|(language, text)| (language.as_str(), text))
    }
}

fn is_shortcut(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= LONGEST_SHORTCUT && text.chars().all(is_plain) && !text.starts_with('-')
}

fn is_language(text: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    let first = text.split('-').next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && text.len() <= 35
        && text.split('-').all(is_part)
        && !text.chars().any(|c| c.is_ascii_uppercase())
}

/// The aggregate `mail-template`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MailTemplate {
    pub content: MailTemplateContent,
    /// Who made it. None: there is no such template.
    pub owner: Option<Person>,
    /// When it was last changed.
    #[serde(default)]
    pub updated_at: Option<Instant>,
}

/// What happens to a template.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the names of entries stand beside those of every other aggregate")]
pub(crate) enum MailTemplateEvent {
    MailTemplateCreated { owner: Person, template: MailTemplateContent },
    MailTemplateChanged { template: MailTemplateContent },
    MailTemplateDeleted,
}

impl Aggregate for MailTemplate {
    type Event = MailTemplateEvent;
    const KIND: &'static str = "mail-template";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        match event {
            MailTemplateEvent::MailTemplateCreated { owner, template } => {
                *self =
                    Self { content: template.clone(), owner: Some(owner.clone()), updated_at: Some(meta.at.into()) };
            }
            MailTemplateEvent::MailTemplateChanged { template } => {
                self.content = template.clone();
                self.updated_at = Some(meta.at.into());
            }
            MailTemplateEvent::MailTemplateDeleted => *self = Self::default(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            MailTemplateEvent::MailTemplateCreated { .. } => "mail-template-created",
            MailTemplateEvent::MailTemplateChanged { .. } => "mail-template-changed",
            MailTemplateEvent::MailTemplateDeleted => "mail-template-deleted",
        }
    }
}

impl MailTemplate {
    /// Creates it. The answer is whether it is new: the same request sent again creates nothing.
    #[must_use]
    pub(crate) fn create(&self, owner: &Person, content: &MailTemplateContent) -> Decision<MailTemplateEvent, bool> {
        if self.owner.is_some() {
            return Decision { events: Vec::new(), answer: false };
        }
        let created = MailTemplateEvent::MailTemplateCreated { owner: owner.clone(), template: content.clone() };
        Decision { events: vec![created], answer: true }
    }

    /// Gives it another content. The answer is whether there is such a template.
    #[must_use]
    pub(crate) fn change(&self, content: &MailTemplateContent) -> Decision<MailTemplateEvent, bool> {
        let is_there = self.owner.is_some();
        let events = match is_there && self.content != *content {
            true => vec![MailTemplateEvent::MailTemplateChanged { template: content.clone() }],
            false => Vec::new(),
        };
        Decision { events, answer: is_there }
    }

    /// Deletes it. The answer is whether there was such a template.
    #[must_use]
    pub(crate) fn delete(&self) -> Decision<MailTemplateEvent, bool> {
        let is_there = self.owner.is_some();
        let events = if is_there { vec![MailTemplateEvent::MailTemplateDeleted] } else { Vec::new() };
        Decision { events, answer: is_there }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(texts: &[(&str, &str)]) -> MailTemplateContent {
        let text = |body: &str| MailText { subject: "About {{case.number}}".to_owned(), body: body.to_owned() };
        MailTemplateContent {
            name: "Thanks".to_owned(),
            texts: texts.iter().map(|(language, body)| ((*language).to_owned(), text(body))).collect(),
            ..MailTemplateContent::default()
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let wrong = MailTemplateContent {
            kind: TemplateKind::TextModule,
            ..template(&[("de", "Guten Tag\n{{requester.nam}}"), ("EN", "Hello"), ("fr", " ")])
        };
        let found: Vec<(String, String)> =
            wrong.faults().into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        let expected = [
            ("/shortcut", "required"),
            ("/texts", "invalid-value"),
            ("/texts/de/body", "unknown-placeholder"),
            ("/texts/fr/body", "required"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
        assert!(wrong.faults()[2].detail.starts_with("line 2, column 1: "), "{}", wrong.faults()[2].detail);
        assert_eq!(template(&[("pt-br", "Olá {{field.policy}}")]).faults(), []);
    }

    #[test]
    fn the_text_is_in_the_nearest_language_there_is() {
        let known = template(&[("de", "Hallo"), ("en", "Hello"), ("pt-br", "Olá")]);
        let found = |wanted: Option<&str>| known.text_in(wanted).map(|(language, _)| language.to_owned());
        for (wanted, language) in [("de-AT", "de"), ("pt", "pt-br"), ("pt_BR", "pt-br"), ("fr", "en"), ("", "en")] {
            assert_eq!(found(Some(wanted)).as_deref(), Some(language), "{wanted}");
        }
        assert_eq!(found(None).as_deref(), Some("en"));
        assert_eq!(template(&[("de", "Hallo")]).text_in(Some("fr")).map(|(language, _)| language), Some("de"));
    }

    #[test]
    fn what_is_deleted_is_not_changed() {
        let (owner, content) = (Person::new("anna", "Anna"), template(&[("en", "Hello")]));
        let saved = MailTemplate { content: content.clone(), owner: Some(owner.clone()), updated_at: None };
        assert!(saved.change(&content).events.is_empty(), "nothing is new");
        assert!(!saved.create(&owner, &content).answer);
        let none = MailTemplate::default();
        assert!(!none.change(&content).answer && !none.delete().answer);
    }
}
