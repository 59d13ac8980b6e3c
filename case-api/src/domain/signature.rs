//! What stands below a mail: a person's own signature, or a team's. The aggregate `signature` is one of them.

use crate::domain::mail_template::{MailText, text_faults, text_in};
use crate::domain::shared::{Audience, Shared, SharedContent, name_faults};
use casewright_forms::FieldFault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long an address may be (RFC 5321).
const LONGEST_ADDRESS: usize = 254;

/// What a signature says, and below which mails it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignatureContent {
    /// Empty: there is no such signature.
    pub name: String,
    pub audience: Audience,
    /// Address of the only mailbox it is for; none: every mailbox.
    #[serde(default)]
    pub mailbox: Option<String>,
    /// By language (BCP 47, lower case), with the placeholders of templates.
    pub texts: BTreeMap<String, String>,
}

/// The aggregate `signature`.
pub(crate) type Signature = Shared<SignatureContent>;

impl SharedContent for SignatureContent {
    const KIND: &'static str = "signature";
    // Who keeps templates keeps signatures.
    const RESOURCE: &'static str = "mail-template";
    const EVENTS: [&'static str; 3] = ["signature-created", "signature-changed", "signature-deleted"];
    const MEMBER: &'static str = "signature";
    const NOUN: &'static str = "signature";

    fn audience(&self) -> &Audience {
        &self.audience
    }

    /// A fault in a text is told with its line and column.
    fn faults(&self) -> Vec<FieldFault> {
        let mut faults = name_faults(Self::NOUN, &self.name);
        faults.extend(self.audience.faults());
        if self.mailbox.as_ref().is_some_and(|mailbox| !mailbox.contains('@') || mailbox.len() > LONGEST_ADDRESS) {
            faults.push(FieldFault::new("/mailbox", "invalid-value", "the address of a mailbox"));
        }
        faults.extend(text_faults(&self.as_texts()).into_iter().map(|fault| FieldFault {
            // A text is all that a signature has in a language.
            pointer: fault.pointer.strip_suffix("/body").unwrap_or(&fault.pointer).to_owned(),
            ..fault
        }));
        faults
    }
}

impl SignatureContent {
    /// The text in a language, or the nearest one, with that language.
    #[must_use]
    pub(crate) fn text_in(&self, language: Option<&str>) -> Option<(String, String)> {
        let texts = self.as_texts();
        text_in(&texts, language).map(|(language, text)| (language.to_owned(), text.body.clone()))
    }

    fn as_texts(&self) -> BTreeMap<String, MailText> {
        let text = |body: &String| MailText { subject: String::new(), body: body.clone() };
        self.texts.iter().map(|(language, body)| (language.clone(), text(body))).collect()
    }

    /// How well it fits a mail of a mailbox: the less, the better. None: it is not for it. One's own comes before a team's, one for the
    /// mailbox before one for every mailbox.
    #[must_use]
    pub(crate) fn fit(&self, is_own: bool, mailbox: Option<&str>) -> Option<u8> {
        let is_for_every = match (&self.mailbox, mailbox) {
            (None, _) => true,
            (Some(of), Some(mailbox)) if of.eq_ignore_ascii_case(mailbox) => false,
            (Some(_), _) => return None,
        };
        Some(2 * u8::from(!is_own) + u8::from(is_for_every))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(mailbox: Option<&str>, text: &str) -> SignatureContent {
        SignatureContent {
            name: "Mine".to_owned(),
            mailbox: mailbox.map(str::to_owned),
            texts: BTreeMap::from([("en".to_owned(), text.to_owned())]),
            ..SignatureContent::default()
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(signature(Some("claims@harbor.example"), "{{me.name}}").faults(), []);
        let wrong = SignatureContent { name: String::new(), ..signature(Some("claims"), "{{me.nam}}") };
        let found: Vec<String> = wrong.faults().into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(found, ["/name", "/mailbox", "/texts/en"]);
    }

    #[test]
    fn ones_own_for_the_mailbox_comes_first() {
        let (claims, every) = (signature(Some("claims@harbor.example"), "a"), signature(None, "b"));
        let at = Some("Claims@harbor.example");
        assert!(claims.fit(true, at) < every.fit(true, at));
        assert!(every.fit(true, at) < claims.fit(false, at));
        assert!(claims.fit(false, at) < every.fit(false, at));
        assert_eq!((claims.fit(true, Some("other@harbor.example")), claims.fit(true, None)), (None, None));
    }
}
