//! An index in a folder of this process, on tantivy. One process has the folder for itself; each node of several has its own.
//!
//! The position of the log is part of each commit: what a crash takes with it is read again, and writing it twice changes
//! nothing.

mod build;
mod facts;
mod rank;
mod schema;

use crate::document::{Awaited, CaseDocuments, Content, Document, Kind, Known, Thing};
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

    fn put(&self, writer: &IndexWriter, case: &CaseDocuments) -> tantivy::Result<()> {
        let case_key = case_key(&case.tenant, &case.case);
        writer.delete_term(Term::from_field_text(self.fields.case_key, &case_key));
        let policy = policy::kept(&case.facts);
        for document in &case.documents {
            writer.add_document(self.document(case, &case_key, &policy, document))?;
        }
        Ok(())
    }

    fn document(&self, case: &CaseDocuments, case_key: &str, policy: &str, document: &Document) -> TantivyDocument {
        let fields = &self.fields;
        let mut made = TantivyDocument::new();
        made.add_text(fields.key, key(&case.tenant, &case.case, document.kind, &document.id));
        made.add_text(fields.case_key, case_key);
        made.add_text(fields.tenant, case.tenant.as_str());
        made.add_text(fields.case, &case.case);
        made.add_text(fields.kind, document.kind.as_str());
        made.add_u64(fields.kind_place, document.kind.place() as u64);
        made.add_text(fields.id, &document.id);
        made.add_text(fields.source, &document.source);
        let title = words::composed(cut(&document.title, LONGEST_TITLE));
        let mut inside = words::endings(&title);
        if document.kind == Kind::Case {
            made.add_text(fields.number, &case.facts.number);
            inside.extend(words::endings(&case.facts.number));
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
        made.add_text(fields.content, document.content.as_str());
        for term in facts::of(&case.facts, document) {
            made.add_text(fields.facts, term);
        }
        made.add_i64(fields.priority, i64::from(case.facts.priority));
        made.add_i64(fields.at, document.at.as_millisecond());
        made.add_i64(fields.updated, case.facts.updated.as_millisecond());
        made.add_text(fields.policy, policy);
        made
    }

    fn commit(&self, writer: &mut IndexWriter, batch: &Batch) -> tantivy::Result<()> {
        for (tenant, case) in &batch.gone {
            writer.delete_term(Term::from_field_text(self.fields.case_key, &case_key(tenant, case)));
        }
        for case in &batch.cases {
            self.put(writer, case)?;
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
        Some(Hit {
            case: self.stored(document, fields.case).to_owned(),
            kind: self.kind(document)?,
            id: self.stored(document, fields.id).to_owned(),
            source: self.stored(document, fields.source).to_owned(),
            title: self.stored(document, fields.title).to_owned(),
            text: self.stored(document, fields.text).to_owned(),
            from: self.all(document, fields.from),
            at: Timestamp::from_millisecond(at).ok()?,
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

    fn known(&self, tenant: &TenantId, case: &str, kind: Kind, id: &str) -> Result<Option<Known>, IndexError> {
        let fields = &self.fields;
        let (_, found) = self.with_term(fields.key, &key(tenant, case, kind, id), 1)?;
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
            Some(Awaited {
                tenant: TenantId::new(self.stored(document, fields.tenant)),
                case: self.stored(document, fields.case).to_owned(),
                kind: self.kind(document)?,
                id: self.stored(document, fields.id).to_owned(),
                source: self.stored(document, fields.source).to_owned(),
            })
        };
        Ok(found.iter().filter_map(one).collect())
    }

    fn search(&self, request: &Request) -> Result<Found, IndexError> {
        let searcher = self.reader.searcher();
        let query = build::query(&self.fields, request);
        let is_filtered = policy::is_told(&request.policy);
        let ranking = Ranking {
            policy: is_filtered.then(|| Arc::new(request.policy.clone())),
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
        Ok(Found { hits, counts: ranked.counts, is_filtered })
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

fn case_key(tenant: &TenantId, case: &str) -> String {
    format!("{}\u{0}{case}", tenant.as_str())
}

fn key(tenant: &TenantId, case: &str, kind: Kind, id: &str) -> String {
    format!("{}\u{0}{}\u{0}{id}", case_key(tenant, case), kind.as_str())
}

fn cut(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}
