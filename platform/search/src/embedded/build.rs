//! A question in the words of the index.

use super::facts;
use super::schema::Fields;
use crate::document::Kind;
use crate::excerpt::SHORTEST_LIKE;
use crate::index::Request;
use crate::query::{Clause, Condition, Openness, Range, Which, Who};
use crate::words;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

type Part = Box<dyn Query>;

/// Letters from which on the beginning of a word is looked for in texts; titles and numbers take any.
const SHORTEST_BEGINNING: usize = 3;

pub(super) fn query(fields: &Fields, request: &Request) -> Part {
    let builder = Builder { fields, me: &request.me };
    let mut all: Vec<(Occur, Part)> = vec![(Occur::Must, silent(builder.term(fields.tenant, request.tenant.as_str())))];
    if !request.kinds.is_empty() {
        all.push((Occur::Must, silent(builder.kinds(&request.kinds))));
    }
    for Clause { is_negated, condition } in &request.query.clauses {
        let Some(part) = builder.condition(condition) else {
            continue;
        };
        all.push((if *is_negated { Occur::MustNot } else { Occur::Must }, part));
    }
    Box::new(BooleanQuery::new(all))
}

struct Builder<'a> {
    fields: &'a Fields,
    me: &'a str,
}

impl Builder<'_> {
    /// None: no word is in it.
    fn condition(&self, condition: &Condition) -> Option<Part> {
        let fact = |key: &str, value: &str| self.fact(&facts::exact(key, value));
        let values = |key: &str, values: &[String]| any(values.iter().map(|value| self.value(key, value)).collect());
        Some(silent(match condition {
            Condition::Word(text) => return self.words(text, true),
            Condition::Phrase(text) => return self.words(text, false),
            Condition::Is(states) => any(states
                .iter()
                .map(|state| match state {
                    Openness::Open => any(vec![fact("is", "open"), fact("is", "paused")]),
                    Openness::Paused => fact("is", "paused"),
                    Openness::Closed => fact("is", "closed"),
                })
                .collect()),
            Condition::Assignee(whose) => any(whose
                .iter()
                .map(|who| match who {
                    Who::Me => fact("assignee-id", self.me),
                    Who::Nobody => fact("no", "assignee"),
                    Who::Somebody(name) => self.value("assignee", name),
                })
                .collect()),
            Condition::Queue(queues) => any(queues
                .iter()
                .map(|queue| match queue {
                    Which::None => fact("no", "queue"),
                    Which::Named(name) => self.value("queue", name),
                })
                .collect()),
            Condition::From(names) => values("from", names),
            Condition::Stage(names) => values("stage", names),
            Condition::Status(names) => values("status", names),
            Condition::Label(names) => values("label", names),
            Condition::Type(names) => values("type", names),
            Condition::Field { key, values: wanted } => values(&facts::field_key(key), wanted),
            Condition::Has(things) => any(things.iter().map(|thing| fact("has", thing.as_str())).collect()),
            Condition::Kind(kinds) => self.kinds(kinds),
            Condition::Priority(range) => between(self.fields.priority, *range),
            Condition::Created(range) => between(self.fields.at, *range),
            Condition::Updated(range) => between(self.fields.updated, *range),
        }))
    }

    fn kinds(&self, kinds: &[Kind]) -> Part {
        any(kinds.iter().map(|kind| self.term(self.fields.kind, kind.as_str())).collect())
    }

    fn fact(&self, term: &str) -> Part {
        self.term(self.fields.facts, term)
    }

    /// The value as a whole, or all of its words.
    fn value(&self, key: &str, value: &str) -> Part {
        let (whole, words) = facts::wanted(key, value);
        let words: Vec<(Occur, Part)> = words.iter().map(|word| (Occur::Must, self.fact(word))).collect();
        if words.is_empty() {
            return self.fact(&whole);
        }
        any(vec![self.fact(&whole), Box::new(BooleanQuery::new(words))])
    }

    fn words(&self, text: &str, is_open: bool) -> Option<Part> {
        let words: Vec<String> = words::of(text).into_iter().map(|word| word.text).collect();
        match words.as_slice() {
            [] => None,
            [one] if is_open => Some(self.word(one)),
            [one] => Some(self.exact_word(one)),
            many => Some(self.sequence(many, is_open)),
        }
    }

    /// As it is written, and not otherwise.
    fn exact_word(&self, word: &str) -> Part {
        any(self.everywhere().map(|(field, weight)| weighed(self.term(field, word), weight)).collect())
    }

    fn word(&self, word: &str) -> Part {
        let Fields { number, title, text, about, inside, .. } = *self.fields;
        let letters = word.chars().count();
        let begins = |field, weight| -> Part {
            weighed(Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(field, word), 0, false)), weight)
        };
        let mut ways = vec![self.exact_word(word), begins(number, 3.0), begins(title, 2.0)];
        if letters >= SHORTEST_BEGINNING {
            ways.extend([begins(text, 0.5), begins(about, 0.2)]);
        }
        if letters >= words::SHORTEST_INSIDE {
            ways.push(begins(inside, 1.0));
        }
        if letters >= SHORTEST_LIKE {
            let like = |field, weight| -> Part {
                weighed(Box::new(FuzzyTermQuery::new(Term::from_field_text(field, word), 1, true)), weight)
            };
            ways.extend([like(title, 0.8), like(text, 0.2)]);
        }
        any(ways)
    }

    /// One word after the other; `is_open`: the last one may be a beginning (`CLM-0001`).
    fn sequence(&self, words: &[String], is_open: bool) -> Part {
        let one = |(field, weight): (Field, f32)| -> Part {
            let terms: Vec<Term> = words.iter().map(|word| Term::from_field_text(field, word)).collect();
            let exact = weighed(Box::new(PhraseQuery::new(terms.clone())), weight);
            if !is_open {
                return exact;
            }
            any(vec![exact, weighed(Box::new(PhrasePrefixQuery::new(terms)), weight / 4.0)])
        };
        any(self.everywhere().map(one).collect())
    }

    fn everywhere(&self) -> impl Iterator<Item = (Field, f32)> {
        let Fields { number, title, text, about, .. } = *self.fields;
        [(number, 6.0), (title, 4.0), (text, 1.0), (about, 0.3)].into_iter()
    }

    fn term(&self, field: Field, text: &str) -> Part {
        Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
    }
}

fn any(parts: Vec<Part>) -> Part {
    Box::new(BooleanQuery::union(parts))
}

/// It must hold, and makes nothing better than something else.
fn silent(part: Part) -> Part {
    Box::new(ConstScoreQuery::new(part, 0.0))
}

fn weighed(part: Part, weight: f32) -> Part {
    Box::new(BoostQuery::new(part, weight))
}

fn between(field: Field, Range { from, to }: Range<i64>) -> Part {
    if from.is_none() && to.is_none() {
        return Box::new(AllQuery);
    }
    let bound = |end: Option<i64>| match end {
        Some(end) => Bound::Included(Term::from_field_i64(field, end)),
        None => Bound::Unbounded,
    };
    Box::new(RangeQuery::new(bound(from), bound(to)))
}
