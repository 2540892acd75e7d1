//! The list of an organisation's people, a page at a time.
//!
//! A page is read in the order of an index, beginning beside the row that the page names. If many people match the
//! search or the filter, the matches are picked out of that order, because a page soon fills. If few match, they are
//! read from the index of the search or the filter. So a page takes as long for a hundred thousand people as for a
//! hundred.
pub(super) mod store;

use super::Member;
use crate::Core;
use crate::account::search::words;
use crate::account::zone;
use crate::caller::Person;
use crate::error::CoreError;
use crate::member;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use portvakt_model::id::{AccountId, TenantId};
use portvakt_model::role::Role;
use portvakt_model::user::{Counts, Sort, UserQuery, UserState, Users, Where};

/// People on a page.
pub const PAGE: usize = 50;
/// The most memberships that are read in the list's order before another index is tried: some 15 ms.
const WALK: i64 = 5_000;
/// The most people that another index may find to be tried first: some 25 ms.
const FEW: i64 = 8_000;
/// The words of a search that count: an address has four or five.
const MOST_WORDS: usize = 6;

/// A page of the people of the organisation in which the caller acts.
///
/// # Errors
/// [`portvakt_model::fault::Refusal::NotFound`] if the caller does not administer it.
pub async fn list(core: &Core, person: &Person, query: &UserQuery) -> Result<Users, CoreError> {
    let own = member::require(core.store.reader(), person, Role::administers).await?;
    let (tenant, now) = (person.tenant, core.clock.now());
    let zone = zone(core, person).await?;
    let counts = store::counts(core, tenant).await?;
    let mut page = query.page.clone();
    let mut found = read(core, tenant, query, &page, PAGE + 1, &counts).await?;
    if matches!(page, Where::Before(_)) && found.len() <= PAGE {
        // Less than a page lies before the row, so this is the first page, shown whole.
        page = Where::First;
        found = read(core, tenant, query, &page, PAGE + 1, &counts).await?;
    }
    let is_more = found.len() > PAGE;
    found.truncate(PAGE);
    let backward = matches!(page, Where::Before(_) | Where::Last);
    if backward {
        found.reverse();
    }
    let edge = |member: Option<&Member>| member.map(|member| Cursor::of(member, query.sort).text());
    let (first, last) = (edge(found.first()), edge(found.last()));
    let (is_before, is_after) = match page {
        Where::First => (false, is_more),
        Where::After(_) => (true, is_more),
        Where::Before(_) => (is_more, true),
        Where::Last => (is_more, false),
    };
    let people = found.into_iter().map(|member| member.listed(tenant, own, &zone, now)).collect::<Result<_, _>>()?;
    Ok(Users {
        people,
        counts,
        previous: first.filter(|_| is_before).map(Where::Before),
        next: last.filter(|_| is_after).map(Where::After),
    })
}

/// At most `limit` members of a tenant, from a page's edge: backward for [`Where::Before`] and [`Where::Last`].
pub(super) async fn read(
    core: &Core,
    tenant: TenantId,
    query: &UserQuery,
    page: &Where,
    limit: usize,
    counts: &Counts,
) -> Result<Vec<Member>, CoreError> {
    let backward = matches!(page, Where::Before(_) | Where::Last);
    let descending = query.descending != backward;
    let beside = match page {
        Where::After(row) | Where::Before(row) => Cursor::parse(row),
        Where::First | Where::Last => None,
    };
    let words: Vec<Vec<u8>> = words(&query.q).into_iter().take(MOST_WORDS).map(String::into_bytes).collect();
    if words.is_empty() && !query.q.trim().is_empty() {
        // The search has no letters or digits, so it matches no name.
        return Ok(Vec::new());
    }
    let among = wanted(core, tenant, query, &words, counts).await?;
    let mut asked = store::ListQuery {
        tenant,
        state: query.state,
        role: query.role,
        words,
        sort: query.sort,
        descending,
        beside: beside.unwrap_or_else(|| Cursor::end(descending)),
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let are_many = i64::try_from(counts.all).is_ok_and(|all| all > WALK);
    let Some((among, count)) = among.filter(|_| are_many) else {
        return store::walk(core, &asked, None).await;
    };
    if count > FEW {
        let found = store::walk(core, &asked, Some(WALK)).await?;
        if found.len() >= limit {
            return Ok(found);
        }
    }
    if let store::Among::Word(word) = &among {
        asked.words.retain(|other| other != word);
    }
    store::gather(core, &asked, &among).await
}

/// The index that finds the fewest people for the query, and how many it finds, counted no further than needed. `None`
/// if no index helps.
async fn wanted(
    core: &Core,
    tenant: TenantId,
    query: &UserQuery,
    words: &[Vec<u8>],
    counts: &Counts,
) -> Result<Option<(store::Among, i64)>, CoreError> {
    let mut ways = Vec::new();
    let known = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    match query.state {
        Some(UserState::Suspended) => ways.push((store::Among::Suspended, known(counts.suspended))),
        Some(UserState::Locked) => ways.push((store::Among::Locked, known(counts.locked))),
        Some(UserState::Active) | None => {}
    }
    if let Some(role) = query.role {
        ways.push((store::Among::Role, store::count_role(core, tenant, role, FEW + 1).await?));
    }
    for word in words {
        let count = store::count_word(core, tenant, word, FEW + 1).await?;
        ways.push((store::Among::Word(word.clone()), count));
    }
    Ok(ways.into_iter().min_by_key(|(_, count)| *count))
}

/// The row beside which a page begins, as its values in the columns of the order.
pub(super) struct Cursor {
    pub number: i64,
    pub key: Vec<u8>,
    pub id: String,
}

impl Cursor {
    pub(super) fn of(member: &Member, sort: Sort) -> Self {
        let (number, key) = match sort {
            Sort::Name => (0, member.name_key.clone()),
            Sort::Role => (member.role.rank(), member.name_key.clone()),
            Sort::LastSignIn => (member.signed_in_at.as_micros(), Vec::new()),
        };
        Self { number, key, id: member.account.to_string() }
    }

    /// Before all rows, or behind all rows.
    fn end(descending: bool) -> Self {
        if descending {
            // No key has this byte, and every engine sorts a `z` behind the digits of an id.
            Self { number: i64::MAX, key: vec![0xFF; 4], id: "z".to_owned() }
        } else {
            Self { number: i64::MIN, key: Vec::new(), id: String::new() }
        }
    }

    pub(super) fn text(&self) -> String {
        format!("{}.{}.{}", self.number, BASE64_URL_SAFE_NO_PAD.encode(&self.key), self.id)
    }

    /// `None` if this program did not write the text: then the page begins at the list's end.
    fn parse(text: &str) -> Option<Self> {
        let (number, rest) = text.split_once('.')?;
        let (key, id) = rest.split_once('.')?;
        let key = BASE64_URL_SAFE_NO_PAD.decode(key).ok()?;
        Some(Self { number: number.parse().ok()?, key, id: AccountId::parse(id)?.to_string() })
    }
}
