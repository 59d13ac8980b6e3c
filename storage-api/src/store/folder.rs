//! A folder: `incoming/<tenant>/<place>` for uploads, `blobs/<tenant>/<xx>/<place>/<blob>` for sealed bytes, `tmp/` for
//! what is on its way. A file appears under its name complete and synced, or not at all.

use super::{
    ByteStream, Content, DownloadHeaders, FileKey, FileStore, Presigned, StorageError, WriteError, segment,
    tenant_segment,
};
use async_trait::async_trait;
use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};
use std::io::{ErrorKind, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _, BufWriter};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

/// Bytes handed on at once.
const CHUNK: usize = 64 * 1024;

/// Files in a folder.
#[derive(Clone, Debug)]
pub struct FolderStore {
    root: PathBuf,
}

impl FolderStore {
    /// Makes the folder when it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made, read or written.
    pub async fn open(root: &Path) -> Result<Self, StorageError> {
        let store = Self { root: root.to_owned() };
        for name in ["incoming", "blobs", "tmp"] {
            make_dir(&store.root.join(name)).await.map_err(io("making the folder"))?;
        }
        store.ping().await?;
        Ok(store)
    }

    async fn discard_upload(&self, key: FileKey<'_>) -> Result<(), StorageError> {
        absent_is_fine(fs::remove_file(self.upload_path(key)).await).map_err(io("removing an upload"))
    }

    fn upload_path(&self, key: FileKey<'_>) -> PathBuf {
        self.root.join("incoming").join(tenant_segment(key.tenant)).join(segment(key.place))
    }

    fn blob_dir(&self, key: FileKey<'_>) -> PathBuf {
        let file = segment(key.place);
        // Spread, so that no folder grows without bounds.
        let digest = Sha256::digest(key.place.as_bytes());
        let spread = format!("{:02x}", digest[0]);
        self.root.join("blobs").join(tenant_segment(key.tenant)).join(spread).join(file)
    }

    fn blob_path(&self, key: FileKey<'_>, blob: &str) -> PathBuf {
        self.blob_dir(key).join(segment(blob))
    }

    fn temporary(&self) -> Temporary {
        Temporary(Some(self.root.join("tmp").join(Uuid::new_v4().simple().to_string())))
    }

    /// A second name for the same bytes: a later upload replaces the name, never the bytes. Copied where the file system
    /// has no such names.
    async fn link_or_copy(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        match fs::hard_link(from, to).await {
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
                let temporary = self.temporary();
                fs::copy(from, temporary.path()).await?;
                fs::File::open(temporary.path()).await?.sync_all().await?;
                temporary.become_file(to).await
            }
            done => done,
        }
    }
}

#[async_trait]
impl FileStore for FolderStore {
    async fn write(&self, key: FileKey<'_>, size: u64, mut stream: ByteStream) -> Result<(), WriteError> {
        let temporary = self.temporary();
        let failed = io("writing an upload");
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(temporary.path())
            .await
            .map_err(&failed)?;
        let mut file = BufWriter::with_capacity(4 * CHUNK, file);
        let mut written: u64 = 0;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(WriteError::BrokenOff)?;
            written += chunk.len() as u64;
            if written > size {
                return Err(WriteError::Size { announced: size, is_longer: true });
            }
            file.write_all(&chunk).await.map_err(&failed)?;
        }
        if written < size {
            return Err(WriteError::Size { announced: size, is_longer: false });
        }
        file.flush().await.map_err(&failed)?;
        file.get_ref().sync_all().await.map_err(&failed)?;
        let target = self.upload_path(key);
        make_parent(&target).await.map_err(&failed)?;
        temporary.become_file(&target).await.map_err(&failed)?;
        Ok(())
    }

    async fn seal(&self, key: FileKey<'_>, blob: &str) -> Result<bool, StorageError> {
        let failed = io("sealing an upload");
        let upload = self.upload_path(key);
        if !fs::try_exists(&upload).await.map_err(&failed)? {
            return Ok(false);
        }
        let target = self.blob_path(key, blob);
        make_parent(&target).await.map_err(&failed)?;
        match self.link_or_copy(&upload, &target).await {
            Ok(()) => {}
            // Somebody discarded it between the two looks.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(error)),
        }
        sync_parent(&target).await.map_err(&failed)?;
        Ok(true)
    }

    async fn read(
        &self,
        key: FileKey<'_>,
        blob: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<Content>, StorageError> {
        let failed = io("reading a file");
        let mut file = match fs::File::open(self.blob_path(key, blob)).await {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let size = file.metadata().await.map_err(&failed)?.len();
        let range = range.unwrap_or(0..size);
        if range.start > 0 {
            file.seek(SeekFrom::Start(range.start)).await.map_err(&failed)?;
        }
        let part = file.take(range.end.saturating_sub(range.start));
        Ok(Some(Content { size, stream: Box::pin(ReaderStream::with_capacity(part, CHUNK)) }))
    }

    async fn keep_only(&self, key: FileKey<'_>, blob: &str) -> Result<(), StorageError> {
        let failed = io("tidying a file");
        self.discard_upload(key).await?;
        let kept = segment(blob);
        let mut entries = match fs::read_dir(self.blob_dir(key)).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        while let Some(entry) = entries.next_entry().await.map_err(&failed)? {
            if entry.file_name() != kept.as_str() {
                absent_is_fine(fs::remove_file(entry.path()).await).map_err(&failed)?;
            }
        }
        Ok(())
    }

    async fn discard_blob(&self, key: FileKey<'_>, blob: &str) -> Result<(), StorageError> {
        let failed = io("removing a file");
        absent_is_fine(fs::remove_file(self.blob_path(key, blob)).await).map_err(&failed)?;
        match fs::remove_dir(self.blob_dir(key)).await {
            // Another completion's bytes are in it.
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(()),
            done => absent_is_fine(done).map_err(failed),
        }
    }

    async fn discard(&self, key: FileKey<'_>) -> Result<(), StorageError> {
        self.discard_upload(key).await?;
        absent_is_fine(fs::remove_dir_all(self.blob_dir(key)).await).map_err(io("removing a file"))
    }

    async fn presign_upload(
        &self,
        _: FileKey<'_>,
        _: u64,
        _: &str,
        _: Duration,
    ) -> Result<Option<Presigned>, StorageError> {
        Ok(None)
    }

    async fn presign_download(
        &self,
        _: FileKey<'_>,
        _: &str,
        _: &DownloadHeaders,
        _: Duration,
    ) -> Result<Option<Presigned>, StorageError> {
        Ok(None)
    }

    async fn sweep(&self, age: Duration) -> Result<usize, StorageError> {
        let failed = io("tidying the folder");
        let mut removed = remove_older(&self.root.join("tmp"), age).await.map_err(&failed)?;
        let mut tenants = fs::read_dir(self.root.join("incoming")).await.map_err(&failed)?;
        while let Some(tenant) = tenants.next_entry().await.map_err(&failed)? {
            removed += remove_older(&tenant.path(), age).await.map_err(&failed)?;
        }
        Ok(removed)
    }

    async fn ping(&self) -> Result<(), StorageError> {
        let temporary = self.temporary();
        fs::write(temporary.path(), b"").await.map_err(io("writing to the folder"))
    }
}

/// A file that is gone when nobody made it one of ours: also when the request was dropped half-way.
struct Temporary(Option<PathBuf>);

impl Temporary {
    fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or_else(|| Path::new(""))
    }

    async fn become_file(mut self, target: &Path) -> std::io::Result<()> {
        fs::rename(self.path(), target).await?;
        self.0 = None;
        sync_parent(target).await
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = absent_is_fine(std::fs::remove_file(path))
        {
            tracing::warn!(%error, "a half-written upload could not be removed; the next start does it");
        }
    }
}

async fn remove_older(folder: &Path, age: Duration) -> std::io::Result<usize> {
    let mut removed = 0;
    let mut entries = fs::read_dir(folder).await?;
    while let Some(entry) = entries.next_entry().await? {
        let modified = match entry.metadata().await {
            Ok(found) => found.modified()?,
            // Taken away since it was listed.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        if modified.elapsed().unwrap_or_default() >= age {
            absent_is_fine(fs::remove_file(entry.path()).await)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn io(what: &'static str) -> impl Fn(std::io::Error) -> StorageError {
    move |source| StorageError::Io { what, source }
}

fn absent_is_fine(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

async fn make_parent(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(parent) => make_dir(parent).await,
        None => Ok(()),
    }
}

/// Makes a folder and those above it; all of them survive a power cut.
async fn make_dir(dir: &Path) -> std::io::Result<()> {
    if fs::try_exists(dir).await? {
        return Ok(());
    }
    let mut missing = vec![dir];
    for above in dir.ancestors().skip(1) {
        if above.as_os_str().is_empty() || fs::try_exists(above).await? {
            break;
        }
        missing.push(above);
    }
    fs::create_dir_all(dir).await?;
    for made in missing {
        sync_parent(made).await?;
    }
    Ok(())
}

/// A name is durable when the folder that holds it is synced.
async fn sync_parent(path: &Path) -> std::io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::File::open(parent).await?.sync_all().await
}
