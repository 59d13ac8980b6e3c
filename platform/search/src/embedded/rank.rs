//! Collects the best of what was found, counts all of it, and leaves out what policy hides, in one go.

use super::schema::{AT, KIND_PLACE, POLICY};
use crate::document::Counts;
use crate::policy::{self, Policies};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Instant;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// Documents between two looks at the clock.
const STRIDE: u32 = 1_024;

/// What to keep, and until when to look.
pub(super) struct Ranking {
    pub(super) policies: Arc<Policies>,
    pub(super) keep: usize,
    pub(super) deadline: Instant,
}

/// The best, and how many there are of each kind.
#[derive(Default)]
pub(super) struct Ranked {
    pub(super) best: Vec<DocAddress>,
    pub(super) counts: Counts,
    pub(super) is_late: bool,
}

/// What was found in one segment.
pub(super) struct Part {
    best: BinaryHeap<Reverse<Candidate>>,
    counts: Counts,
    is_late: bool,
}

/// The better, the greater. What is alike is ordered by time, and by its place.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    score: Score,
    at: i64,
    address: DocAddress,
}

impl Collector for Ranking {
    type Fruit = Ranked;
    type Child = Segment;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = segment.fast_fields();
        let kept = columns.str(POLICY)?;
        let answers = vec![None; kept.as_ref().map_or(0, |kept| kept.num_terms())];
        let policy = Policy { policies: Arc::clone(&self.policies), kept, answers, text: String::new() };
        Ok(Segment {
            ordinal,
            kinds: columns.u64(KIND_PLACE)?,
            times: columns.i64(AT)?,
            policy,
            keep: self.keep,
            deadline: self.deadline,
            seen: 0,
            part: Part { best: BinaryHeap::new(), counts: Counts::default(), is_late: false },
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, parts: Vec<Part>) -> tantivy::Result<Ranked> {
        let mut ranked = Ranked::default();
        let mut all = Vec::new();
        for part in parts {
            ranked.is_late |= part.is_late;
            for (sum, count) in ranked.counts.iter_mut().zip(part.counts) {
                *sum += count;
            }
            all.extend(part.best.into_iter().map(|Reverse(candidate)| candidate));
        }
        all.sort_unstable_by(|one, other| other.cmp(one));
        all.truncate(self.keep);
        ranked.best = all.into_iter().map(|candidate| candidate.address).collect();
        Ok(ranked)
    }
}

pub(super) struct Segment {
    ordinal: SegmentOrdinal,
    kinds: Column<u64>,
    times: Column<i64>,
    policy: Policy,
    keep: usize,
    deadline: Instant,
    seen: u32,
    part: Part,
}

impl SegmentCollector for Segment {
    type Fruit = Part;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.seen = self.seen.wrapping_add(1);
        if self.seen.is_multiple_of(STRIDE) && Instant::now() >= self.deadline {
            self.part.is_late = true;
        }
        if self.part.is_late || !self.policy.shows(doc) {
            return;
        }
        let kind = self.kinds.first(doc).and_then(|place| usize::try_from(place).ok());
        if let Some(count) = kind.and_then(|place| self.part.counts.get_mut(place)) {
            *count += 1;
        }
        let at = self.times.first(doc).unwrap_or(i64::MIN);
        let candidate = Candidate { score, at, address: DocAddress::new(self.ordinal, doc) };
        if self.part.best.len() < self.keep {
            self.part.best.push(Reverse(candidate));
        } else if self.part.best.peek().is_some_and(|Reverse(worst)| *worst < candidate) {
            self.part.best.pop();
            self.part.best.push(Reverse(candidate));
        }
    }

    fn harvest(self) -> Part {
        self.part
    }
}

/// The policies, asked once for all wholes that are alike to them.
struct Policy {
    policies: Arc<Policies>,
    kept: Option<StrColumn>,
    /// By ordinal of what is kept.
    answers: Vec<Option<bool>>,
    text: String,
}

impl Policy {
    /// What cannot be told is hidden.
    fn shows(&mut self, doc: DocId) -> bool {
        let Some(kept) = &self.kept else {
            return false;
        };
        let Some(ordinal) = kept.ords().first(doc) else {
            return false;
        };
        let known = usize::try_from(ordinal).ok().and_then(|place| self.answers.get_mut(place));
        let Some(answer) = known else {
            return false;
        };
        if let Some(answer) = answer {
            return *answer;
        }
        self.text.clear();
        let is_there = kept.ord_to_str(ordinal, &mut self.text).unwrap_or(false);
        let shows = is_there && policy::is_visible(&self.policies, &self.text);
        *answer = Some(shows);
        shows
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_score = self.score.total_cmp(&other.score);
        by_score.then(self.at.cmp(&other.at)).then_with(|| other.address.cmp(&self.address))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}
