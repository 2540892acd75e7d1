//! The fields that an event can have, besides the settings of a policy ([`Setting::name`](crate::policy::Setting::name)).
//! Their names are stored for ever and enter the hash chain: append names, never rename one.

/// Declares the fields, each with its name in the log.
macro_rules! fields {
    ($($name:ident = $text:literal;)+) => {
        /// A field of an event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Field {
            /// Every field.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name in the log.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The field with this name. `None` if there is no such field.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($text => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Organisation = "organisation";
    Name = "name";
    Email = "email";
    Version = "version";
    Reason = "reason";
    Weaker = "weaker";
    MayBeLockedOut = "may_be_locked_out";
    SessionsEnded = "sessions_ended";
    Factor = "factor";
    SignedIn = "signed_in";
    Copied = "copied";
    Lane = "lane";
    Failures = "failures";
    Tries = "tries";
    Role = "role";
    Invitation = "invitation";
    People = "people";
    Slug = "slug";
    Address = "address";
    Product = "product";
    Tenant = "tenant";
    Due = "due";
    EndsAt = "ends_at";
    Logo = "logo";
    Mails = "mails";
    List = "list";
    Invited = "invited";
    Belong = "belong";
    OverLimit = "over_limit";
    NotTheirs = "not_theirs";
    Accent = "accent";
    Domains = "domains";
    SecurityContact = "security_contact";
    Language = "language";
    TimeZone = "time_zone";
    NotificationEmail = "notification_email";
    Network = "network";
    Device = "device";
}
