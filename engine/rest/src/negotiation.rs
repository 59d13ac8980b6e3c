//! `Accept`: who cannot read what an operation answers is told so before anything happens.

use super::error::RestError;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};

/// Ends of paths whose answers are no JSON.
const OTHER_MEDIA: [&str; 8] = [
    "/data",
    "/diagram",
    "/rendered-form",
    "/deployed-form",
    "/deployed-start-form",
    "/stacktrace",
    "/errorDetails",
    "/error-details",
];

pub(crate) async fn accept_json(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_other = OTHER_MEDIA.iter().any(|end| path.ends_with(end));
    let accepted = accepted(request.headers());
    let is_readable = accepted.is_none_or(|accepted| {
        standing(accepted, "json").is_some()
            || (has_hal(request.method(), path) && standing(accepted, "hal+json").is_some())
    });
    if !is_other && !is_readable {
        return RestError::new(StatusCode::NOT_ACCEPTABLE, "NotAcceptableException", "HTTP 406 Not Acceptable", None)
            .into_response();
    }
    next.run(request).await
}

/// An empty header accepts everything.
fn accepted(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ACCEPT)?.to_str().ok().filter(|text| !text.trim().is_empty())
}

/// Operations that Camunda answers in HAL, too.
fn has_hal(method: &Method, path: &str) -> bool {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let segments = segments.strip_prefix(&["engine", "default"]).unwrap_or(&segments);
    match segments {
        ["task"] => *method == Method::GET,
        ["task", id] => *method == Method::GET && *id != "count",
        ["filter", _, "list" | "singleResult"] => true,
        _ => false,
    }
}

/// Does the caller like HAL better than JSON?
pub(crate) fn prefers_hal(headers: &HeaderMap) -> bool {
    let Some(accepted) = accepted(headers) else {
        return false;
    };
    match (standing(accepted, "hal+json"), standing(accepted, "json")) {
        (Some(hal), Some(json)) => hal.is_before(&json),
        (hal, _) => hal.is_some(),
    }
}

/// Where a media type stands in an `Accept` header (RFC 9110, section 12.5.1).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Standing {
    quality: f32,
    /// 2 for the type itself, 1 for `application/*`, 0 for `*/*`.
    precision: u8,
    place: usize,
}

impl Standing {
    fn is_before(&self, other: &Self) -> bool {
        let rank = |standing: &Self| (standing.quality, standing.precision);
        match rank(self).partial_cmp(&rank(other)) {
            Some(std::cmp::Ordering::Equal) | None => self.place < other.place,
            Some(order) => order.is_gt(),
        }
    }
}

/// The standing of `application/{subtype}`; none: it is not accepted.
fn standing(accepted: &str, subtype: &str) -> Option<Standing> {
    let ranges = accepted.split(',').enumerate().filter_map(|(place, range)| {
        let mut parameters = range.split(';');
        let media = parameters.next().unwrap_or_default().trim().to_ascii_lowercase();
        let precision = match media.strip_prefix("application/") {
            Some(name) if name == subtype => 2,
            Some("*") => 1,
            None if matches!(media.as_str(), "*/*" | "*") => 0,
            _ => return None,
        };
        let quality = parameters.find_map(|parameter| parameter.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        Some(Standing { quality, precision, place })
    });
    // The most precise range decides, even when it refuses.
    ranges.max_by_key(|standing| (standing.precision, usize::MAX - standing.place)).filter(|found| found.quality > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_and_json_are_json_and_pictures_are_not() {
        for accepted in ["*/*", "application/json", "text/html, application/*;q=0.8"] {
            assert!(standing(accepted, "json").is_some(), "{accepted}");
        }
        for accepted in ["image/png", "text/html", "application/json;q=0", "application/hal+json"] {
            assert!(standing(accepted, "json").is_none(), "{accepted}");
        }
    }

    #[test]
    fn hal_goes_to_those_who_like_it_better() {
        let prefers = |accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, http::HeaderValue::from_static(accepted));
            prefers_hal(&headers)
        };
        for accepted in [
            "application/hal+json",
            "application/hal+json, application/json",
            "application/hal+json;q=0.9, application/json;q=0.5",
            "application/hal+json, */*",
            "application/hal+json;q=0.5, */*;q=0.1",
        ] {
            assert!(prefers(accepted), "{accepted}");
        }
        for accepted in [
            "application/json, application/hal+json",
            "application/hal+json;q=0.5, application/json",
            "*/*",
            "application/*",
            "",
        ] {
            assert!(!prefers(accepted), "{accepted}");
        }
        assert!(!prefers_hal(&HeaderMap::new()));
    }

    #[test]
    fn only_what_camunda_answers_in_hal_has_it() {
        for path in ["/task", "/task/4711", "/engine/default/task", "/filter/f/list", "/filter/f/singleResult"] {
            assert!(has_hal(&Method::GET, path), "{path}");
        }
        for path in ["/task/count", "/process-definition", "/filter", "/filter/f/count", "/task/1/variables"] {
            assert!(!has_hal(&Method::GET, path), "{path}");
        }
        assert!(!has_hal(&Method::POST, "/task"));
    }
}
