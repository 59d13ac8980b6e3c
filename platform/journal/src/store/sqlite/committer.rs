//! One thread commits for all shards: whatever waits goes into one transaction, so one fsync serves everybody.

use super::error::SqliteError;
use super::log;
use crate::causes::Causes;
use crate::log::codec;
use crate::log::entry::Batch;
use crate::store::{AppendError, StoreError};
use rusqlite::Connection;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Pieces of work in one transaction.
const GROUP: usize = 1024;

/// The way to the committing thread; it ends when this is closed or dropped.
pub(super) struct Committer {
    open: Mutex<Option<Open>>,
}

struct Open {
    jobs: Sender<Box<dyn Job>>,
    thread: JoinHandle<()>,
}

/// A piece of work; may be run again, alone, when its group could not be committed.
trait Job: Send {
    fn run(&mut self, connection: &Connection) -> Result<(), SqliteError>;
    fn done(self: Box<Self>, result: Result<(), StoreError>);
}

impl Committer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (jobs, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("journal-commit".to_owned())
            .spawn(move || commit_all(&connection, &queue))
            .map_err(|e| StoreError::caused("starting the committing thread", e))?;
        Ok(Self { open: Mutex::new(Some(Open { jobs, thread })) })
    }

    /// Commits what was sent, then closes the file. Blocks.
    pub(super) fn close(&self) {
        let open = self.lock().take();
        if let Some(Open { jobs, thread }) = open {
            drop(jobs);
            if thread.join().is_err() {
                tracing::error!("the committing thread panicked");
            }
        }
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        match &*self.lock() {
            Some(open) => open.jobs.send(job).map_err(|_| stopped()),
            None => Err(stopped()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn append(&self, batches: Vec<Arc<Batch>>) -> Vec<Result<(), AppendError>> {
        let count = batches.len();
        let (reply, answer) = oneshot::channel();
        let batches = batches
            .into_iter()
            .map(|batch| {
                let blob = codec::encode(&batch.entries);
                (batch, blob)
            })
            .collect();
        let sent = self.send(Box::new(Append { batches, taken: Vec::new(), reply }));
        let answered = match sent {
            Ok(()) => answer.await.ok(),
            Err(_) => None,
        };
        answered.unwrap_or_else(|| (0..count).map(|_| Err(AppendError::Store(stopped()))).collect())
    }

    /// Runs `work` in the next transaction; durable when it returns.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnMut(&Connection) -> Result<T, SqliteError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(Write { what, work, value: None, reply }))?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> StoreError {
    StoreError::new("the store is closed")
}

struct Append {
    batches: Vec<(Arc<Batch>, Vec<u8>)>,
    /// Per batch: its position was taken.
    taken: Vec<bool>,
    reply: oneshot::Sender<Vec<Result<(), AppendError>>>,
}

impl Job for Append {
    fn run(&mut self, connection: &Connection) -> Result<(), SqliteError> {
        self.taken.clear();
        for (batch, blob) in &self.batches {
            self.taken.push(!log::append(connection, batch, blob)?);
        }
        Ok(())
    }

    fn done(self: Box<Self>, result: Result<(), StoreError>) {
        let results = self
            .batches
            .iter()
            .enumerate()
            .map(|(n, (batch, _))| match &result {
                Err(error) => Err(AppendError::Store(error.clone())),
                Ok(()) if self.taken.get(n).copied().unwrap_or(false) => {
                    Err(AppendError::Taken { shard: batch.shard, position: batch.position })
                }
                Ok(()) => Ok(()),
            })
            .collect();
        // Who has stopped waiting reads the log to learn what happened.
        let _gone = self.reply.send(results);
    }
}

struct Write<T, F> {
    what: &'static str,
    work: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, SqliteError> + Send,
{
    fn run(&mut self, connection: &Connection) -> Result<(), SqliteError> {
        self.value = Some((self.work)(connection)?);
        Ok(())
    }

    fn done(self: Box<Self>, result: Result<(), StoreError>) {
        let what = self.what;
        let value = self.value;
        let answer = match result {
            Ok(()) => value.ok_or_else(|| StoreError::new(what)),
            Err(error) => Err(StoreError::caused(what, error)),
        };
        let _gone = self.reply.send(answer);
    }
}

fn commit_all(connection: &Connection, queue: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = queue.try_recv()
        {
            group.push(next);
        }
        metrics::histogram!("journal_commit_group").record(group.len() as f64);
        match commit(connection, &mut group) {
            Ok(()) => {
                for job in group {
                    job.done(Ok(()));
                }
            }
            Err(error) if group.len() == 1 => fail(group, &error),
            // One bad piece of work must not fail the others.
            Err(_) => {
                for job in group {
                    let mut alone = vec![job];
                    match commit(connection, &mut alone) {
                        Ok(()) => alone.into_iter().for_each(|job| job.done(Ok(()))),
                        Err(error) => fail(alone, &error),
                    }
                }
            }
        }
    }
}

fn fail(group: Vec<Box<dyn Job>>, error: &StoreError) {
    tracing::error!(error = %Causes(error), "a commit failed");
    for job in group {
        job.done(Err(error.clone()));
    }
}

fn commit(connection: &Connection, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let result = run_group(connection, group);
    if result.is_err() && !connection.is_autocommit() {
        // Some errors have rolled back already; one that cannot be rolled back shows at the next BEGIN.
        if let Err(error) = connection.execute_batch("ROLLBACK") {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }
    result.map_err(|e| StoreError::caused("committing to the journal", e))
}

fn run_group(connection: &Connection, group: &mut [Box<dyn Job>]) -> Result<(), SqliteError> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    for job in group.iter_mut() {
        job.run(connection)?;
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}
