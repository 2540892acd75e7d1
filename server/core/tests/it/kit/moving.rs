//! An account whose address changes.
use super::Post;
use portvakt_core::Core;
use portvakt_core::address::{ask, list};
use portvakt_core::caller::{Caller, Person};
use portvakt_core::error::CoreError;
use portvakt_core::known_device::KnownDevices;
use portvakt_core::member::add;
use portvakt_core::session::Started;
use portvakt_core::testing::{EMAIL, Fixture, PASSWORD, World, new_person, origin, sign_in, stranger};
use portvakt_core::token::Token;
use portvakt_model::link::LinkKind;
use portvakt_model::role::Role;

pub const NEW: &str = "anna.oberg@nordhamn.example";
pub const OTHER: &str = "karim.bensaid@nordhamn.example";
pub const SECOND: &str = "anna@hemma.example";

/// The subjects of mails about an address.
pub const CONFIRM: &str = "Bekräfta din nya e-postadress";
pub const ASKED: &str = "Din e-postadress är på väg att bytas";
pub const TAKEN: &str = "Någon ville använda din e-postadress";
pub const CHANGED: &str = "Din e-postadress har bytts";
pub const STOPPED: &str = "Bytet av din e-postadress är stoppat";

/// A portal whose owner is signed in on a known device.
pub struct Moving {
    pub post: Post,
    pub anna: Started,
    pub known: KnownDevices,
}

impl Fixture for Moving {
    async fn of(world: World) -> Self {
        let post = Post::of(world).await;
        let anna = sign_in(&post.world.core, &origin(), &stranger(), EMAIL, PASSWORD).await.unwrap();
        let known = KnownDevices::open(&post.world.core, &anna.devices);
        post.send().await;
        post.server.forget();
        Self { post, anna, known }
    }
}

impl Moving {
    pub fn core(&self) -> &Core {
        &self.post.world.core
    }

    pub fn person(&self) -> &Person {
        &self.anna.person
    }

    pub async fn ask(&self, email: &str) -> Result<(), CoreError> {
        ask(self.core(), self.person(), &self.known, email, PASSWORD).await
    }

    /// Asks for a new address and returns the links that confirm and stop the change.
    pub async fn asked(&self, email: &str, old: &str) -> (Token, Token) {
        self.ask(email).await.unwrap();
        self.post.send().await;
        let link = |kind, to| self.post.link(kind, to).unwrap();
        (link(LinkKind::Email, email), link(LinkKind::EmailStop, old))
    }

    /// Adds Karim, another member of the operator.
    pub async fn karim(&self) {
        let tenant = self.person().home;
        let karim = new_person("Karim Bensaid", OTHER);
        add(self.core(), &Caller::Command, tenant, &karim, Role::Member).await.unwrap();
    }

    pub async fn email(&self) -> String {
        list(self.core(), self.person()).await.unwrap().email
    }
}
