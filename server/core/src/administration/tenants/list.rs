//! The organisations, as the operator sees them.
use super::store;
use crate::Core;
use crate::account::zone;
use crate::caller::Person;
use crate::civil::local;
use crate::error::CoreError;
use crate::invitation::store as invitations;
use crate::tenant::{require_operator, store as tenants};
use jiff::tz::TimeZone;
use portvakt_model::fault::Refusal;
use portvakt_model::id::TenantId;
use portvakt_model::tenant::{Contract, TenantDetail, TenantRow, Tenants, plain};
use portvakt_model::time::Timestamp;

/// Rows on a page.
const PAGE: usize = 50;
/// Rows read at a time, because many of them may not match the filter.
const BATCH: i64 = 200;

/// The filter of the list.
#[derive(Debug, Clone, Default)]
pub struct TenantQuery {
    /// A part of the name or of the short name.
    pub text: String,
    /// The state of the contract.
    pub contract: Option<Contract>,
    /// The short name after which the page begins.
    pub after: String,
}

impl TenantQuery {
    /// Compares without regard to case, accents and the characters between words. There are so few organisations that
    /// this needs no index.
    fn fits(&self, found: &tenants::FoundTenant) -> bool {
        if self.contract.is_some_and(|contract| contract != found.contract()) {
            return false;
        }
        let text = self.text.trim().to_lowercase();
        if text.is_empty() || found.name.to_lowercase().contains(&text) {
            return true;
        }
        let within = |of: &str| plain(&text).is_some_and(|text| !text.is_empty() && of.contains(&text));
        within(&found.slug) || plain(&found.name).is_some_and(|name| within(&name))
    }
}

/// An organisation in the list.
#[derive(Debug, Clone)]
pub struct TenantLine {
    /// The organisation.
    pub id: TenantId,
    /// The organisation's name.
    pub name: String,
    /// The organisation's short name.
    pub slug: String,
    /// The state of its contract.
    pub contract: Contract,
    /// Whether it is the operator's own organisation.
    pub is_operator: bool,
    /// The number of members and guests.
    pub people: u64,
    /// The time of the last event in its audit log.
    pub last_activity: Option<Timestamp>,
}

impl TenantLine {
    async fn of(core: &Core, found: &tenants::FoundTenant) -> Result<Self, CoreError> {
        let (people, last_activity) = store::figures(core, found.id).await?;
        Ok(Self {
            id: found.id,
            name: found.name.clone(),
            slug: found.slug.clone(),
            contract: found.contract(),
            is_operator: found.is_operator,
            people: u64::try_from(people).unwrap_or_default(),
            last_activity,
        })
    }

    fn shown(self, zone: &TimeZone, now: Timestamp) -> Result<TenantRow, CoreError> {
        Ok(TenantRow {
            id: self.id,
            name: self.name,
            slug: self.slug,
            contract: self.contract,
            is_operator: self.is_operator,
            people: self.people,
            last_activity: self.last_activity.map(|at| local(at, zone, now)).transpose()?,
        })
    }
}

/// A page of the organisations that match, and whether there are more.
async fn page(core: &Core, asked: &TenantQuery) -> Result<(Vec<tenants::FoundTenant>, bool), CoreError> {
    let (mut page, mut after) = (Vec::new(), asked.after.clone());
    loop {
        let batch = tenants::list_after(core, &after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok((page, false)) };
        after.clone_from(&last.slug);
        for found in batch.into_iter().filter(|found| asked.fits(found)) {
            if page.len() == PAGE {
                return Ok((page, true));
            }
            page.push(found);
        }
    }
}

/// A page of the organisations.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator.
pub async fn list(core: &Core, person: &Person, asked: &TenantQuery) -> Result<Tenants, CoreError> {
    require_operator(core, person).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let (page, more) = page(core, asked).await?;
    let mut rows = Vec::with_capacity(page.len());
    for found in &page {
        rows.push(TenantLine::of(core, found).await?.shown(&zone, now)?);
    }
    let next = page.last().filter(|_| more).map(|last| last.slug.clone());
    Ok(Tenants { rows, all: u64::try_from(store::count(core).await?).unwrap_or_default(), next })
}

/// All organisations, for the command line.
///
/// # Errors
/// If the database fails.
pub async fn every(core: &Core) -> Result<Vec<TenantLine>, CoreError> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let batch = tenants::list_after(core, &after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(rows) };
        after.clone_from(&last.slug);
        for found in &batch {
            rows.push(TenantLine::of(core, found).await?);
        }
    }
}

/// The organisation with this short name, for the command line.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such organisation.
pub async fn find_by_slug(core: &Core, slug: &str) -> Result<TenantId, CoreError> {
    Ok(tenants::find_by_slug(core, slug).await?.ok_or(Refusal::NotFound)?)
}

/// One organisation's page.
///
/// # Errors
/// [`Refusal::NotFound`] if the caller does not administer the operator, and if there is no such organisation.
pub async fn show(core: &Core, person: &Person, id: TenantId) -> Result<TenantDetail, CoreError> {
    require_operator(core, person).await?;
    let (zone, now) = (zone(core, person).await?, core.clock.now());
    let found = tenants::find(core.store.reader(), id).await?.ok_or(Refusal::NotFound)?;
    let local = |at| local(at, &zone, now);
    let invited = invitations::find_owner(core, id).await?;
    Ok(TenantDetail {
        row: TenantLine::of(core, &found).await?.shown(&zone, now)?,
        language: found.language,
        created_at: local(found.created_at)?,
        suspended: found.suspended.map(|(at, reason)| Ok::<_, CoreError>((local(at)?, reason))).transpose()?,
        ends_at: found.ends_at.map(local).transpose()?,
        ended_at: found.ended_at.map(local).transpose()?,
        owners: store::owners(core, id).await?,
        invited: invited.map(|(email, ends_at)| Ok::<_, CoreError>((email, local(ends_at)?))).transpose()?,
    })
}
