//! One template, or text module.

use super::placeholder::{Piece, Placeholder, read};
use super::texts::{MailText, text_faults, text_in};
use crate::domain::shared::{Audience, Shared, SharedContent, name_faults};
use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

const LONGEST_SHORTCUT: usize = 40;
const MOST_ATTACHMENTS: usize = 20;

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

impl SharedContent for MailTemplateContent {
    const KIND: &'static str = "mail-template";
    const EVENTS: [&'static str; 3] = ["mail-template-created", "mail-template-changed", "mail-template-deleted"];
    const MEMBER: &'static str = "template";
    const NOUN: &'static str = "template";

    fn audience(&self) -> &Audience {
        &self.audience
    }

    /// A fault in a text is told with its line and column.
    fn faults(&self) -> Vec<FieldFault> {
        let mut faults = name_faults(Self::NOUN, &self.name);
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
        faults.extend(self.audience.faults());
        if self.attachments.len() > MOST_ATTACHMENTS {
            faults.push(FieldFault::new("/attachments", "too-many", &format!("{MOST_ATTACHMENTS} files at most")));
        }
        faults.extend(text_faults(&self.texts));
        faults
    }
}

impl MailTemplateContent {
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

    /// See [`text_in`].
    #[must_use]
    pub(crate) fn text_in(&self, language: Option<&str>) -> Option<(&str, &MailText)> {
        text_in(&self.texts, language)
    }
}

fn is_shortcut(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= LONGEST_SHORTCUT && text.chars().all(is_plain) && !text.starts_with('-')
}

/// The aggregate `mail-template`.
pub(crate) type MailTemplate = Shared<MailTemplateContent>;

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
}
