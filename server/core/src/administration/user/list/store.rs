//! The statements of the list.
use super::{Cursor, MOST_WORDS};
use crate::Core;
use crate::account::search::behind;
use crate::error::CoreError;
use crate::user::Member;
use crate::user::store::{MemberRow, member_columns};
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;
use portvakt_model::user::{Counts, Sort, UserState};
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::QueryAs;

/// A query for a part of the list.
pub(in crate::administration::user) struct ListQuery {
    pub tenant: TenantId,
    pub state: Option<UserState>,
    pub role: Option<Role>,
    pub words: Vec<Vec<u8>>,
    pub sort: Sort,
    pub descending: bool,
    pub beside: Cursor,
    pub limit: i64,
}

/// The people that an index finds.
pub(in crate::administration::user) enum Among {
    /// People with a word that begins with this text.
    Word(Vec<u8>),
    /// People with the role of the query.
    Role,
    Suspended,
    Locked,
}

// Reads memberships in the list's order, from one row to another, and keeps the ones that match the filters.
macro_rules! walk {
    ($key:literal, $then:literal, $edge:literal, $until:literal, $to:literal, $order:literal) => {
        concat!(
            "SELECT ",
            member_columns!(),
            " FROM (SELECT m.* FROM membership m WHERE m.tenant_id = $1 AND (",
            $key,
            ") ",
            $then,
            " (",
            $edge,
            ")
                        AND (",
            $key,
            ") ",
            $until,
            " (",
            $to,
            ")",
            filters!(),
            "
                      ORDER BY ",
            $order,
            " LIMIT $8) m CROSS JOIN account a
              WHERE a.id = m.account_id ORDER BY ",
            $order
        )
    };
}

// Reads the memberships that an index finds, and keeps the ones that match the filters.
macro_rules! gather {
    ($key:literal, $then:literal, $edge:literal, $until:literal, $to:literal, $order:literal) => {
        concat!(
            "SELECT ",
            member_columns!(),
            " FROM (SELECT m.* FROM (SELECT account_id AS found FROM member_term
                              WHERE $21 = 1 AND tenant_id = $1 AND term >= $22 AND term < $23
                             UNION SELECT account_id FROM membership
                              WHERE $21 = 2 AND tenant_id = $1 AND role_rank = $4
                             UNION SELECT account_id FROM membership
                              WHERE $21 = 3 AND tenant_id = $1 AND suspended_at IS NOT NULL
                             UNION SELECT id FROM account
                              WHERE $21 = 4 AND tenant_id = $1 AND locked_until > 0 AND locked_until > $2) d
                            CROSS JOIN membership m
                      WHERE m.tenant_id = $1 AND m.account_id = d.found
                        AND (",
            $key,
            ") ",
            $then,
            " (",
            $edge,
            ")",
            filters!(),
            "
                      ORDER BY ",
            $order,
            " LIMIT $8) m CROSS JOIN account a
              WHERE a.id = m.account_id ORDER BY ",
            $order
        )
    };
}

// Finds the row `$8` rows behind another. Reads only the index.
macro_rules! farther {
    ($key:literal, $then:literal, $edge:literal, $until:literal, $to:literal, $order:literal) => {
        concat!(
            "SELECT role_rank, name_key, signed_in_at, account_id FROM membership
              WHERE tenant_id = $1 AND (",
            $key,
            ") ",
            $then,
            " (",
            $edge,
            ") ORDER BY ",
            $order,
            " LIMIT 1 OFFSET $8"
        )
    };
}

macro_rules! filters {
    () => {
        "
        AND ($3 = '' OR $3 = CASE WHEN m.suspended_at IS NOT NULL THEN 'suspended'
             WHEN EXISTS (SELECT 1 FROM account l WHERE l.tenant_id = $1 AND l.id = m.account_id AND l.locked_until > $2)
             THEN 'locked' ELSE 'active' END)
        AND ($4 < 0 OR m.role_rank = $4)
        AND (length($9) = 0 OR EXISTS (SELECT 1 FROM member_term t
             WHERE t.tenant_id = $1 AND t.account_id = m.account_id AND t.term >= $9 AND t.term < $10))
        AND (length($11) = 0 OR EXISTS (SELECT 1 FROM member_term t
             WHERE t.tenant_id = $1 AND t.account_id = m.account_id AND t.term >= $11 AND t.term < $12))
        AND (length($13) = 0 OR EXISTS (SELECT 1 FROM member_term t
             WHERE t.tenant_id = $1 AND t.account_id = m.account_id AND t.term >= $13 AND t.term < $14))
        AND (length($15) = 0 OR EXISTS (SELECT 1 FROM member_term t
             WHERE t.tenant_id = $1 AND t.account_id = m.account_id AND t.term >= $15 AND t.term < $16))
        AND (length($17) = 0 OR EXISTS (SELECT 1 FROM member_term t
             WHERE t.tenant_id = $1 AND t.account_id = m.account_id AND t.term >= $17 AND t.term < $18))
        AND (length($19) = 0 OR EXISTS (SELECT 1 FROM member_term t
             WHERE t.tenant_id = $1 AND t.account_id = m.account_id AND t.term >= $19 AND t.term < $20))"
    };
}

// One statement for each order, because an order cannot be a parameter.
macro_rules! in_order {
    ($asked:expr, $statement:ident) => {
        match ($asked.sort, $asked.descending) {
            (Sort::Name, false) => {
                $statement!("name_key, account_id", ">", "$6, $7", "<=", "$22, $23", "name_key, account_id")
            }
            (Sort::Name, true) => {
                $statement!("name_key, account_id", "<", "$6, $7", ">=", "$22, $23", "name_key DESC, account_id DESC")
            }
            (Sort::Role, false) => $statement!(
                "role_rank, name_key, account_id",
                ">",
                "$5, $6, $7",
                "<=",
                "$21, $22, $23",
                "role_rank, name_key, account_id"
            ),
            (Sort::Role, true) => $statement!(
                "role_rank, name_key, account_id",
                "<",
                "$5, $6, $7",
                ">=",
                "$21, $22, $23",
                "role_rank DESC, name_key DESC, account_id DESC"
            ),
            (Sort::LastSignIn, false) => {
                $statement!("signed_in_at, account_id", ">", "$5, $7", "<=", "$21, $23", "signed_in_at, account_id")
            }
            (Sort::LastSignIn, true) => $statement!(
                "signed_in_at, account_id",
                "<",
                "$5, $7",
                ">=",
                "$21, $23",
                "signed_in_at DESC, account_id DESC"
            ),
        }
    };
}

/// Reads the matching memberships in the list's order. `most` is the number of memberships, matching or not, after
/// which it stops.
pub(in crate::administration::user) async fn walk(
    core: &Core,
    asked: &ListQuery,
    most: Option<i64>,
) -> Result<Vec<Member>, CoreError> {
    let end = match most {
        Some(most) => farther(core, asked, most).await?,
        None => None,
    };
    let Cursor { number, key, id } = end.unwrap_or_else(|| Cursor::end(!asked.descending));
    let query = bound(core, sqlx::query_as(in_order!(asked, walk)), asked);
    let rows: Vec<MemberRow> = query.bind(number).bind(key).bind(id).fetch_all(core.store.reader()).await?;
    rows.into_iter().map(MemberRow::member).collect()
}

/// Reads the matching memberships that an index finds.
pub(in crate::administration::user) async fn gather(
    core: &Core,
    asked: &ListQuery,
    among: &Among,
) -> Result<Vec<Member>, CoreError> {
    let (way, word): (i64, &[u8]) = match among {
        Among::Word(word) => (1, word),
        Among::Role => (2, &[]),
        Among::Suspended => (3, &[]),
        Among::Locked => (4, &[]),
    };
    let query = bound(core, sqlx::query_as(in_order!(asked, gather)), asked);
    let rows: Vec<MemberRow> =
        query.bind(way).bind(word.to_vec()).bind(behind(word)).fetch_all(core.store.reader()).await?;
    rows.into_iter().map(MemberRow::member).collect()
}

async fn farther(core: &Core, asked: &ListQuery, rows: i64) -> Result<Option<Cursor>, CoreError> {
    let statement = in_order!(asked, farther);
    let Cursor { number, key, id } = &asked.beside;
    let row: Option<(i64, Vec<u8>, i64, String)> = sqlx::query_as(statement)
        .bind(asked.tenant.to_string())
        .bind(0_i64)
        .bind("")
        .bind(0_i64)
        .bind(*number)
        .bind(key.clone())
        .bind(id.clone())
        .bind(rows)
        .fetch_optional(core.store.reader())
        .await?;
    Ok(row.map(|(rank, key, signed_in_at, id)| match asked.sort {
        Sort::Name => Cursor { number: 0, key, id },
        Sort::Role => Cursor { number: rank, key, id },
        Sort::LastSignIn => Cursor { number: signed_in_at, key: Vec::new(), id },
    }))
}

type MemberRows = QueryAs<'static, Any, MemberRow, AnyArguments>;

/// Binds the parameters that all statements of the list share.
fn bound(core: &Core, query: MemberRows, asked: &ListQuery) -> MemberRows {
    let Cursor { number, key, id } = &asked.beside;
    let query = query
        .bind(asked.tenant.to_string())
        .bind(core.clock.now().as_micros())
        .bind(asked.state.map_or("", UserState::as_str))
        .bind(asked.role.map_or(-1, Role::rank))
        .bind(*number)
        .bind(key.clone())
        .bind(id.clone())
        .bind(asked.limit);
    // An empty word filters nothing.
    (0..MOST_WORDS).fold(query, |query, n| {
        let word = asked.words.get(n).map_or(&[][..], Vec::as_slice);
        query.bind(word.to_vec()).bind(behind(word))
    })
}

/// The number of a tenant's people in each state, and of its invitations that can be accepted.
pub(in crate::administration::user) async fn counts(core: &Core, tenant: TenantId) -> Result<Counts, CoreError> {
    let now = core.clock.now().as_micros();
    let (all, suspended, locked, invited): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT CAST(count(*) AS BIGINT) FROM membership WHERE tenant_id = $1),
                (SELECT CAST(count(*) AS BIGINT) FROM membership WHERE tenant_id = $1 AND suspended_at IS NOT NULL),
                (SELECT CAST(count(*) AS BIGINT) FROM account a
                   JOIN membership m ON m.tenant_id = a.tenant_id AND m.account_id = a.id
                  WHERE a.tenant_id = $1 AND a.locked_until > 0 AND a.locked_until > $2 AND m.suspended_at IS NULL),
                (SELECT CAST(count(*) AS BIGINT) FROM invitation WHERE tenant_id = $1 AND ends_at > $2)",
    )
    .bind(tenant.to_string())
    .bind(now)
    .fetch_one(core.store.reader())
    .await?;
    let [all, suspended, locked, invited] = [all, suspended, locked, invited].map(i64::unsigned_abs);
    Ok(Counts { all, locked, suspended, invited })
}

/// The number of words that begin with `word`, counted up to `most`.
pub(super) async fn count_word(core: &Core, tenant: TenantId, word: &[u8], most: i64) -> Result<i64, CoreError> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT CAST(count(*) AS BIGINT) FROM
                (SELECT 1 FROM member_term WHERE tenant_id = $1 AND term >= $2 AND term < $3 LIMIT $4) counted",
    )
    .bind(tenant.to_string())
    .bind(word.to_vec())
    .bind(behind(word))
    .bind(most)
    .fetch_one(core.store.reader())
    .await?;
    Ok(count)
}

/// The number of people with a role, counted up to `most`.
pub(super) async fn count_role(core: &Core, tenant: TenantId, role: Role, most: i64) -> Result<i64, CoreError> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT CAST(count(*) AS BIGINT) FROM
                (SELECT 1 FROM membership WHERE tenant_id = $1 AND role_rank = $2 LIMIT $3) counted",
    )
    .bind(tenant.to_string())
    .bind(role.rank())
    .bind(most)
    .fetch_one(core.store.reader())
    .await?;
    Ok(count)
}
