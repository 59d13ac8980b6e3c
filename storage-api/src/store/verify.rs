//! Whether the bytes of every file that is said to be there are there, with the size that is said.

use crate::domain::file::{File, FileState};
use crate::store::{FileKey, FileStore, StorageError};
use crate::views::file::{FILE, FileRow};
use casewright_journal::verify::Finding;
use casewright_journal::{Filter, Journal, Query, StoreError, TenantId};

const PAGE: u64 = 500;

/// Why files could not be looked at, which is not the same as one that is missing.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error("the files could not be listed")]
    Journal(#[from] StoreError),
    #[error("the file store could not be read")]
    Store(#[from] StorageError),
}

/// How many files have bytes, and those whose bytes are not there (`file-missing`) or too many or too few (`file-differs`).
///
/// # Errors
/// See [`VerifyError`].
pub async fn verify(journal: &Journal, store: &dyn FileStore) -> Result<(u64, Vec<Finding>), VerifyError> {
    let kept = FileState::ALL.into_iter().filter(|state| state.has_bytes()).map(FileState::value);
    let mut query = Query { limit: Some(PAGE), ..Query::new(FILE, Filter::In(FileRow::STATE.into(), kept.collect())) };
    let (mut files, mut findings) = (0, Vec::new());
    loop {
        let page = journal.system_query_all_tenants(&query).await?;
        for (id, row) in &page.rows {
            let tenant = TenantId::new(FileRow::TENANT.text(row).unwrap_or_default());
            let Some((file, _)) = journal.tenant(&tenant).load::<File>(id).await? else { continue };
            files += 1;
            findings.extend(look(store, &tenant, &file).await?);
        }
        if page.next.is_none() {
            return Ok((files, findings));
        }
        query.after = page.next;
    }
}

async fn look(store: &dyn FileStore, tenant: &TenantId, file: &File) -> Result<Option<Finding>, StorageError> {
    let Some(blob) = file.blob.as_deref().filter(|_| file.state.has_bytes()) else {
        return Ok(None);
    };
    let place = file.place();
    let found = store.read(FileKey { tenant, place: &place }, blob, Some(0..0)).await?;
    let finding = |code, what| Some(Finding { code, place: format!("file {}", file.id), what });
    Ok(match found {
        Some(content) if content.size == file.size => None,
        Some(content) => {
            finding("file-differs", format!("{} bytes are there, {} were stored", content.size, file.size))
        }
        None => finding("file-missing", "its bytes are not there".to_owned()),
    })
}
