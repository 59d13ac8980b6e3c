//! The fields of the index. Who changes them, or what is written into them, raises [`FORMAT`]: the index is built anew.

use crate::words;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

/// Part of the folder's name.
pub(super) const FORMAT: &str = "2";
/// Name of the one analyzer.
const WORDS: &str = "words";

#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Tenant, whole, kind and id: one document.
    pub(super) key: Field,
    /// Tenant and whole: all its documents.
    pub(super) whole_key: Field,
    pub(super) tenant: Field,
    /// Id of the whole; its scope is that of the kind.
    pub(super) whole: Field,
    pub(super) kind: Field,
    /// [`crate::Kind::place`].
    pub(super) kind_place: Field,
    pub(super) id: Field,
    pub(super) source: Field,
    pub(super) number: Field,
    pub(super) title: Field,
    pub(super) text: Field,
    pub(super) about: Field,
    /// What the words of number and title end with.
    pub(super) inside: Field,
    pub(super) from: Field,
    pub(super) has: Field,
    /// Whether a task is open: `open` or `closed`.
    pub(super) work: Field,
    pub(super) content: Field,
    /// What qualifiers ask for: `queue:claims`.
    pub(super) facts: Field,
    pub(super) priority: Field,
    /// Milliseconds since 1970, as `updated`.
    pub(super) at: Field,
    pub(super) updated: Field,
    /// What policies are told of the whole.
    pub(super) policy: Field,
}

/// Names of the columns that ranking reads.
pub(super) const KIND_PLACE: &str = "kindPlace";
pub(super) const AT: &str = "at";
pub(super) const POLICY: &str = "policy";

pub(super) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing = |option| TextFieldIndexing::default().set_tokenizer(WORDS).set_index_option(option);
    let text = TextOptions::default().set_indexing_options(indexing(IndexRecordOption::WithFreqsAndPositions));
    let stored = text.clone().set_stored();
    let fields = Fields {
        key: schema.add_text_field("key", STRING),
        whole_key: schema.add_text_field("wholeKey", STRING),
        tenant: schema.add_text_field("tenant", STRING | STORED),
        whole: schema.add_text_field("whole", STORED),
        kind: schema.add_text_field("kind", STRING | STORED),
        kind_place: schema.add_u64_field(KIND_PLACE, FAST),
        id: schema.add_text_field("id", STORED),
        source: schema.add_text_field("source", STORED),
        number: schema.add_text_field("number", text.clone()),
        title: schema.add_text_field("title", stored.clone()),
        text: schema.add_text_field("text", stored),
        about: schema.add_text_field("about", text),
        inside: schema.add_text_field("inside", STRING),
        from: schema.add_text_field("from", STORED),
        has: schema.add_text_field("has", STORED),
        work: schema.add_text_field("work", STORED),
        content: schema.add_text_field("content", STRING | STORED),
        facts: schema.add_text_field("facts", STRING),
        priority: schema.add_i64_field("priority", INDEXED | FAST),
        at: schema.add_i64_field(AT, INDEXED | FAST | STORED),
        updated: schema.add_i64_field("updated", INDEXED | FAST),
        policy: schema.add_text_field(POLICY, TextOptions::default().set_fast("raw")),
    };
    (schema.build(), fields)
}

pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(WORDS, words::analyzer());
    manager
}
