//! What was found, as it is told.

use super::seen::Seen;
use casewright_instant::Instant;
use casewright_search::excerpt::{Marker, Segment};
use casewright_search::{Counts, Hit, Kind};
use casewright_service::instant::InstantSchema;
use serde::Serialize;
use utoipa::ToSchema;

/// A page of what was found, the best first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchBody {
    pub(super) items: Vec<SearchHit>,
    /// Null: that was all, or as far as one can page.
    pub(super) next_cursor: Option<String>,
    /// Null: nobody can say, for the policy of this installation is asked of each single case.
    pub(super) total: Option<u64>,
    /// Null as `total`.
    pub(super) counts: Option<SearchCounts>,
    /// The index is being built: there may be more.
    pub(super) is_catching_up: bool,
}

/// How many there are of each kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchCounts {
    case: u64,
    comment: u64,
    mail: u64,
    file: u64,
    task: u64,
    record: u64,
    person: u64,
}

impl SearchCounts {
    pub(super) fn of(counts: Counts) -> Self {
        let of = |kind: Kind| counts[kind.place()];
        Self {
            case: of(Kind::Case),
            comment: of(Kind::Comment),
            mail: of(Kind::Mail),
            file: of(Kind::File),
            task: of(Kind::Task),
            record: of(Kind::Record),
            person: of(Kind::Person),
        }
    }
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchHit {
    /// `case`, `comment`, `mail`, `file`, `task`, `record` or `person`.
    kind: &'static str,
    /// Of the case, the comment, the mail, the task, the record, the person; of the document of its case.
    id: String,
    /// Null: it is of no case, which records and people are.
    case: Option<FoundCase>,
    /// Null: it is no record.
    record_type: Option<FoundType>,
    /// Whether a task was still to be done a moment ago. Null: it is none.
    is_open: Option<bool>,
    /// Title, subject, name of the file, of the task, of the person. Empty: it has none.
    title: Vec<SearchSegment>,
    /// Where the words stand. Empty: not in the text.
    excerpt: Vec<SearchSegment>,
    /// Who it is from.
    from: Option<String>,
    /// Null: nobody says when a person came.
    #[serde(with = "casewright_instant::optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    at: Option<Instant>,
}

/// The case that something was found in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundCase {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) stage_name: String,
    pub(super) status_name: String,
    /// `open`, `paused` or `closed`.
    pub(super) status_kind: String,
}

/// What a record is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FoundType {
    pub(super) key: String,
    pub(super) name: String,
}

/// A piece of a text. Plain, never markup.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchSegment {
    text: String,
    /// It is what was looked for.
    is_match: bool,
}

/// A hit with what is known of it now.
pub(super) fn shown(hit: Hit, seen: Seen, marker: &Marker) -> SearchHit {
    let (case, record_type) = match seen {
        Seen::InCase(case) => (Some(case), None),
        Seen::Record(of) => (None, Some(of)),
        Seen::Person => (None, None),
    };
    let title = case.as_ref().filter(|_| hit.kind == Kind::Case).map_or(&hit.title, |case| &case.title);
    let excerpt = marker.excerpt(&hit.text);
    // What a case's fields begin with says nothing; what a comment begins with does.
    let begins_with_fields = matches!(hit.kind, Kind::Case | Kind::Record);
    let is_told = !begins_with_fields || excerpt.iter().any(|segment| segment.is_match);
    SearchHit {
        kind: hit.kind.as_str(),
        id: hit.id,
        title: segments(marker.whole(title)),
        excerpt: if is_told { segments(excerpt) } else { Vec::new() },
        from: hit.from.into_iter().next_back(),
        at: (hit.kind != Kind::Person).then(|| hit.at.into()),
        case,
        record_type,
        is_open: hit.is_open,
    }
}

fn segments(segments: Vec<Segment>) -> Vec<SearchSegment> {
    segments.into_iter().map(|Segment { text, is_match }| SearchSegment { text, is_match }).collect()
}
