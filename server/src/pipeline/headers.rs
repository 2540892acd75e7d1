//! The headers of every answer.
use axum::response::Response;
use http::header::{self, HeaderName, HeaderValue};
use portvakt_model::fault::Reference;

/// For an answer that is no page: it may load and run nothing.
const NO_PAGE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Headers that are added unless the handler has set its own.
const UNLESS_SET: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, NO_PAGE),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Browsers use TLS only for this host, for two years (RFC 6797).
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Adds the headers to an answer.
pub(crate) fn complete(answer: &mut Response, reference: Reference, only_https: bool) {
    let headers = answer.headers_mut();
    for (name, value) in UNLESS_SET {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if only_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    if let Ok(reference) = HeaderValue::from_str(&reference.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), reference);
    }
}
