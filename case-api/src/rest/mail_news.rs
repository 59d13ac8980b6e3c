//! What came of a case since somebody last looked at it, so that nobody answers what was answered a moment ago.

use super::error::store;
use crate::domain::case::{Case, CaseEvent, Fact};
use crate::state::CaseApiState;
use casewright_access::Subject;
use casewright_instant::{Instant, rfc3339};
use casewright_journal::Aggregate;
use casewright_service::Problem;
use serde::Serialize;
use serde_json::{Value, json};

/// Entries that are looked through; who has missed more is told of the first of it.
const MOST_ENTRIES: usize = 1_000;
/// News that are told at most.
const MOST_NEWS: usize = 20;

/// Something that the writer has not seen.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct News {
    /// `mail-received`, `mail-sent`, `mail-scheduled`, `mail-begun` (it is being sent this moment) or `comment-added`.
    pub(super) kind: &'static str,
    /// Who it is of: a name, or the address that a mail came from.
    pub(super) by: String,
    #[serde(with = "rfc3339")]
    pub(super) at: Instant,
    /// Id of the mail, or of the comment.
    pub(super) id: String,
}

/// 409 `newer-correspondence` when others have written since version `seen`; its `details` say what. `known` are ids of what the writer has
/// looked at besides: told once, it stands in the way no more.
pub(super) async fn refuse_when_news(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
    seen: u64,
    known: &[String],
) -> Result<(), Problem> {
    let handle = state.tenant(&subject.tenant);
    // The entry that was seen last says since when.
    let entries = handle.entries(Case::KIND, case, seen.saturating_sub(1), MOST_ENTRIES).await.map_err(store)?;
    let seen_at = entries.first().filter(|entry| entry.meta.seq == seen).map(|entry| Instant::from(entry.meta.at));
    let mut news: Vec<News> = entries
        .iter()
        .filter(|entry| entry.meta.seq > seen)
        .filter_map(|entry| Some((entry.meta.at.into(), crate::views::entry::read::<CaseEvent>(entry)?)))
        .filter_map(|(at, event)| news_of(event, at, &subject.id))
        .collect();
    news.retain(|news| !known.contains(&news.id));
    if news.is_empty() {
        news = waiting(state, subject, case, seen_at.unwrap_or(Instant(0))).await?;
        news.retain(|news| !known.contains(&news.id));
    }
    if news.is_empty() {
        return Ok(());
    }
    news.truncate(MOST_NEWS);
    Err(newer(news))
}

/// What says so.
pub(super) fn newer(news: Vec<News>) -> Problem {
    let detail = "Others have written since you looked at the case. Look at it, or send all the same.";
    Problem::conflict("newer-correspondence", detail).with_details(json!({"news": news}))
}

fn news_of(event: CaseEvent, at: Instant, me: &str) -> Option<News> {
    let is_mine = event.by.id == me;
    let (kind, by, id) = match event.fact {
        Fact::MailReceived { mail_id, from, .. } => ("mail-received", from, mail_id),
        Fact::MailSent { mail_id, .. } if !is_mine => ("mail-sent", event.by.name, mail_id),
        Fact::CommentAdded { comment_id, .. } if !is_mine => ("comment-added", event.by.name, comment_id),
        _ => return None,
    };
    Some(News { kind, by, at, id })
}

/// Answers of others, written after `since`, that wait for their time, which may be the time of undoing them. The case knows nothing of
/// those yet.
async fn waiting(state: &CaseApiState, subject: &Subject, case: &str, since: Instant) -> Result<Vec<News>, Problem> {
    let wanted = [("state".to_owned(), "scheduled".to_owned()), ("limit".to_owned(), "50".to_owned())];
    let mails = state.rooms().mail(subject).mails().of_case(case, wanted).await;
    let mails = mails.map_err(|error| super::error::room_problem(&error))?;
    let items = mails.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(items.iter().filter_map(|mail| waiting_mail(mail, since, &subject.id)).collect())
}

fn waiting_mail(mail: &Value, since: Instant, me: &str) -> Option<News> {
    let text = |member: &str| mail.get(member).and_then(Value::as_str);
    let at: jiff::Timestamp = text("receivedAt")?.parse().ok()?;
    let at = Instant::from(at);
    if at <= since || text("writtenBy") == Some(me) {
        return None;
    }
    let by = mail.get("from").and_then(|from| from.get("name")).and_then(Value::as_str).unwrap_or_default();
    Some(News { kind: "mail-scheduled", by: by.to_owned(), at, id: text("id")?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::person::Person;

    fn event(by: &str, fact: Fact) -> CaseEvent {
        CaseEvent { by: Person::new(by, "Name"), fact }
    }

    fn sent() -> Fact {
        Fact::MailSent { mail_id: "m-1".to_owned(), to: Vec::new(), subject: String::new() }
    }

    #[test]
    fn what_others_wrote_is_news_and_what_one_wrote_oneself_is_not() {
        let kind = |event: CaseEvent| news_of(event, Instant(1), "anna").map(|news| (news.kind, news.by));
        assert_eq!(kind(event("anna", sent())), None);
        assert_eq!(kind(event("ben", sent())), Some(("mail-sent", "Name".to_owned())));
        let comment = |by: &str| {
            event(
                by,
                Fact::CommentAdded { comment_id: "c".to_owned(), body: String::new(), mentions: vec![], mail_id: None },
            )
        };
        assert_eq!(kind(comment("anna")), None);
        assert_eq!(kind(comment("ben")), Some(("comment-added", "Name".to_owned())));
        let came = Fact::MailReceived {
            mail_id: "m-2".to_owned(),
            from: "clara@customer.example".to_owned(),
            subject: String::new(),
            unread: 1,
            files: Vec::new(),
        };
        assert_eq!(
            kind(event("system:email-to-case", came)),
            Some(("mail-received", "clara@customer.example".to_owned()))
        );
    }

    #[test]
    fn an_answer_that_waits_is_news_when_another_wrote_it_since() {
        let mail = json!({"id": "m-1", "receivedAt": "2026-01-01T10:00:00Z", "writtenBy": "ben", "from": {"name": "Ben (Claims)"}});
        let at: jiff::Timestamp = "2026-01-01T10:00:00Z".parse().unwrap();
        let at = Instant::from(at);
        let expected = News { kind: "mail-scheduled", by: "Ben (Claims)".to_owned(), at, id: "m-1".to_owned() };
        assert_eq!(waiting_mail(&mail, Instant(at.0 - 1), "anna"), Some(expected));
        assert_eq!(waiting_mail(&mail, Instant(at.0 - 1), "ben"), None);
        assert_eq!(waiting_mail(&mail, at, "anna"), None);
    }
}
