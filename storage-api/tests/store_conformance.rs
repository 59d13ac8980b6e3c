//! What every file store promises, asked of the folder and of a real S3 server.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use bytes::Bytes;
use casewright_journal::TenantId;
use casewright_service::config::Secret;
use casewright_storage_api::config::S3Config;
use casewright_storage_api::store::folder::FolderStore;
use casewright_storage_api::store::s3::S3Store;
use casewright_storage_api::store::{ByteStream, DownloadHeaders, FileKey, FileStore, WriteError};
use futures::StreamExt as _;
use std::time::Duration;
use support::minio::S3;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Larger than what one request to S3 carries, and no multiple of anything.
const LARGE: usize = (18 << 20) + 4321;

fn bytes_of(length: usize, salt: usize) -> Bytes {
    (0..length).map(|at| u8::try_from((at * 31 + at / 257 + salt) % 251).unwrap()).collect::<Vec<u8>>().into()
}

/// In pieces of uneven length, as they come from a network.
fn stream(bytes: &Bytes) -> ByteStream {
    let (mut rest, mut pieces, mut length) = (bytes.clone(), Vec::new(), 1);
    while !rest.is_empty() {
        pieces.push(Ok(rest.split_to(length.min(rest.len()))));
        length = (length * 3 + 1) % 100_003;
    }
    futures::stream::iter(pieces).boxed()
}

async fn write(store: &dyn FileStore, key: FileKey<'_>, bytes: &Bytes) {
    store.write(key, bytes.len() as u64, stream(bytes)).await.unwrap();
}

async fn read(
    store: &dyn FileStore,
    key: FileKey<'_>,
    blob: &str,
    range: Option<std::ops::Range<u64>>,
) -> Option<Bytes> {
    let content = store.read(key, blob, range).await.unwrap()?;
    let pieces: Vec<Bytes> = content.stream.map(Result::unwrap).collect().await;
    Some(pieces.concat().into())
}

async fn what_was_sealed_is_read_back(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    for (place, length) in [("empty", 0), ("one", 1), ("small", 70_001), ("large", LARGE), ("parts", 16 << 20)] {
        let (key, bytes) = (FileKey { tenant: &tenant, place }, bytes_of(length, 0));
        write(store, key, &bytes).await;
        assert!(store.seal(key, "b").await.unwrap());
        let content = store.read(key, "b", None).await.unwrap().unwrap();
        assert_eq!(content.size, length as u64, "{place}");
        assert!(read(store, key, "b", None).await.unwrap() == bytes, "{place}");
    }
}

async fn a_part_is_read_by_its_range(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    let (key, bytes) = (FileKey { tenant: &tenant, place: "ranges" }, bytes_of(200_000, 1));
    write(store, key, &bytes).await;
    store.seal(key, "b").await.unwrap();
    for range in [0..1_u64, 0..200_000, 65_535..131_073, 199_999..200_000] {
        let part = bytes.slice(usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap());
        let content = store.read(key, "b", Some(range.clone())).await.unwrap().unwrap();
        assert_eq!(content.size, 200_000, "the size is that of the whole");
        assert!(read(store, key, "b", Some(range.clone())).await.unwrap() == part, "{range:?}");
    }
}

async fn what_is_not_there_is_none(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    let key = FileKey { tenant: &tenant, place: "nothing" };
    assert!(!store.seal(key, "b").await.unwrap());
    assert!(read(store, key, "b", None).await.is_none());
    store.keep_only(key, "b").await.unwrap();
    store.discard_blob(key, "b").await.unwrap();
    store.discard(key).await.unwrap();
}

async fn a_later_upload_changes_nothing_that_was_sealed(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    let key = FileKey { tenant: &tenant, place: "twice" };
    let (first, second) = (bytes_of(1000, 2), bytes_of(900, 3));
    write(store, key, &first).await;
    assert!(store.seal(key, "first").await.unwrap());
    write(store, key, &second).await;
    assert!(store.seal(key, "second").await.unwrap());
    assert!(read(store, key, "first", None).await.unwrap() == first);
    assert!(read(store, key, "second", None).await.unwrap() == second);
}

async fn an_upload_of_another_size_leaves_nothing(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    for (place, sent, announced) in [
        ("short", 99_u64, 100_u64),
        ("long", 101, 100),
        ("none", 0, 1),
        ("long-parts", LARGE as u64, LARGE as u64 - 1),
        ("short-parts", LARGE as u64, LARGE as u64 + 1),
    ] {
        let key = FileKey { tenant: &tenant, place };
        let outcome = store.write(key, announced, stream(&bytes_of(usize::try_from(sent).unwrap(), 4))).await;
        let is_longer = sent > announced;
        match outcome {
            Err(WriteError::Size { announced: told, is_longer: found }) => {
                assert_eq!((told, found), (announced, is_longer))
            }
            other => panic!("{place}: {other:?}"),
        }
        assert!(!store.seal(key, "b").await.unwrap(), "{place}");
    }
}

async fn an_upload_that_breaks_off_leaves_what_was_there(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    for (place, length) in [("broken", 5000), ("broken-parts", LARGE)] {
        let (key, earlier, bytes) = (FileKey { tenant: &tenant, place }, bytes_of(10, 5), bytes_of(length, 6));
        write(store, key, &earlier).await;
        let broken =
            stream(&bytes.slice(..length - 1)).chain(futures::stream::iter([Err(std::io::Error::other("gone"))]));
        let outcome = store.write(key, length as u64, broken.boxed()).await;
        assert!(matches!(outcome, Err(WriteError::BrokenOff(_))), "{place}: {outcome:?}");
        store.seal(key, "b").await.unwrap();
        assert!(read(store, key, "b", None).await.unwrap() == earlier, "{place}");
    }
}

async fn an_upload_that_is_dropped_leaves_nothing(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    let key = FileKey { tenant: &tenant, place: "dropped" };
    let (reached, wait) = tokio::sync::oneshot::channel();
    let mut reached = Some(reached);
    let never_ends = stream(&bytes_of(LARGE - 1, 7)).chain(futures::stream::poll_fn(move |_| {
        if let Some(reached) = reached.take() {
            reached.send(()).unwrap();
        }
        std::task::Poll::Pending
    }));
    tokio::select! {
        outcome = store.write(key, LARGE as u64, never_ends.boxed()) => panic!("{outcome:?}"),
        reached = wait => reached.unwrap(),
    }
    assert!(!store.seal(key, "b").await.unwrap());
}

async fn of_two_uploads_at_once_one_is_kept_whole(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    let key = FileKey { tenant: &tenant, place: "race" };
    let (one, other) = (bytes_of(300_000, 8), bytes_of(300_000, 9));
    tokio::join!(write(store, key, &one), write(store, key, &other));
    store.seal(key, "b").await.unwrap();
    let kept = read(store, key, "b", None).await.unwrap();
    assert!(kept == one || kept == other);
}

async fn discarding_takes_one_file_and_no_other(store: &dyn FileStore) {
    let tenant = TenantId::new("a");
    let (key, longer) = (FileKey { tenant: &tenant, place: "f-1" }, FileKey { tenant: &tenant, place: "f-11" });
    let bytes = bytes_of(100, 10);
    for key in [key, longer] {
        write(store, key, &bytes).await;
        for blob in ["x", "y", "z"] {
            store.seal(key, blob).await.unwrap();
        }
    }
    store.discard_blob(key, "z").await.unwrap();
    assert!(read(store, key, "z", None).await.is_none());
    store.keep_only(key, "y").await.unwrap();
    assert!(read(store, key, "x", None).await.is_none());
    assert!(read(store, key, "y", None).await.unwrap() == bytes);
    assert!(!store.seal(key, "again").await.unwrap(), "the upload is gone");
    write(store, key, &bytes).await;
    store.discard(key).await.unwrap();
    assert!(read(store, key, "y", None).await.is_none());
    assert!(!store.seal(key, "again").await.unwrap());
    for blob in ["x", "y", "z", "again"] {
        let sealed = blob != "again" || store.seal(longer, blob).await.unwrap();
        assert!(sealed && read(store, longer, blob, None).await.unwrap() == bytes, "{blob} of the other file");
    }
}

async fn names_of_any_kind_stay_apart(store: &dyn FileStore) {
    let names = ["..", "../a", "a/b", "a%2Fb", "ä b+c", "a", "A"];
    for (at, tenant) in names.iter().enumerate() {
        for (other, place) in names.iter().enumerate() {
            let tenant = TenantId::new(tenant);
            let key = FileKey { tenant: &tenant, place };
            write(store, key, &bytes_of(50, 20 + at * 10 + other)).await;
            assert!(store.seal(key, "b").await.unwrap(), "{tenant:?} {place}");
        }
    }
    for (at, tenant) in names.iter().enumerate() {
        for (other, place) in names.iter().enumerate() {
            let tenant = TenantId::new(tenant);
            let found = read(store, FileKey { tenant: &tenant, place }, "b", None).await.unwrap();
            assert!(found == bytes_of(50, 20 + at * 10 + other), "{tenant:?} {place}");
        }
    }
}

/// Last, as it takes away the uploads of the others.
async fn old_uploads_are_swept_and_sealed_bytes_stay(store: &dyn FileStore) {
    let tenant = TenantId::new("swept");
    let (key, bytes) = (FileKey { tenant: &tenant, place: "old" }, bytes_of(100, 11));
    write(store, key, &bytes).await;
    store.seal(key, "sealed").await.unwrap();
    store.sweep(DAY).await.unwrap();
    assert!(store.seal(key, "young").await.unwrap(), "a young upload stays");
    assert!(store.sweep(Duration::ZERO).await.unwrap() > 0);
    assert!(!store.seal(key, "late").await.unwrap(), "an old one goes");
    assert!(read(store, key, "sealed", None).await.unwrap() == bytes);
}

async fn keeps_every_promise(store: &dyn FileStore) {
    store.ping().await.unwrap();
    what_was_sealed_is_read_back(store).await;
    a_part_is_read_by_its_range(store).await;
    what_is_not_there_is_none(store).await;
    a_later_upload_changes_nothing_that_was_sealed(store).await;
    an_upload_of_another_size_leaves_nothing(store).await;
    an_upload_that_breaks_off_leaves_what_was_there(store).await;
    an_upload_that_is_dropped_leaves_nothing(store).await;
    of_two_uploads_at_once_one_is_kept_whole(store).await;
    discarding_takes_one_file_and_no_other(store).await;
    names_of_any_kind_stay_apart(store).await;
    old_uploads_are_swept_and_sealed_bytes_stay(store).await;
}

#[tokio::test]
async fn a_folder_keeps_every_promise() {
    let dir = tempfile::tempdir().unwrap();
    let store = FolderStore::open(&dir.path().join("not/there/yet")).await.unwrap();
    keeps_every_promise(&store).await;
    assert!(support::files_below(&dir.path().join("not/there/yet/tmp")).is_empty(), "nothing half-written is left");
}

#[tokio::test]
async fn an_s3_bucket_keeps_every_promise() {
    let Some(s3) = S3::start() else { return };
    let store = S3Store::open(&s3.config).await.unwrap();
    keeps_every_promise(&store).await;
}

#[tokio::test]
async fn opening_a_store_again_finds_what_was_kept() {
    let tenant = TenantId::new("a");
    let (key, bytes) = (FileKey { tenant: &tenant, place: "f" }, bytes_of(100, 12));
    let dir = tempfile::tempdir().unwrap();
    let folder = FolderStore::open(dir.path()).await.unwrap();
    write(&folder, key, &bytes).await;
    folder.seal(key, "b").await.unwrap();
    let folder = FolderStore::open(dir.path()).await.unwrap();
    assert!(read(&folder, key, "b", None).await.unwrap() == bytes);

    let Some(s3) = S3::start() else { return };
    let bucket = S3Store::open(&s3.config).await.unwrap();
    write(&bucket, key, &bytes).await;
    bucket.seal(key, "b").await.unwrap();
    let bucket = S3Store::open(&s3.config).await.unwrap();
    assert!(read(&bucket, key, "b", None).await.unwrap() == bytes);
}

#[tokio::test]
async fn a_presigned_address_takes_exactly_what_was_announced_and_only_for_a_while() {
    let Some(s3) = S3::start() else { return };
    casewright_client::install_tls();
    let store = S3Store::open(&s3.config).await.unwrap();
    let tenant = TenantId::new("a");
    let key = FileKey { tenant: &tenant, place: "f" };
    let life = Duration::from_secs(600);
    let upload = store.presign_upload(key, 5, "text/plain", life).await.unwrap().unwrap();
    assert!(upload.headers.keys().all(|name| name.eq_ignore_ascii_case("content-type")), "{:?}", upload.headers);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let put =
        |url: &str, kind: &str, body: &'static str| client.put(url).header("content-type", kind).body(body).send();
    assert_eq!(put(&upload.url, "text/html", "12345").await.unwrap().status(), 403, "another type");
    assert_eq!(put(&upload.url, "text/plain", "123456").await.unwrap().status(), 403, "more bytes");
    let elsewhere = upload.url.replace("f?", "g?");
    assert_eq!(put(&elsewhere, "text/plain", "12345").await.unwrap().status(), 403, "another place");
    assert!(!store.seal(key, "b").await.unwrap());
    assert_eq!(put(&upload.url, "text/plain", "12345").await.unwrap().status(), 200);
    assert!(store.seal(key, "b").await.unwrap());

    let headers = DownloadHeaders {
        content_type: "text/plain; charset=utf-8".to_owned(),
        content_disposition: "inline; filename=\"a.txt\"".to_owned(),
    };
    let address = store.presign_download(key, "b", &headers, life).await.unwrap().unwrap();
    let answer = client.get(&address.url).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], headers.content_type.as_str());
    assert_eq!(answer.headers()["content-disposition"], headers.content_disposition.as_str());
    assert_eq!(answer.text().await.unwrap(), "12345");
    let bare = address.url.split('?').next().unwrap();
    assert_eq!(client.get(bare).send().await.unwrap().status(), 403, "without a signature");
    assert_eq!(put(&address.url, "text/plain", "12345").await.unwrap().status(), 403, "for another method");

    let short = store.presign_download(key, "b", &headers, Duration::from_secs(1)).await.unwrap().unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while client.get(&short.url).send().await.unwrap().status() != 403 {
        assert!(tokio::time::Instant::now() < deadline, "an address does not expire");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_bucket_that_cannot_be_used_is_told_with_its_address() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = S3Config {
        endpoint: format!("http://{closed}"),
        access_key: "a".to_owned(),
        secret_key: Secret::new("b"),
        ..S3Config::default()
    };
    let error = S3Store::open(&config).await.unwrap_err();
    let expected = format!("finding the bucket was not done by the object store at http://{closed}, bucket casewright");
    assert_eq!(error.to_string(), expected);

    let Some(mut s3) = S3::start() else { return };
    s3.config.secret_key = Secret::new("wrong");
    assert!(S3Store::open(&s3.config).await.unwrap_err().to_string().contains(&s3.config.endpoint));
}
