//! Identities. Each is a UUIDv7 (RFC 9562), lower-case text of 36 characters in the database; none is a secret.
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
            /// `None` for what is no UUID.
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
    /// A person's login.
    AccountId
    /// One time that somebody signed in.
    SessionId
    /// One of the vendor's applications.
    ProductId
    /// An invitation into an organisation.
    InvitationId
    /// Many invitations that somebody is about to send.
    InvitationListId
    /// A passkey of somebody's.
    PasskeyId
    /// A mail in the outbox.
    MailId
    /// A key of the vault.
    KeyId
}
