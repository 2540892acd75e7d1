//! Ids. Each is a UUIDv7 (RFC 9562), stored as 36 lower-case characters. No id is a secret.
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Reads a UUID. `None` for any other text.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::parse_str(text).ok().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    )*};
}

id! {
    /// A customer organisation, or the operator.
    TenantId
    /// A person's account.
    AccountId
    /// A session.
    SessionId
    /// One of the vendor's applications.
    ProductId
    /// An invitation to an organisation.
    InvitationId
    /// A list of people to invite.
    InvitationListId
    /// A passkey.
    PasskeyId
    /// A mail in the outbox.
    MailId
    /// A key of the vault.
    KeyId
}
