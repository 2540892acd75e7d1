//! Fixtures: people and organisations in a world, and the mail server that takes their mail.
mod code_app;
mod demand;
pub mod log;
mod mail_server;
mod moving;
mod nordhamn;
mod office;
mod passkey;
mod post;
mod two;

pub use code_app::{CodeAppHolder, of_field, waiting, wrong_code, wrong_recovery_code};
pub use demand::{by_passkey, demanded, locks_out, secret, set_up, show_passkey, with_a_passkey};
pub use mail_server::{Does, MailServer, Taken};
pub use moving::{ASKED, CHANGED, CONFIRM, Moving, NEW, OTHER, SECOND, STOPPED, TAKEN};
pub use nordhamn::{MEMBER, Nordhamn, STRONG, fields, typed};
pub use office::{Office, done, not};
pub use passkey::{NOT_THEIRS, PasskeyHolder};
pub use portvakt_core::testing::full;
pub use post::{Post, mailer, send, subjects, token};
pub use two::{Two, brightwater};

pub const HOUR_SECS: i64 = 60 * 60;
pub const DAY_SECS: i64 = 24 * HOUR_SECS;
