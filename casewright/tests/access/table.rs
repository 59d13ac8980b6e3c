//! Every operation of `/api/v1`: what it is about, and a call that does no harm where it is allowed. An operation that is not
//! here fails the test: whoever adds one says whether it shows or changes something of a case.

use super::platform::Things;
use serde_json::{Value, json};

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum About {
    /// Nothing that belongs to a case.
    Nothing,
    /// Many things that may belong to cases.
    Many,
    /// One thing that may belong to a case: the path names it.
    One,
    /// The caller's own, or only machine clients call it.
    Own,
}

pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) about: About,
    /// Sent where it is called; nothing that passes changes anything.
    pub(crate) body: Option<Value>,
    /// A version that nothing has.
    pub(crate) is_stale: bool,
}

fn row(method: &'static str, path: &'static str, about: About) -> Row {
    Row { method, path, about, body: None, is_stale: false }
}

impl Row {
    fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    fn stale(self) -> Self {
        Self { is_stale: true, ..self }
    }

    /// The path with the ids of these things.
    pub(crate) fn path_of(&self, things: &Things) -> String {
        let thing = match self.path.split('/').nth(3).unwrap_or_default() {
            "cases" => &things.case,
            "tasks" => &things.task,
            "process-instances" => &things.instance,
            "incidents" => &things.incident,
            "mails" => &things.mail,
            "files" => &things.file,
            "notifications" => &things.notification,
            _ => "",
        };
        self.path
            .replace("{id}", thing)
            .replace("/processes/{key}/", "/processes/claim-handling/")
            .replace("{commentId}", &things.comment)
            .replace("{documentId}", &things.document)
            .replace("{taskId}", &things.added_task)
            .replace("{seq}", "2")
            .replace("{whose}", "mine")
            .replace("{subprocess}", &things.instance)
            // One that only the platform sets, and every process of a case has.
            .replace("{name}", "caseId")
    }
}

pub(crate) fn rows() -> Vec<Row> {
    use About::{Many, Nothing, One, Own};
    let invalid = || json!({"body": ""});
    vec![
        row("get", "/api/v1/me", Own),
        row("get", "/api/v1/me/sessions", Own),
        row("delete", "/api/v1/me/sessions", Own),
        row("delete", "/api/v1/me/sessions/{sessionId}", Own),
        row("post", "/api/v1/me/password", Own),
        row("get", "/api/v1/me/second-factor", Own),
        row("post", "/api/v1/me/second-factor", Own),
        row("post", "/api/v1/me/second-factor/enrolment", Own),
        row("post", "/api/v1/me/second-factor/removal", Own),
        row("get", "/api/v1/users", Nothing),
        row("get", "/api/v1/groups", Nothing),
        row("get", "/api/v1/accounts", Nothing),
        row("put", "/api/v1/accounts/{id}", Nothing),
        row("put", "/api/v1/accounts/{id}/enabled", Nothing),
        row("put", "/api/v1/accounts/{id}/password", Nothing),
        row("get", "/api/v1/accounts/{id}/second-factor", Nothing),
        row("delete", "/api/v1/accounts/{id}/second-factor", Nothing),
        row("get", "/api/v1/accounts/{id}/sessions", Nothing),
        row("delete", "/api/v1/accounts/{id}/sessions", Nothing),
        row("delete", "/api/v1/accounts/{id}/sessions/{sessionId}", Nothing),
        row("get", "/api/v1/client-config", Nothing),
        // For administrators; tests/access/explained.rs says what it tells of things.
        row("get", "/api/v1/access/actions", Nothing),
        row("post", "/api/v1/access/explain", Nothing),
        // For administrators: what an entry says may be of any case.
        row("get", "/api/v1/dead-letters", Nothing),
        row("post", "/api/v1/dead-letters/retry", Nothing),
        row("get", "/api/v1/dead-letters/{id}", Nothing),
        row("post", "/api/v1/dead-letters/{id}/retry", Nothing),
        row("post", "/api/v1/dead-letters/{id}/discard", Nothing),
        row("get", "/api/v1/mailboxes", Nothing),
        row("post", "/api/v1/mailboxes/{id}/check", Nothing),
        // Names of organisations, for operators.
        row("get", "/api/v1/engines", Nothing),
        row("get", "/api/v1/process-definitions", Nothing),
        row("get", "/api/v1/process-definitions/{id}/xml", Nothing),
        row("get", "/api/v1/deployments", Nothing),
        row("post", "/api/v1/deployments", Nothing),
        row("get", "/api/v1/process-instances", Many),
        row("get", "/api/v1/process-instances/{id}", One),
        row("get", "/api/v1/process-instances/{id}/xml", One),
        row("get", "/api/v1/process-instances/{id}/at/{seq}", One),
        row("get", "/api/v1/process-instances/{id}/decisions", One),
        row("get", "/api/v1/process-instances/{id}/ad-hoc-subprocesses", One),
        row("post", "/api/v1/process-instances/{id}/ad-hoc-subprocesses/{subprocess}/activities", One)
            .with(json!({"activities": ["none"]})),
        row("get", "/api/v1/process-instances/{id}/activity-instances", One),
        row("get", "/api/v1/process-instances/{id}/user-tasks", One),
        row("get", "/api/v1/process-instances/{id}/variables", One),
        row("get", "/api/v1/process-instances/{id}/variables/{name}", One),
        row("get", "/api/v1/process-instances/{id}/variables/{name}/history", One),
        row("put", "/api/v1/process-instances/{id}/variables/{name}", One).with(json!({"value": "nothing"})),
        row("delete", "/api/v1/process-instances/{id}/variables/{name}", One),
        row("get", "/api/v1/process-instances/{id}/jobs", One),
        row("patch", "/api/v1/process-instances/{id}/jobs/{job}", One).with(json!({"retries": 1})),
        row("post", "/api/v1/process-instances/{id}/jobs/{job}/execute", One),
        row("get", "/api/v1/process-instances/{id}/external-tasks", One),
        row("patch", "/api/v1/process-instances/{id}/external-tasks/{task}", One).with(json!({"retries": 1})),
        row("post", "/api/v1/process-instances/{id}/external-tasks/{task}/unlock", One),
        row("get", "/api/v1/process-instances/{id}/subscriptions", One),
        row("post", "/api/v1/process-instances/{id}/subscriptions/{subscription}/correlate", One).with(json!({})),
        row("put", "/api/v1/process-instances/{id}/suspension", One).with(json!({"isSuspended": false})),
        row("post", "/api/v1/process-instances/{id}/cancel", One).with(json!({"reason": ""})),
        row("post", "/api/v1/process-instances/{id}/restart", One).with(json!({})),
        row("post", "/api/v1/process-instances/{id}/modification", One).with(json!({"steps": []})),
        row("get", "/api/v1/process-instances/{id}/migration", One),
        row("post", "/api/v1/process-instances/{id}/migration", One).with(json!({"to": "none", "mapping": []})),
        row("get", "/api/v1/incidents", Many),
        row("get", "/api/v1/incidents/{id}", One),
        row("post", "/api/v1/incidents/{id}/retry", One),
        row("post", "/api/v1/files", Nothing),
        row("get", "/api/v1/files/{id}", One),
        row("delete", "/api/v1/files/{id}", One).stale(),
        row("post", "/api/v1/files/{id}/complete", One),
        row("get", "/api/v1/files/{id}/download", One),
        row("get", "/files/{id}/content", Nothing),
        row("put", "/files/{id}/content", Nothing),
        row("get", "/api/v1/case-definitions", Nothing),
        row("get", "/api/v1/case-definitions/{key}", Nothing),
        row("put", "/api/v1/case-definitions/{key}", Nothing),
        row("get", "/api/v1/case-definitions/{key}/versions", Nothing),
        row("get", "/api/v1/cases", Many),
        row("post", "/api/v1/cases", Nothing),
        row("get", "/api/v1/cases/{id}", One),
        row("patch", "/api/v1/cases/{id}", One).with(json!({"stage": "nowhere"})),
        row("post", "/api/v1/cases/{id}/close", One).with(json!({"status": "nowhere"})),
        row("post", "/api/v1/cases/{id}/holds", One).with(json!({"reason": ""})),
        row("delete", "/api/v1/cases/{id}/holds/{holdId}", One).with(json!({"reason": ""})),
        // Erasures: of no case that anybody sees by it; who may ask for them is tested on its own (case-api/tests/disposal.rs).
        row("get", "/api/v1/erasures", Nothing),
        row("post", "/api/v1/erasures", Nothing).with(json!({"reason": ""})),
        row("get", "/api/v1/erasures/subject", Nothing),
        row("get", "/api/v1/erasures/{id}", Nothing),
        row("post", "/api/v1/erasures/{id}/approve", Nothing),
        row("post", "/api/v1/erasures/{id}/refuse", Nothing),
        // Machine clients alone delete what a case owned.
        row("post", "/api/v1/files/{id}/erase", Own),
        row("post", "/api/v1/mails/{id}/erase", Own),
        row("post", "/api/v1/process-instances/{id}/erase", Own),
        row("post", "/api/v1/notifications/erase", Own).with(json!({"caseId": "nothing"})),
        row("post", "/api/v1/cases/{id}/comments", One).with(invalid()),
        row("patch", "/api/v1/cases/{id}/comments/{commentId}", One).with(invalid()),
        row("delete", "/api/v1/cases/{id}/comments/{commentId}", One),
        row("get", "/api/v1/cases/{id}/timeline", One),
        row("get", "/api/v1/cases/{id}/following", One),
        row("put", "/api/v1/cases/{id}/following", One),
        row("delete", "/api/v1/cases/{id}/following", One),
        row("get", "/api/v1/cases/{id}/assignees", One),
        row("get", "/api/v1/cases/{id}/processes", One),
        row("post", "/api/v1/cases/{id}/processes", One).with(json!({"key": "none"})),
        row("get", "/api/v1/cases/{id}/processes/{key}/form", One),
        row("get", "/api/v1/cases/{id}/documents", One),
        row("post", "/api/v1/cases/{id}/documents", One)
            .with(json!({"fileId": "00000000-0000-0000-0000-000000000000"})),
        row("delete", "/api/v1/cases/{id}/documents/{documentId}", One),
        row("get", "/api/v1/cases/{id}/links", One),
        row("post", "/api/v1/cases/{id}/links", One).with(json!({"kind": "relates-to", "to": "nothing"})),
        row("delete", "/api/v1/cases/{id}/links/{linkId}", One),
        row("get", "/api/v1/cases/{id}/mails", One),
        row("post", "/api/v1/cases/{id}/mails", One).with(json!({"to": [], "subject": "", "text": ""})),
        row("post", "/api/v1/cases/{id}/mails/read", One),
        // Mail that waits for its time, and templates of mails.
        row("put", "/api/v1/cases/{id}/mails/{mailId}", One).with(json!({"to": [], "subject": "", "text": ""})),
        row("delete", "/api/v1/cases/{id}/mails/{mailId}", One),
        row("put", "/api/v1/mails/outgoing/{id}", Own),
        row("delete", "/api/v1/mails/outgoing/{id}", Own),
        row("get", "/api/v1/mail-templates", Own),
        row("post", "/api/v1/mail-templates", Own).with(json!({"name": "", "texts": {}})),
        row("get", "/api/v1/mail-templates/{id}", Own),
        row("put", "/api/v1/mail-templates/{id}", Own).with(json!({"name": "", "texts": {}})),
        row("delete", "/api/v1/mail-templates/{id}", Own),
        row("post", "/api/v1/mail-templates/{id}/render", Own)
            .with(json!({"caseId": "00000000-0000-0000-0000-000000000000"})),
        row("get", "/api/v1/cases/{id}/mail-drafts", One),
        row("put", "/api/v1/cases/{id}/mail-drafts/{whose}", One).with(json!({"content": {"attachments": [
            {"id": "00000000-0000-0000-0000-000000000000", "name": "", "contentType": "", "size": 0}]}})),
        row("delete", "/api/v1/cases/{id}/mail-drafts/{whose}", One),
        row("get", "/api/v1/cases/{id}/signatures", One),
        row("get", "/api/v1/signatures", Own),
        row("post", "/api/v1/signatures", Own).with(json!({"name": "", "texts": {}})),
        row("get", "/api/v1/signatures/{id}", Own),
        row("put", "/api/v1/signatures/{id}", Own).with(json!({"name": "", "texts": {}})),
        row("delete", "/api/v1/signatures/{id}", Own),
        row("post", "/api/v1/cases/{id}/compensations", Own),
        // Machine clients alone ask for it.
        row("get", "/api/v1/cases/by-process/{id}", Own),
        row("get", "/api/v1/tasks", Many),
        row("get", "/api/v1/tasks/{id}", One),
        row("post", "/api/v1/tasks/{id}/claim", One).stale(),
        row("post", "/api/v1/tasks/{id}/unclaim", One).stale(),
        row("post", "/api/v1/tasks/{id}/assign", One).with(json!({"assignee": null})).stale(),
        row("get", "/api/v1/tasks/{id}/form", One),
        row("get", "/api/v1/tasks/{id}/assignees", One),
        row("post", "/api/v1/tasks/{id}/complete", One).with(json!({})).stale(),
        row("patch", "/api/v1/tasks/{id}", One).with(json!({"dueAt": null})).stale(),
        row("post", "/api/v1/tasks/{id}/delegate", One).with(json!({"to": "nobody"})).stale(),
        row("post", "/api/v1/tasks/{id}/resolve", One).with(json!({})).stale(),
        row("post", "/api/v1/tasks/{id}/bpmn-error", One).with(json!({"code": "none"})).stale(),
        row("post", "/api/v1/tasks/{id}/escalation", One).with(json!({"code": "none"})).stale(),
        // Rooms of the platform alone ask for it.
        row("post", "/api/v1/user-tasks/{id}/submission", Own).with(json!({})),
        row("post", "/api/v1/user-tasks/{id}/claim", Own),
        row("get", "/api/v1/user-tasks/{id}", Own),
        row("patch", "/api/v1/user-tasks/{id}", Own).with(json!({})),
        row("get", "/api/v1/forms", Nothing),
        row("get", "/api/v1/forms/{key}", Nothing),
        row("put", "/api/v1/forms/{key}", Nothing),
        row("post", "/api/v1/forms/{key}/validate", Nothing),
        row("get", "/api/v1/queues", Nothing),
        row("put", "/api/v1/queues/{id}", Nothing),
        // What it hands out is tested on its own.
        row("post", "/api/v1/queues/{id}/next", Nothing),
        // Which cases it reaches is tested on its own.
        row("post", "/api/v1/case-batches/preview", Own).with(json!({"cases": [], "change": {}})),
        row("post", "/api/v1/case-batches", Own).with(json!({"cases": [], "change": {}})),
        row("get", "/api/v1/case-batches", Own),
        row("get", "/api/v1/case-batches/{id}", Own),
        row("post", "/api/v1/case-batches/{id}/stop", Own),
        row("post", "/api/v1/case-batches/{id}/undo", Own),
        row("post", "/api/v1/case-batches/{id}/retry", Own),
        // Records: whose type is restricted is the room's own test (case-api/tests/records.rs).
        row("get", "/api/v1/record-types", Nothing),
        row("get", "/api/v1/record-types/{key}", Nothing),
        row("put", "/api/v1/record-types/{key}", Nothing).with(json!({"name": "", "fields": [], "titleField": ""})),
        row("post", "/api/v1/record-types/{key}/evaluate", Nothing).with(json!({"fields": {}})),
        row("get", "/api/v1/records", Nothing),
        row("post", "/api/v1/records", Nothing).with(json!({"type": "nothing", "fields": {}})),
        row("get", "/api/v1/records/{id}", Nothing),
        row("patch", "/api/v1/records/{id}", Nothing).with(json!({"fields": {}})),
        row("delete", "/api/v1/records/{id}", Nothing),
        row("get", "/api/v1/records/{id}/history", Nothing),
        row("get", "/api/v1/records/{id}/cases", Nothing),
        row("get", "/api/v1/cases/{id}/parties", One),
        row("post", "/api/v1/cases/{id}/parties", One).with(json!({"role": "party", "record": "nothing"})),
        row("delete", "/api/v1/cases/{id}/parties/{partyId}", One),
        row("get", "/api/v1/saved-views", Own),
        row("post", "/api/v1/saved-views", Own).with(json!({"name": ""})),
        row("get", "/api/v1/saved-views/{id}", Own),
        row("put", "/api/v1/saved-views/{id}", Own).with(json!({"name": ""})),
        row("delete", "/api/v1/saved-views/{id}", Own),
        row("get", "/api/v1/saved-view-choices", Own),
        row("put", "/api/v1/saved-view-choices", Own).with(json!({"pinned": ["", ""]})),
        // Working time, routing, and who is there.
        row("get", "/api/v1/queues/{id}", Nothing),
        row("get", "/api/v1/next-work", Nothing),
        row("post", "/api/v1/next-work", Nothing),
        row("get", "/api/v1/calendars", Nothing),
        row("get", "/api/v1/calendars/{id}", Nothing),
        row("put", "/api/v1/calendars/{id}", Nothing).with(json!({"name": "", "timeZone": "", "hours": []})),
        row("delete", "/api/v1/calendars/{id}", Nothing),
        row("post", "/api/v1/calendars/{id}/holidays", Nothing).with(json!({"ics": ""})),
        row("get", "/api/v1/routing", Nothing),
        row("put", "/api/v1/routing", Nothing).with(json!({"rules": [{"id": "", "when": "", "then": {}}]})),
        row("post", "/api/v1/routing/evaluate", Nothing).with(json!({"definition": ""})),
        row("post", "/api/v1/cases/{id}/route", One).stale(),
        row("get", "/api/v1/people/{id}/availability", Own),
        row("put", "/api/v1/people/{id}/availability", Own).with(json!({"capacity": 4_000_000})),
        row("get", "/api/v1/people/me/stands-in-for", Own),
        // Stages, and the versions of definitions.
        row("post", "/api/v1/cases/{id}/reopen", One).with(json!({"reason": ""})),
        row("get", "/api/v1/cases/{id}/stages", One),
        row("get", "/api/v1/case-definitions/{key}/diff", Nothing),
        // Both tell of cases that the caller may see: `case-api/tests/rules.rs`.
        row("get", "/api/v1/case-definitions/{key}/rules/{rule}/runs", Nothing),
        row("post", "/api/v1/case-definitions/{key}/rules/dry-run", Nothing)
            .with(json!({"rule": {"id": "a", "on": "case-created", "then": [{"addLabel": "a"}]}})),
        row("post", "/api/v1/case-definitions/{key}/archive", Nothing),
        row("post", "/api/v1/case-definitions/{key}/unarchive", Nothing),
        row("post", "/api/v1/imports/wks", Nothing),
        row("get", "/api/v1/mails", Many),
        row("post", "/api/v1/mails", Nothing),
        row("post", "/api/v1/mails/outgoing", Own),
        row("get", "/api/v1/mails/{id}", One),
        row("get", "/api/v1/mails/{id}/raw", One),
        row("post", "/api/v1/mails/{id}/reprocess", One),
        row("post", "/api/v1/mails/{id}/link", One).with(json!({"caseId": "00000000-0000-0000-0000-000000000000"})),
        row("post", "/api/v1/mails/{id}/unlink", One).with(json!({"caseId": "00000000-0000-0000-0000-000000000000"})),
        row("get", "/api/v1/notifications", Own),
        row("post", "/api/v1/notifications", Own),
        row("get", "/api/v1/notifications/count", Own),
        row("post", "/api/v1/notifications/read-all", Own),
        row("post", "/api/v1/notifications/{id}/read", One),
        row("get", "/api/v1/notification-channels", Nothing),
        row("get", "/api/v1/notification-preferences", Own),
        row("put", "/api/v1/notification-preferences", Own),
        // Figures, files and inboxes. Which cases are counted and written is tested on its own (case-api/tests/statistics.rs).
        row("get", "/api/v1/cases/statistics", Nothing),
        row("get", "/api/v1/cases/export", Nothing),
        row("get", "/api/v1/tasks/statistics", Nothing),
        row("patch", "/api/v1/notifications", Own).with(json!({"ids": []})),
        row("get", "/api/v1/notification-mutes", Own),
        row("put", "/api/v1/notification-mutes/{id}", Own),
        row("delete", "/api/v1/notification-mutes/{id}", Own),
        // Tasks of a case, its playbook, merging, splitting, duplicates.
        row("get", "/api/v1/cases/{id}/tasks", One),
        row("post", "/api/v1/cases/{id}/tasks", One).with(json!({"title": ""})),
        row("get", "/api/v1/cases/{id}/tasks/{taskId}", One),
        row("patch", "/api/v1/cases/{id}/tasks/{taskId}", One).with(json!({"title": ""})),
        row("delete", "/api/v1/cases/{id}/tasks/{taskId}", One),
        row("post", "/api/v1/cases/{id}/tasks/{taskId}/complete", One),
        row("post", "/api/v1/cases/{id}/tasks/{taskId}/reopen", One),
        row("put", "/api/v1/cases/{id}/tasks/{taskId}/checklist/{itemId}", One).with(json!({"isDone": true})),
        row("get", "/api/v1/cases/{id}/playbook", One),
        row("put", "/api/v1/cases/{id}/playbook/{stage}/{item}", One).with(json!({"isDone": true})),
        row("post", "/api/v1/cases/{id}/merge", One).with(json!({"into": "nothing"})),
        row("post", "/api/v1/cases/{id}/merge/preview", One).with(json!({"into": "nothing"})),
        row("post", "/api/v1/cases/{id}/split", One).with(json!({"of": "comment", "id": "nothing"})),
        row("get", "/api/v1/cases/{id}/duplicates", One),
        row("delete", "/api/v1/cases/{id}/duplicates/{otherId}", One),
        // What it finds is tested on its own.
        row("post", "/api/v1/cases/duplicates", Nothing).with(json!({"definition": "nothing", "title": ""})),
        // Fields of cases: with a case it shows of it what is computed.
        row("post", "/api/v1/case-definitions/{key}/evaluate", Nothing).with(json!({"fields": {}})),
        // Search. What it finds for whom is asked with words, beside the lists.
        row("get", "/api/v1/search", Nothing),
    ]
}
