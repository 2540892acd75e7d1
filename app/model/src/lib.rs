//! Types and rules that the browser and the server share. No I/O, clock, randomness or SQL.
//!
//! The rooms, each of which uses only those before it: base, evidence, directory, rules, post, authentication, person,
//! administration, wire.
mod administration;
mod authentication;
mod base;
mod directory;
mod evidence;
mod person;
mod post;
mod rules;
mod wire;

pub use administration::{invitation, invitation_list, user};
pub use authentication::{link, passkey, password, second_factor, stage};
pub use base::{accent, device, digit, duration, field, id, language, local_path, reference, text, time, urlencoded};
pub use directory::{branding, organisation, product, role, tenant};
pub use evidence::audit;
pub use person::{address, email, erasure, home, profile, security, session};
pub use post::mail;
pub use rules::policy;
pub use wire::{fault, flash, frame, page, proof};
