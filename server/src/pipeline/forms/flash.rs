//! The sealed cookie that carries a form's outcome to its page; what is too long for it waits in a sealed row.
use crate::site::Site;
use http::{HeaderMap, HeaderValue};
use portvakt_app::web::cookies;
use portvakt_core::flash::{LIFETIME_SECS, keep, take};
use portvakt_core::token::Token;
use portvakt_model::flash::Flash;
use portvakt_model::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Most bytes of a value. Browsers drop a cookie of more than 4,096 bytes with its name and attributes, silently.
const MAX_VALUE: usize = 3_800;

#[derive(Serialize, Deserialize)]
struct Sealed {
    until: Timestamp,
    /// The path of the page that it is for.
    page: String,
    held: Held,
}

#[derive(Serialize, Deserialize)]
enum Held {
    Flash(Flash),
    /// The row that holds it, by its token.
    Row(String),
}

/// The cookie for a flash. Where it does not fit and too many others wait already, what was typed is let go and only the
/// outcome told.
pub(crate) async fn cookie(site: &Site, flash: &Flash) -> Option<HeaderValue> {
    let page = &flash.page;
    let whole = seal(site, page, Held::Flash(flash.clone()))?;
    let value = if whole.len() <= MAX_VALUE {
        whole
    } else {
        let row = keep(&site.core, &serde_json::to_vec(flash).ok()?).await;
        match row {
            Ok(Some(token)) => seal(site, page, Held::Row(token.reveal()))?,
            _ => seal(site, page, Held::Flash(Flash { kept: Vec::new(), ..flash.clone() }))?,
        }
    };
    cookies::set(cookies::FLASH, &value, Some(LIFETIME_SECS))
}

/// The flash that a page's request brings, if it is this page's.
pub(super) async fn of(site: &Site, headers: &HeaderMap, path: &str) -> Option<Flash> {
    let value = cookies::find(headers, cookies::FLASH)?;
    let sealed: Sealed = serde_json::from_slice(&site.core.vault.open_cookie(cookies::FLASH, value)?).ok()?;
    // Another page must not use it up.
    if site.core.clock.now() >= sealed.until || sealed.page != path {
        return None;
    }
    match sealed.held {
        Held::Flash(flash) => Some(flash),
        Held::Row(token) => serde_json::from_slice(&take(&site.core, &Token::parse(&token)?).await.ok()??).ok(),
    }
}

fn seal(site: &Site, page: &str, held: Held) -> Option<String> {
    let until = site.core.clock.now().plus_secs(LIFETIME_SECS);
    let plain = serde_json::to_vec(&Sealed { until, page: page.to_owned(), held }).ok()?;
    Some(site.core.vault.seal_cookie(cookies::FLASH, &plain))
}
