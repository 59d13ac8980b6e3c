//! The portal, from inside the binary. Every path that is no file is the page itself, so that every page has a URL.
//!
//! Files go out in brotli, as the build has made it beside them, to who takes that; the layer in front compresses with gzip for
//! the others. That is safe (BREACH): they are the same for everybody, hold no secret and repeat nothing that was asked. The page
//! itself, which has a nonce, is below the size that is compressed.

use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use casewright_service::http::StyleNonce;
use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../portal/dist"]
#[allow_missing = true]
struct Files;

const INDEX: &str = "index.html";
/// What the name of a file ends with that holds another one in brotli (`portal/dev/compress.mjs`).
const BROTLI: &str = ".br";
/// What stands in the page where the nonce goes (`portal/index.html`).
const NONCE: &str = "nonce=\"style-nonce\"";
/// What stands in the page where the prefix goes, and what its own files begin with: every page is this one, however deep its address.
const PREFIX: &str = "name=\"casewright-prefix\" content=\"";
const RELATIVE: &str = "=\"./";

/// Files whose name holds a hash of their content never change.
const HASHED: &str = "public, max-age=31536000, immutable";

/// `prefix`: the path below which browsers find the platform; empty, or without a slash at its end.
pub(crate) fn page_or_file(uri: &Uri, headers: &HeaderMap, prefix: &str) -> Response {
    let path = uri.path().trim_start_matches('/');
    match Files::get(path).filter(|_| !path.is_empty()) {
        Some(file) if path != INDEX && !path.ends_with(BROTLI) => respond(path, &file, headers),
        None if path.starts_with("assets/") => StatusCode::NOT_FOUND.into_response(),
        _ => match Files::get(INDEX) {
            Some(file) => page(&String::from_utf8_lossy(&file.data), prefix),
            None => NOT_BUILT.into_response(),
        },
    }
}

/// The page itself, which takes less than a kilobyte. It has a nonce of its own each time, so it is never kept anywhere.
fn page(text: &str, prefix: &str) -> Response {
    let nonce = StyleNonce::random();
    let text = text.replacen(NONCE, &format!("nonce=\"{}\"", nonce.as_str()), 1);
    let text = text.replacen(PREFIX, &format!("{PREFIX}{prefix}"), 1).replace(RELATIVE, &format!("=\"{prefix}/"));
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (headers, Extension(nonce), text).into_response()
}

const NOT_BUILT: (StatusCode, &str) =
    (StatusCode::NOT_FOUND, "This binary was built without the portal. Build both with: cargo xtask build\n");

fn respond(path: &str, file: &rust_embed::EmbeddedFile, headers: &HeaderMap) -> Response {
    let packed = Files::get(&format!("{path}{BROTLI}"));
    let has_packed = packed.is_some();
    answer(path, file, packed.filter(|_| takes_brotli(headers)).as_ref(), has_packed, headers)
}

/// `packed`: the same file in brotli, when that is to go out.
fn answer(
    path: &str,
    file: &rust_embed::EmbeddedFile,
    packed: Option<&rust_embed::EmbeddedFile>,
    varies: bool,
    headers: &HeaderMap,
) -> Response {
    let tag = format!("\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()[..16]));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|given| is_same(given.as_bytes(), tag.as_bytes()));
    let cache = if path.starts_with("assets/") { HASHED } else { "no-cache" };
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Response::new(Body::from(packed.unwrap_or(file).data.clone().into_owned())),
    };
    let set = response.headers_mut();
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if varies {
        set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if packed.is_some() && !known {
        set.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        set.insert(header::ETAG, tag);
    }
    if let Ok(kind) = HeaderValue::from_str(&with_charset(file.metadata.mimetype())) {
        set.insert(header::CONTENT_TYPE, kind);
    }
    response
}

/// Whether a client takes brotli: it names it, and not with a weight of nothing (RFC 9110, section 12.5.3).
fn takes_brotli(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let is_brotli = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
            let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.parse::<f32>().ok());
            is_brotli && weight.is_none_or(|weight| weight > 0.0)
        })
    })
}

/// The media type of a file of ours; what is text is UTF-8 (RFC 2046, section 4.1.2; HTML, section 4.2.5.4).
fn with_charset(media: &str) -> String {
    let is_text = media.starts_with("text/") || matches!(media, "application/json" | "image/svg+xml");
    let is_script = matches!(media, "application/javascript" | "application/manifest+json");
    if is_text || is_script { format!("{media}; charset=utf-8") } else { media.to_owned() }
}

/// A tag comes back weakened when the answer was compressed (RFC 9110, section 13.1.2).
fn is_same(given: &[u8], tag: &[u8]) -> bool {
    given.strip_prefix(b"W/").unwrap_or(given) == tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_a_nonce_that_no_other_one_has() {
        let source = include_str!("../../portal/index.html");
        assert_eq!(source.matches(NONCE).count(), 1);
        let nonces = [page(source, ""), page(source, "")].map(|response| {
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
            response.extensions().get::<StyleNonce>().unwrap().as_str().to_owned()
        });
        assert!(nonces[0] != nonces[1] && nonces[0].len() >= 32, "{nonces:?}");
    }

    #[tokio::test]
    async fn a_page_finds_its_files_below_the_prefix_however_deep_its_own_address_is() {
        assert_eq!(include_str!("../../portal/index.html").matches(PREFIX).count(), 1);
        let source = r#"<meta name="casewright-prefix" content="" /><script src="./theme.js"></script>"#;
        for prefix in ["", "/desk"] {
            let told = axum::body::to_bytes(page(source, prefix).into_body(), 1 << 16).await.unwrap();
            let expected = format!(
                r#"<meta name="casewright-prefix" content="{prefix}" /><script src="{prefix}/theme.js"></script>"#
            );
            assert_eq!(String::from_utf8_lossy(&told), expected);
        }
    }

    #[test]
    fn what_is_text_says_how_its_letters_are_written() {
        for media in ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"] {
            assert_eq!(with_charset(media), format!("{media}; charset=utf-8"));
        }
        for media in ["image/png", "font/woff2", "application/wasm"] {
            assert_eq!(with_charset(media), media);
        }
    }

    fn embedded(content: &'static [u8]) -> rust_embed::EmbeddedFile {
        let metadata = rust_embed::Metadata::__rust_embed_new([7; 32], None, None, "text/javascript");
        rust_embed::EmbeddedFile { data: std::borrow::Cow::Borrowed(content), metadata }
    }

    #[test]
    fn a_packed_file_says_that_it_is_and_has_the_tag_of_the_plain_one() {
        let (plain, packed) = (embedded(b"plain"), embedded(b"packed"));
        let none = HeaderMap::new();
        let response = answer("assets/a.js", &plain, Some(&packed), true, &none);
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
        assert_eq!(response.headers()[header::VARY], "accept-encoding");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        let tag = response.headers()[header::ETAG].clone();
        let response = answer("assets/a.js", &plain, None, true, &none);
        assert!(response.headers().get(header::CONTENT_ENCODING).is_none());
        assert_eq!(
            (&response.headers()[header::ETAG], &response.headers()[header::VARY]),
            (&tag, &"accept-encoding".parse().unwrap())
        );
        let known = HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]);
        let response = answer("assets/a.js", &plain, Some(&packed), true, &known);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert!(response.headers().get(header::CONTENT_ENCODING).is_none());
    }

    #[test]
    fn brotli_goes_to_who_takes_it() {
        let takes = |value: &str| {
            takes_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_str(value).unwrap())]))
        };
        for wanted in ["br", "gzip, deflate, br", "gzip;q=0.5, BR;q=0.1"] {
            assert!(takes(wanted), "{wanted}");
        }
        for unwanted in ["", "gzip", "br;q=0", "gzip, br;q=0.0", "brotli", "*"] {
            assert!(!takes(unwanted), "{unwanted}");
        }
    }
}
