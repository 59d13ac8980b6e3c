//! A slash at the end of a path says nothing in the Camunda 7 contract: `/task/` is `/task`, as Jersey has it.

use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::middleware::map_request;
use casewright_service::http::with_path;
use http::Uri;

/// Takes the slash off the end of every path below the place where the contract is mounted, before a route is looked for.
///
/// Goes around the whole router: within one, a layer runs when the route has been found already. The routes and their
/// names in metrics stay as they are. One slash is taken and no more, so two of them, an empty name, remain an error.
pub fn without_trailing_slash(router: Router, mount: &'static str) -> Router {
    let strip = move |mut request: Request| {
        if let Some(uri) = stripped(request.uri(), mount) {
            *request.uri_mut() = uri;
            // The router inside notes it anew.
            request.extensions_mut().remove::<OriginalUri>();
        }
        std::future::ready(request)
    };
    Router::new().fallback_service(router).layer(map_request(strip))
}

/// The address without the slash at the end of its path; none when there is nothing to take.
fn stripped(uri: &Uri, mount: &str) -> Option<Uri> {
    let below = uri.path().strip_prefix(mount)?.strip_prefix('/')?;
    let kept = below.strip_suffix('/').filter(|kept| !kept.is_empty() && !kept.ends_with('/'))?;
    with_path(uri, &format!("{mount}/{kept}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slash_is_taken_off_and_nothing_else() {
        let after = |uri: &str| stripped(&uri.parse().expect("an address"), "/engine-rest").map(|uri| uri.to_string());
        let same = ["/engine-rest", "/engine-rest/", "/engine-rest/task", "/engine-rest/task//", "/engine-rest//"];
        for uri in same.into_iter().chain(["/engine-resting/", "/api/v1/cases/", "/", "/engine-rest/task/%2F"]) {
            assert_eq!(after(uri), None, "{uri}");
        }
        let taken = [
            ("/engine-rest/task/", "/engine-rest/task"),
            ("/engine-rest/task/count/?name=a%2Fb/", "/engine-rest/task/count?name=a%2Fb/"),
            ("/engine-rest/task/%2F/", "/engine-rest/task/%2F"),
            ("http://a.test:80/engine-rest/version/", "http://a.test:80/engine-rest/version"),
        ];
        for (uri, expected) in taken {
            assert_eq!(after(uri).as_deref(), Some(expected));
        }
    }
}
