//! The operator and a customer.
use portvakt_core::account::NewPerson;
use portvakt_core::caller::{Caller, Person};
use portvakt_core::invitation::{Invitee, invite, join};
use portvakt_core::session::Started;
use portvakt_core::tenant::NewTenant;
use portvakt_core::tenants as tenant;
use portvakt_core::testing::{CLARA, EMAIL, Fixture, PASSWORD, World, new_person, origin, sign_in, stranger};
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;
use portvakt_model::tenant::Contract;

/// The operator's owner, and a customer with its owner.
pub struct Two {
    pub world: World,
    pub anna: Person,
    pub clara: Started,
}

impl Fixture for Two {
    async fn of(world: World) -> Self {
        let anna = world.owner().await.person;
        let clara = world.nordhamn().await;
        Self { world, anna, clara }
    }
}

impl Two {
    pub fn staff(&self) -> Caller {
        Caller::from(self.anna.clone())
    }

    pub fn customer(&self) -> TenantId {
        self.clara.person.home
    }

    /// Lets the operator's owner be a guest of the customer.
    pub async fn invite_anna(&self) {
        let anna = new_person("Anna Lindqvist", EMAIL);
        let caller = Caller::from(self.clara.person.clone());
        let invitee = Invitee { email: anna.email, name: None, language: anna.language, role: Role::Member };
        invite(&self.world.core, &caller, self.customer(), &invitee).await.unwrap();
        let token = self.world.invitation_token().await;
        join(&self.world.core, &self.anna, &token).await.unwrap();
    }

    pub async fn contract(&self) -> Contract {
        tenant::show(&self.world.core, &self.anna, self.customer()).await.unwrap().row.contract
    }

    /// Whether the right password of the customer's owner is not refused as wrong.
    pub async fn signs_in(&self) -> bool {
        sign_in(&self.world.core, &origin(), &stranger(), CLARA, PASSWORD).await.is_ok()
    }
}

/// The form of another customer and its first owner.
pub fn brightwater() -> (NewTenant, NewPerson) {
    NewTenant::parse("Brightwater Housing", "", "en", "Tom Ashworth", "tom@brightwater.example").unwrap()
}
