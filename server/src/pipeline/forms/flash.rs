//! The sealed cookie that carries a form's result to its page. A result that is too long for a cookie waits in a
//! sealed row.
use crate::site::Site;
use http::{HeaderMap, HeaderValue};
use portvakt_app::web::cookies;
use portvakt_core::flash::{LIFETIME_SECS, keep, take};
use portvakt_core::token::Token;
use portvakt_model::flash::Flash;
use portvakt_model::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The most bytes of the value. Browsers silently drop a cookie of more than 4,096 bytes with its name and
/// attributes.
const MAX_VALUE: usize = 3_800;

#[derive(Serialize, Deserialize)]
struct Sealed {
    until: Timestamp,
    /// The path of the flash's page.
    page: String,
    held: Held,
}

#[derive(Serialize, Deserialize)]
enum Held {
    Flash(Flash),
    /// The token of the row that holds the flash.
    Row(String),
}

/// The cookie for a flash. If the flash is too long and too many rows wait already, the typed fields are dropped and
/// only the result is kept.
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

/// The flash in a page's request, if it is for this page.
pub(super) async fn of(site: &Site, headers: &HeaderMap, path: &str) -> Option<Flash> {
    let value = cookies::find(headers, cookies::FLASH)?;
    let sealed: Sealed = serde_json::from_slice(&site.core.vault.open_cookie(cookies::FLASH, value)?).ok()?;
    // Another page must not use the flash up.
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
