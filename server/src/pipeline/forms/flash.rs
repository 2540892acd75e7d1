//! The sealed cookies that carry a form's result to its page. A result that is too long for a cookie waits in a sealed
//! row. Fields that wait until their person has signed in again have a cookie of their own, because the forms of the
//! sign-in have results too.
use crate::pipeline::edge::field;
use crate::site::Site;
use http::{HeaderMap, HeaderValue};
use portvakt_app::web::cookies;
use portvakt_core::flash::{KEPT_SECS, LIFETIME_SECS, keep, take};
use portvakt_core::token::Token;
use portvakt_model::flash::{Flash, OF, Outcome};
use portvakt_model::id::AccountId;
use portvakt_model::local_path::LocalPath;
use portvakt_model::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The most bytes of the value. Browsers silently drop a cookie of more than 4,096 bytes with its name and
/// attributes.
const MAX_VALUE: usize = 3_800;

#[derive(Serialize, Deserialize)]
struct Sealed {
    until: Timestamp,
    /// The flash's page, see [`place`].
    page: String,
    account: Option<AccountId>,
    held: Held,
}

#[derive(Serialize, Deserialize)]
enum Held {
    Flash(Flash),
    /// The token of the row that holds the flash.
    Row(String),
}

/// A page as a flash names it: its path, and which link or waiting sign-in it is about.
pub(crate) fn place(page: &LocalPath) -> String {
    let of = field(page.query(), OF);
    of.map_or_else(|| page.path().to_owned(), |of| format!("{}?{OF}={of}", page.path()))
}

/// The cookie's name, and the seconds that it lasts.
const fn kind(flash: &Flash) -> (&'static str, i64) {
    match flash.outcome {
        Outcome::Kept => (cookies::KEPT, KEPT_SECS),
        _ => (cookies::FLASH, LIFETIME_SECS),
    }
}

/// The cookie for a flash. If the flash is too long and too many rows wait already, the typed fields are dropped and
/// only the result is kept.
pub(crate) async fn cookie(site: &Site, flash: &Flash) -> Option<HeaderValue> {
    let (name, seconds) = kind(flash);
    let whole = seal(site, flash, Held::Flash(flash.clone()))?;
    let value = if whole.len() <= MAX_VALUE {
        whole
    } else {
        let row = keep(&site.core, &serde_json::to_vec(flash).ok()?, seconds).await;
        match row {
            Ok(Some(token)) => seal(site, flash, Held::Row(token.reveal()))?,
            _ => seal(site, flash, Held::Flash(Flash { kept: Vec::new(), ..flash.clone() }))?,
        }
    };
    cookies::set(name, &value, Some(seconds))
}

/// The flash in a page's request and the name of its cookie, if it is for this page and this person.
pub(super) async fn of(
    site: &Site,
    headers: &HeaderMap,
    here: &LocalPath,
    account: Option<AccountId>,
) -> Option<(&'static str, Flash)> {
    for name in [cookies::FLASH, cookies::KEPT] {
        let sealed = opened(site, headers, name).filter(|sealed| sealed.page == place(here));
        // Another page or another person must not use the flash up.
        let Some(sealed) = sealed.filter(|s| s.account.is_none_or(|of| account == Some(of))) else { continue };
        let flash = match sealed.held {
            Held::Flash(flash) => Some(flash),
            Held::Row(token) => serde_json::from_slice(&take(&site.core, &Token::parse(&token)?).await.ok()??).ok(),
        };
        return Some((name, flash?));
    }
    None
}

/// Whether typed fields wait for this page until their person has signed in again.
pub(super) fn waits(site: &Site, headers: &HeaderMap, there: &LocalPath) -> bool {
    opened(site, headers, cookies::KEPT).is_some_and(|sealed| sealed.page == place(there))
}

fn opened(site: &Site, headers: &HeaderMap, name: &'static str) -> Option<Sealed> {
    let value = cookies::find(headers, name)?;
    let sealed: Sealed = serde_json::from_slice(&site.core.vault.open_cookie(name, value)?).ok()?;
    (site.core.clock.now() < sealed.until).then_some(sealed)
}

fn seal(site: &Site, flash: &Flash, held: Held) -> Option<String> {
    let (name, seconds) = kind(flash);
    let until = site.core.clock.now().plus_secs(seconds);
    let sealed = Sealed { until, page: flash.page.clone(), account: flash.account, held };
    Some(site.core.vault.seal_cookie(name, &serde_json::to_vec(&sealed).ok()?))
}
