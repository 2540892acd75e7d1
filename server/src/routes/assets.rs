//! The site's files: attached to the program by the build, or in the folder `site` beside a debug build.
use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{self, HeaderMap, HeaderValue};
use leptos::{WasmSplitManifest, prelude::*};
use portvakt_site::Site;
use rust_embed::Embed;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Read once, when the first request or the start of the portal asks for it.
static SITE: LazyLock<Site> = LazyLock::new(|| {
    let site = Site::of_this_program().unwrap_or_else(|error| {
        tracing::error!(%error, "the site cannot be read");
        Site::default()
    });
    if site.is_empty() {
        tracing::warn!(
            "this program has no site inside, so its pages have no style and no script: build it with `cargo xtask build`"
        );
    }
    site
});

/// The files at the root: there without a build of the site, so that tests on a clean checkout find them.
#[derive(Embed)]
#[folder = "../public"]
struct Public;

/// Leptos' options for the site that is embedded: `/pkg/<build hash>/`.
#[must_use]
pub fn options() -> LeptosOptions {
    let hash = SITE.get("pkg/hash.txt").map_or_else(|| "none".into(), |f| String::from_utf8_lossy(&f).into_owned());
    LeptosOptions::builder()
        .output_name(env!("LEPTOS_OUTPUT_NAME"))
        .site_pkg_dir(format!("pkg/{hash}"))
        // Leptos would read the split manifest from the disk, from wherever the program was started.
        .site_root("/dev/null")
        .build()
}

/// Which lazy parts a route needs, so that they are preloaded. Provide it as context to every page.
#[must_use]
pub fn split_manifest(options: &LeptosOptions) -> WasmSplitManifest {
    let pkg = &options.site_pkg_dir;
    let parts = SITE
        .get(&format!("{pkg}/__wasm_split_manifest.json"))
        .and_then(|f| serde_json::from_slice(&f).ok())
        .unwrap_or_default();
    WasmSplitManifest(ArcStoredValue::new((format!("/{pkg}"), parts, "__wasm_split.______________________.js".into())))
}

/// A file of this build under `/pkg/<hash>/`, for ever; or one at the root (`favicon.svg`), for an hour.
#[must_use]
pub fn get(path: &str, headers: &HeaderMap) -> Option<Response> {
    let path = path.strip_prefix('/')?;
    let (built, for_ever) = (path.starts_with("pkg/"), "public, max-age=31536000, immutable");
    if path.strip_suffix(".br").is_some() || path == "pkg/hash.txt" || path.ends_with("manifest.json") {
        return None;
    }
    let (file, encoding) = find(path, headers)?;
    let mut res = Response::new(Body::from(file));
    let h = res.headers_mut();
    h.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    h.insert(header::CACHE_CONTROL, HeaderValue::from_static(if built { for_ever } else { "public, max-age=3600" }));
    h.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        h.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(res)
}

fn find(path: &str, headers: &HeaderMap) -> Option<(Bytes, Option<&'static str>)> {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let brotli = accepted.split(',').any(|e| e.split(';').next().is_some_and(|e| e.trim() == "br"));
    let packed = if brotli { SITE.get_packed(path) } else { None };
    let public = || {
        Some(match Public::get(path)?.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        })
    };
    packed.map(|f| (f, Some("br"))).or_else(|| Some((SITE.get(path).or_else(public)?, None)))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
