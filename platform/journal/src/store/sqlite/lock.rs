//! One process per folder.

use crate::causes::Causes;
use crate::store::StoreError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Held as long as a store is open.
///
/// It is given back by saying so, and not by closing its file alone: a child process that is just being started has the file as well
/// until it runs its program, and with it the lock.
pub(super) struct Lock(File);

impl Lock {
    /// # Errors
    /// Another process has the folder open.
    pub(super) fn take(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join("journal.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| StoreError::caused(format!("opening {}", path.display()), e))?;
        file.try_lock().map_err(|e| match e {
            TryLockError::WouldBlock => StoreError::new(format!(
                "the data folder {} is in use by another process; stop it, or choose another folder",
                dir.display()
            )),
            TryLockError::Error(e) => StoreError::caused(format!("locking {}", path.display()), e),
        })?;
        Ok(Self(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(error = %Causes(&error), "the lock of the data folder is given back by closing its file");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_free_again_though_a_child_that_is_being_started_has_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let lock = Lock::take(dir.path()).unwrap();
        assert!(Lock::take(dir.path()).is_err());
        // What a fork makes of it, until it runs its program.
        let of_a_child = lock.0.try_clone().unwrap();
        drop(lock);
        drop(Lock::take(dir.path()).unwrap());
        drop(of_a_child);
    }
}
