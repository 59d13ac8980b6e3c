//! An index in a folder of this process, on tantivy. One process has the folder for itself; each node of several has its own.
//!
//! The position of the log is part of each commit: what a crash takes with it is read again, and writing it twice changes
//! nothing.

mod build;
mod facts;
mod rank;
mod schema;

use crate::document::{Awaited, Content, Document, Kind, Known, Thing, Whole, WholeDocuments, Work};
use crate::index::{Batch, Found, Hit, Index, IndexError, Request};
use crate::{policy, words};
use casewright_journal::TenantId;
use jiff::Timestamp;
use rank::Ranking;
use schema::Fields;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tantivy::collector::TopDocs;
use tantivy::query::TermQuery;
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};

/// Bytes of memory that a batch may take before it is written.
const MEMORY: usize = 32 << 20;
/// Bytes of a text that are kept and indexed.
const LONGEST_TEXT: usize = 200_000;
/// Bytes of a title.
const LONGEST_TITLE: usize = 1_000;

/// See the module.
pub struct Embedded {
    index: tantivy::Index,
    fields: Fields,
    reader: IndexReader,
    /// None after something could not be written: the next batch makes a new one.
    writer: Mutex<Option<IndexWriter>>,
    position: Mutex<Option<String>>,
}

impl Embedded {
    /// Opens the index in a folder. What is of another release, damaged or not there is begun anew, with no position. When another
    /// process has it, or there is no folder, this one has an index that goes with it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn open(folder: Option<&Path>) -> Result<Self, IndexError> {
        let Some(folder) = folder else {
            return Self::on(tantivy::Index::builder().schema(schema::schema().0).create_in_ram()?);
        };
        std::fs::create_dir_all(folder)?;
        let own = folder.join(format!("format-{}", schema::FORMAT));
        for other in others(folder, &own)? {
            tracing::info!(folder = %other.display(), "an index of another release is removed");
            std::fs::remove_dir_all(other)?;
        }
        match Self::in_folder(&own) {
            Ok(index) => Ok(index),
            Err(IndexError::Broken(TantivyError::LockFailure(..))) => {
                tracing::warn!(folder = %own.display(), "another process has this search index; this one makes its own");
                Self::on(tantivy::Index::builder().schema(schema::schema().0).create_from_tempdir()?)
            }
            Err(error) => {
                tracing::warn!(folder = %own.display(), %error, "the search index is damaged; it is built anew");
                std::fs::remove_dir_all(&own)?;
                Self::in_folder(&own)
            }
        }
    }

    fn in_folder(folder: &Path) -> Result<Self, IndexError> {
        std::fs::create_dir_all(folder)?;
        let directory = tantivy::directory::MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let index = Self::on(tantivy::Index::open_or_create(directory, schema::schema().0)?)?;
        if !index.index.validate_checksum()?.is_empty() {
            return Err(IndexError::Folder(std::io::Error::other("a file of the index is not what was written")));
        }
        Ok(index)
    }

    fn on(mut index: tantivy::Index) -> Result<Self, IndexError> {
        let (_, fields) = schema::schema();
        index.set_tokenizers(schema::tokenizers());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = index.writer_with_num_threads(1, MEMORY)?;
        let position = index.load_metas()?.payload;
        Ok(Self { index, fields, reader, writer: Mutex::new(Some(writer)), position: Mutex::new(position) })
    }

    fn put(&self, writer: &IndexWriter, whole: &WholeDocuments) -> tantivy::Result<()> {
        let whole_key = whole_key(&whole.tenant, &whole.whole);
        writer.delete_term(Term::from_field_text(self.fields.whole_key, &whole_key));
        let policy = policy::kept(&whole.whole, &whole.facts);
        for document in &whole.documents {
            writer.add_document(self.document(whole, &whole_key, &policy, document))?;
        }
        Ok(())
    }

    fn document(&self, whole: &WholeDocuments, whole_key: &str, policy: &str, document: &Document) -> TantivyDocument {
        let fields = &self.fields;
        let case = whole.facts.case();
        let mut made = TantivyDocument::new();
        made.add_text(fields.key, key(&whole.tenant, &whole.whole, document.kind, &document.id));
        made.add_text(fields.whole_key, whole_key);
        made.add_text(fields.tenant, whole.tenant.as_str());
        made.add_text(fields.whole, &whole.whole.id);
        made.add_text(fields.kind, document.kind.as_str());
        made.add_u64(fields.kind_place, document.kind.place() as u64);
        made.add_text(fields.id, &document.id);
        made.add_text(fields.source, &document.source);
        let title = words::composed(cut(&document.title, LONGEST_TITLE));
        let mut inside = words::endings(&title);
        if let Some(case) = case.filter(|_| document.kind == Kind::Case) {
            made.add_text(fields.number, &case.number);
            inside.extend(words::endings(&case.number));
        }
        for ending in inside {
            made.add_text(fields.inside, ending);
        }
        made.add_text(fields.title, title);
        made.add_text(fields.text, words::composed(cut(&document.text, LONGEST_TEXT)));
        made.add_text(fields.about, words::composed(cut(&document.about, LONGEST_TITLE)));
        for from in &document.from {
            made.add_text(fields.from, from);
        }
        for thing in &document.has {
            made.add_text(fields.has, thing.as_str());
        }
        if let Some(work) = &document.work {
            made.add_text(fields.work, work.state());
        }
        made.add_text(fields.content, document.content.as_str());
        for term in facts::of(&whole.facts, document) {
            made.add_text(fields.facts, term);
        }
        if let Some(case) = case {
            made.add_i64(fields.priority, i64::from(case.priority));
        }
        made.add_i64(fields.at, document.at.as_millisecond());
        if let Some(updated) = whole.facts.updated() {
            made.add_i64(fields.updated, updated.as_millisecond());
        }
        made.add_text(fields.policy, policy);
        made
    }

    fn commit(&self, writer: &mut IndexWriter, batch: &Batch) -> tantivy::Result<()> {
        for (tenant, whole) in &batch.gone {
            writer.delete_term(Term::from_field_text(self.fields.whole_key, &whole_key(tenant, whole)));
        }
        for whole in &batch.wholes {
            self.put(writer, whole)?;
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&batch.position);
        commit.commit()?;
        self.reader.reload()
    }

    fn stored<'a>(&self, document: &'a TantivyDocument, field: Field) -> &'a str {
        document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default()
    }

    fn all(&self, document: &TantivyDocument, field: Field) -> Vec<String> {
        document.get_all(field).filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    fn kind(&self, document: &TantivyDocument) -> Option<Kind> {
        Kind::named(self.stored(document, self.fields.kind))
    }

    fn with_term(&self, field: Field, text: &str, limit: usize) -> tantivy::Result<(Searcher, Vec<TantivyDocument>)> {
        let searcher = self.reader.searcher();
        let query = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic);
        let found = searcher.search(&query, &TopDocs::with_limit(limit).order_by_score())?;
        let documents = found.into_iter().map(|(_, address)| searcher.doc(address)).collect::<Result<_, _>>()?;
        Ok((searcher, documents))
    }

    fn hit(&self, document: &TantivyDocument) -> Option<Hit> {
        let fields = &self.fields;
        let at = document.get_first(fields.at).and_then(|value| value.as_i64())?;
        let kind = self.kind(document)?;
        Some(Hit {
            whole: Whole::new(kind.scope(), self.stored(document, fields.whole)),
            kind,
            id: self.stored(document, fields.id).to_owned(),
            source: self.stored(document, fields.source).to_owned(),
            title: self.stored(document, fields.title).to_owned(),
            text: self.stored(document, fields.text).to_owned(),
            from: self.all(document, fields.from),
            at: Timestamp::from_millisecond(at).ok()?,
            is_open: (kind == Kind::Task).then(|| self.stored(document, fields.work) == Work::OPEN),
        })
    }
}

impl Index for Embedded {
    fn position(&self) -> Option<String> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, batch: &Batch) -> Result<(), IndexError> {
        let mut held = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = match held.take() {
            Some(writer) => writer,
            None => self.index.writer_with_num_threads(1, MEMORY)?,
        };
        // A writer that failed goes with all that it had not committed.
        self.commit(&mut writer, batch)?;
        *held = Some(writer);
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = Some(batch.position.clone());
        Ok(())
    }

    fn clear(&self) -> Result<(), IndexError> {
        let mut held = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = match held.take() {
            Some(writer) => writer,
            None => self.index.writer_with_num_threads(1, MEMORY)?,
        };
        writer.delete_all_documents()?;
        writer.commit()?;
        self.reader.reload()?;
        *held = Some(writer);
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn known(&self, tenant: &TenantId, whole: &Whole, kind: Kind, id: &str) -> Result<Option<Known>, IndexError> {
        let fields = &self.fields;
        let (_, found) = self.with_term(fields.key, &key(tenant, whole, kind, id), 1)?;
        Ok(found.first().map(|document| Known {
            title: self.stored(document, fields.title).to_owned(),
            text: self.stored(document, fields.text).to_owned(),
            from: self.all(document, fields.from),
            has: self.all(document, fields.has).iter().filter_map(|name| Thing::named(name)).collect(),
            content: Content::named(self.stored(document, fields.content)),
        }))
    }

    fn awaited(&self, limit: usize) -> Result<Vec<Awaited>, IndexError> {
        let fields = &self.fields;
        let (_, found) = self.with_term(fields.content, Content::Awaited.as_str(), limit)?;
        let one = |document: &TantivyDocument| {
            let kind = self.kind(document)?;
            Some(Awaited {
                tenant: TenantId::new(self.stored(document, fields.tenant)),
                whole: Whole::new(kind.scope(), self.stored(document, fields.whole)),
                kind,
                id: self.stored(document, fields.id).to_owned(),
                source: self.stored(document, fields.source).to_owned(),
            })
        };
        Ok(found.iter().filter_map(one).collect())
    }

    fn search(&self, request: &Request) -> Result<Found, IndexError> {
        let searcher = self.reader.searcher();
        let query = build::query(&self.fields, request);
        let ranking = Ranking {
            policies: Arc::new(request.policies.clone()),
            keep: request.skip + request.limit,
            deadline: Instant::now() + request.time,
        };
        let ranked = searcher.search(&query, &ranking)?;
        if ranked.is_late {
            return Err(IndexError::TooLong);
        }
        let mut hits = Vec::new();
        for address in ranked.best.into_iter().skip(request.skip) {
            hits.extend(self.hit(&searcher.doc(address)?));
        }
        Ok(Found { hits, counts: ranked.counts, is_filtered: request.policies.are_told() })
    }
}

/// Folders of other formats.
fn others(folder: &Path, own: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_index = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("format-"));
        if path.is_dir() && is_index && path != own {
            found.push(path);
        }
    }
    Ok(found)
}

fn whole_key(tenant: &TenantId, whole: &Whole) -> String {
    format!("{}\u{0}{}\u{0}{}", tenant.as_str(), whole.scope.as_str(), whole.id)
}

fn key(tenant: &TenantId, whole: &Whole, kind: Kind, id: &str) -> String {
    format!("{}\u{0}{}\u{0}{id}", whole_key(tenant, whole), kind.as_str())
}

fn cut(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}
