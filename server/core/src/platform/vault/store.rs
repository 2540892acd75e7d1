//! The rows that hold wrapped keys.
use super::{DataKey, SealedCell, Vault, VaultError, key_of, master_key, unwrap_with};
use crate::error::{CoreError, Failure};
use crate::random::Random;
use crate::store::Tx;
use portvakt_model::id::{AccountId, KeyId, TenantId};
use portvakt_model::time::Timestamp;
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::path::Path;

const PLATFORM: &str = "platform_key.wrapped";
const TENANT: &str = "tenant_key.wrapped";
const ACCOUNT: &str = "account_key.wrapped";

/// Opens the vault of a database, or makes the first keys of a new database. The caller ends the transaction.
pub(crate) async fn open(
    conn: &mut AnyConnection,
    path: &Path,
    random: Random,
    now: Timestamp,
) -> Result<Vault, CoreError> {
    if let Some(vault) = existing(conn, path, random.clone()).await? {
        return Ok(vault);
    }
    let mut vault = Vault { master: master_key(path, true, &random)?, platform: Vec::new(), random };
    let key = DataKey::new(vault.random.id(now), &vault.random);
    let id = key.id().to_string();
    sqlx::query("INSERT INTO platform_key (id, wrapped, created_at) VALUES ($1, $2, $3)")
        .bind(&id)
        .bind(vault.wrap(SealedCell { column: PLATFORM, row: &id }, &key))
        .bind(now.as_micros())
        .execute(conn)
        .await?;
    vault.platform.push(key);
    Ok(vault)
}

/// Opens the vault of a database. `None` if the database has no keys yet.
pub(crate) async fn existing(
    conn: &mut AnyConnection,
    path: &Path,
    random: Random,
) -> Result<Option<Vault>, CoreError> {
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT id, wrapped FROM platform_key ORDER BY created_at, id").fetch_all(conn).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let master = master_key(path, false, &random)?;
    let mut platform = Vec::with_capacity(rows.len());
    for (id, wrapped) in &rows {
        platform.push(unwrap_with(&master, SealedCell { column: PLATFORM, row: id }, key_id(id)?, wrapped)?);
    }
    Ok(Some(Vault { master, platform, random }))
}

/// Makes a new tenant's key.
pub(crate) async fn add_tenant_key(tx: &mut Tx, tenant: TenantId) -> Result<DataKey, CoreError> {
    let (vault, now) = (tx.vault(), tx.now());
    let key = DataKey::new(vault.random.id(now), &vault.random);
    let id = key.id().to_string();
    sqlx::query("INSERT INTO tenant_key (id, tenant_id, wrapped, created_at) VALUES ($1, $2, $3, $4)")
        .bind(&id)
        .bind(tenant.to_string())
        .bind(vault.wrap(SealedCell { column: TENANT, row: &id }, &key))
        .bind(now.as_micros())
        .execute(tx.conn())
        .await?;
    Ok(key)
}

/// Makes a new account's key.
pub(crate) async fn add_account_key(tx: &mut Tx, tenant: TenantId, account: AccountId) -> Result<(), CoreError> {
    let (vault, now) = (tx.vault(), tx.now());
    let key = DataKey::new(vault.random.id(now), &vault.random);
    let id = key.id().to_string();
    sqlx::query("INSERT INTO account_key (id, tenant_id, account_id, wrapped, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(&id)
        .bind(tenant.to_string())
        .bind(account.to_string())
        .bind(vault.wrap(SealedCell { column: ACCOUNT, row: &id }, &key))
        .bind(now.as_micros())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The key that now seals for a tenant. `None` if the tenant's contract has ended.
pub(crate) async fn tenant_key(
    conn: &mut AnyConnection,
    vault: &Vault,
    tenant: TenantId,
) -> Result<Option<DataKey>, CoreError> {
    let row: Option<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT id, wrapped FROM tenant_key WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(tenant.to_string())
    .fetch_optional(conn)
    .await?;
    unwrapped(vault, TENANT, row)
}

/// Opens a value that any key of a tenant has sealed. `None` if that key was deleted.
pub(crate) async fn open_for_tenant(
    conn: &mut AnyConnection,
    vault: &Vault,
    tenant: TenantId,
    place: SealedCell<'_>,
    envelope: &[u8],
) -> Result<Option<Vec<u8>>, CoreError> {
    let id = key_of(envelope).ok_or(VaultError::Sealed(place.column))?;
    let row: Option<(String, Vec<u8>)> =
        sqlx::query_as("SELECT id, wrapped FROM tenant_key WHERE tenant_id = $1 AND id = $2")
            .bind(tenant.to_string())
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    opened(unwrapped(vault, TENANT, row)?.as_ref(), place, envelope)
}

/// The key that now seals for an account. `None` if the person was erased.
pub(crate) async fn account_key(
    conn: &mut AnyConnection,
    vault: &Vault,
    tenant: TenantId,
    account: AccountId,
) -> Result<Option<DataKey>, CoreError> {
    let row: Option<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT id, wrapped FROM account_key WHERE tenant_id = $1 AND account_id = $2
          ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(tenant.to_string())
    .bind(account.to_string())
    .fetch_optional(conn)
    .await?;
    unwrapped(vault, ACCOUNT, row)
}

/// The keys of accounts, each read once: the events of a page or of a chain name the same few keys again and again. The
/// keys are valid only in the view of the database in which they were read.
#[derive(Default)]
pub(crate) struct AccountKeys(HashMap<KeyId, Option<DataKey>>);

impl AccountKeys {
    /// The most keys held at once.
    const MOST: usize = 1000;

    /// Opens a value that any key of any account has sealed, in any tenant. `None` if that key was deleted.
    pub(crate) async fn open(
        &mut self,
        conn: &mut AnyConnection,
        vault: &Vault,
        place: SealedCell<'_>,
        envelope: &[u8],
    ) -> Result<Option<Vec<u8>>, CoreError> {
        let id = key_of(envelope).ok_or(VaultError::Sealed(place.column))?;
        if !self.0.contains_key(&id) {
            let row: Option<(String, Vec<u8>)> = sqlx::query_as("SELECT id, wrapped FROM account_key WHERE id = $1")
                .bind(id.to_string())
                .fetch_optional(conn)
                .await?;
            if self.0.len() >= Self::MOST {
                self.0.clear();
            }
            self.0.insert(id, unwrapped(vault, ACCOUNT, row)?);
        }
        opened(self.0.get(&id).and_then(Option::as_ref), place, envelope)
    }
}

fn unwrapped(
    vault: &Vault,
    column: &'static str,
    row: Option<(String, Vec<u8>)>,
) -> Result<Option<DataKey>, CoreError> {
    let Some((id, wrapped)) = row else { return Ok(None) };
    Ok(Some(vault.unwrap(SealedCell { column, row: &id }, key_id(&id)?, &wrapped)?))
}

/// Opens a value. A deleted key gives `None`. A value that its key does not open was tampered with.
fn opened(key: Option<&DataKey>, place: SealedCell<'_>, envelope: &[u8]) -> Result<Option<Vec<u8>>, CoreError> {
    let Some(key) = key else { return Ok(None) };
    Ok(Some(key.open(place, envelope).ok_or(VaultError::Sealed(place.column))?))
}

fn key_id(text: &str) -> Result<KeyId, CoreError> {
    KeyId::parse(text).ok_or_else(|| Failure::Unreadable("a key's id").into())
}
