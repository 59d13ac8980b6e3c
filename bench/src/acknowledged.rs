//! What an engine acknowledged, kept beside the load: whether it is still true after a crash is asked by [`crate::soak`].

use crate::http::Answer;
use anyhow::{Context, Result, bail};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// Instances by what was last acknowledged of them.
#[derive(Debug, Default)]
pub(crate) struct Acknowledged(Mutex<Kept>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    started: HashSet<Uuid>,
    completed: HashSet<Uuid>,
}

impl Acknowledged {
    pub(crate) fn started(&self, answer: &Answer) -> Result<()> {
        #[derive(serde::Deserialize)]
        struct Started {
            id: Uuid,
        }
        let started: Started = serde_json::from_slice(&answer.body).context("the answer of a start")?;
        self.with(|kept| kept.started.insert(started.id));
        Ok(())
    }

    pub(crate) fn completed(&self, instance: &str) -> Result<()> {
        let id = instance.parse().with_context(|| format!("the instance {instance}"))?;
        self.with(|kept| kept.completed.insert(id));
        Ok(())
    }

    pub(crate) fn kept(&self) -> Kept {
        self.with(|kept| kept.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Kept {
    /// Instances whose end was acknowledged.
    pub(crate) fn ended(&self) -> Vec<Uuid> {
        self.completed.iter().copied().collect()
    }

    /// Instances whose start was acknowledged, and nothing later.
    pub(crate) fn open(&self) -> Vec<Uuid> {
        self.started.difference(&self.completed).copied().collect()
    }

    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        let mut text = String::new();
        for (what, ids) in [("ended", self.ended()), ("open", self.open())] {
            for id in ids {
                writeln!(text, "{what} {id}")?;
            }
        }
        std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))
    }

    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let mut kept = Self::default();
        for line in text.lines() {
            match line.split_once(' ') {
                Some(("ended", id)) => drop(kept.completed.insert(id.parse()?)),
                Some(("open", id)) => drop(kept.started.insert(id.parse()?)),
                _ => bail!("{}: '{line}' is no line of it", file.display()),
            }
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::StatusCode;

    #[test]
    fn what_was_completed_is_no_longer_open_also_when_it_is_read_again() {
        let (first, second, third) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let acknowledged = Acknowledged::default();
        for id in [first, second] {
            let body = Bytes::from(format!(r#"{{"links":[],"id":"{id}"}}"#));
            acknowledged.started(&Answer { status: StatusCode::OK, body }).unwrap();
        }
        // The answer to the start of the third was lost.
        for id in [first, third] {
            acknowledged.completed(&id.to_string()).unwrap();
        }
        let folder = std::env::temp_dir().join(format!("casewright-acknowledged-{}", std::process::id()));
        acknowledged.kept().write(&folder).unwrap();
        let read = Kept::read(&folder);
        std::fs::remove_file(&folder).unwrap();
        let read = read.unwrap();
        assert_eq!(read.open(), [second]);
        assert_eq!(read.ended().into_iter().collect::<HashSet<_>>(), HashSet::from([first, third]));
    }
}
