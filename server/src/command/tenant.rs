//! `portvakt tenant`: manages organisations without a browser.
use super::place::PortalFlags;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use portvakt_core::Core;
use portvakt_core::caller::Caller;
use portvakt_core::error::CoreError;
use portvakt_core::tenant::NewTenant;
use portvakt_core::tenants::{self, TenantLine, WAIT_SECS};
use portvakt_model::fault::{FieldFault, FieldRule, Refusal};
use portvakt_model::link::LinkKind;

/// Manages organisations without a browser.
#[derive(Subcommand)]
pub enum Tenant {
    /// Creates a customer and invites its first owner.
    Create(Create),
    /// Lists the organisations: short name, state, number of people and name.
    List {
        /// The portal to open.
        #[command(flatten)]
        place: PortalFlags,
    },
    /// Suspends a customer: signs its people out and refuses their sign-ins.
    Suspend {
        /// The customer's short name.
        slug: String,
        /// The reason, for the audit log.
        #[arg(long)]
        reason: String,
        /// The portal to open.
        #[command(flatten)]
        place: PortalFlags,
    },
    /// Restores a suspended customer, or one whose contract is ending: its people can sign in again.
    Restore {
        /// The customer's short name.
        slug: String,
        /// The portal to open.
        #[command(flatten)]
        place: PortalFlags,
    },
    /// Ends a customer's contract: suspends it now, and deletes everything but its audit log after 30 days.
    End {
        /// The customer's short name.
        slug: String,
        /// The short name again, as a confirmation: deleted data cannot be restored.
        #[arg(long, value_name = "SHORT_NAME")]
        confirm: String,
        /// The portal to open.
        #[command(flatten)]
        place: PortalFlags,
    },
}

/// Options of `tenant create`.
#[derive(Args)]
pub struct Create {
    /// The customer's name.
    name: String,
    /// The first owner's name.
    #[arg(long)]
    owner_name: String,
    /// The first owner's email address, which the invitation is sent to.
    #[arg(long)]
    owner_email: String,
    /// The customer's short name; without it one is made from the name.
    #[arg(long, default_value = "", hide_default_value = true)]
    slug: String,
    /// The language of the customer's mail: sv or en.
    #[arg(long, default_value = "sv")]
    language: String,
    /// The portal to open.
    #[command(flatten)]
    place: PortalFlags,
}

impl Tenant {
    /// Runs the command.
    ///
    /// # Errors
    /// If there is no portal or no such organisation, or the change is refused; one line.
    pub async fn run(&self) -> Result<()> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List { place } => {
                let (core, _) = place.open().await?;
                let rows = tenants::every(&core).await;
                core.store.close().await;
                for TenantLine { slug, contract, people, name, .. } in told(rows, "")? {
                    println!("{slug:40}  {:9}  {people:>6}  {name}", contract.as_str());
                }
                Ok(())
            }
            Self::Suspend { slug, reason, place } => {
                change(place, slug, async |core, id| tenants::suspend(core, &Caller::Command, id, reason).await)
                    .await?;
                println!("{slug} is suspended: its people cannot sign in until it is restored.");
                Ok(())
            }
            Self::Restore { slug, place } => {
                change(place, slug, async |core, id| tenants::restore(core, &Caller::Command, id).await).await?;
                println!("The people of {slug} can sign in again.");
                Ok(())
            }
            Self::End { slug, confirm, place } => {
                change(place, slug, async |core, id| tenants::end(core, &Caller::Command, id, confirm).await).await?;
                let days = WAIT_SECS / (24 * 60 * 60);
                println!(
                    "{slug} is suspended, and everything but its audit log will be deleted in {days} days unless it is restored."
                );
                Ok(())
            }
        }
    }
}

impl Create {
    async fn run(&self) -> Result<()> {
        let parsed = NewTenant::parse(&self.name, &self.slug, &self.language, &self.owner_name, &self.owner_email);
        let (customer, owner) = told(parsed, "")?;
        let (core, config) = self.place.open().await?;
        let base = config.base()?;
        let made = tenants::create(&core, &Caller::Command, &customer, &owner).await;
        core.store.close().await;
        let slug = customer.slug.as_str();
        let made = match made {
            Err(CoreError::Refused(Refusal::NotFound)) => {
                bail!("the portal is not set up yet: open the link that it printed")
            }
            made => told(made, slug)?,
        };
        println!("Created the organisation {} with the short name {slug}.", customer.name.as_str());
        let days = made.lifetime_secs / (24 * 60 * 60);
        if config.mail.smtp.is_some() {
            println!("{} gets an invitation by mail. It works for {days} days.", owner.email.as_str());
        } else {
            let link = base.link(LinkKind::Invitation, &made.invitation);
            println!("No mail server is configured. Give the owner this link, which works for {days} days: {link}");
        }
        Ok(())
    }
}

/// Changes the organisation with this short name.
async fn change(
    place: &PortalFlags,
    slug: &str,
    change: impl AsyncFnOnce(&Core, portvakt_model::id::TenantId) -> Result<(), CoreError>,
) -> Result<()> {
    let (core, _) = place.open().await?;
    let done = match tenants::find_by_slug(&core, slug).await {
        Ok(id) => change(&core, id).await,
        Err(error) => Err(error),
    };
    core.store.close().await;
    told(done, slug)
}

/// The result, or the reason for the refusal in one line.
fn told<T>(done: Result<T, CoreError>, slug: &str) -> Result<T> {
    match done {
        Ok(done) => Ok(done),
        Err(CoreError::Refused(Refusal::NotFound)) => {
            bail!("no customer has the short name {slug}: `portvakt tenant list` shows them all")
        }
        Err(CoreError::Refused(Refusal::Conflict)) => {
            bail!("{slug} is in a state in which this is not possible: `portvakt tenant list` shows it")
        }
        Err(CoreError::Refused(Refusal::Fields(faults))) => {
            let faults: Vec<_> = faults.iter().map(in_words).collect();
            bail!("{}", faults.join("; "))
        }
        Err(CoreError::Failed(failure)) => Err(failure.into()),
        Err(other) => Err(other.into()),
    }
}

fn in_words(FieldFault { field, rule }: &FieldFault) -> String {
    let option = match field.as_str() {
        "name" => "the name".to_owned(),
        field => format!("--{}", field.replace('_', "-")),
    };
    match rule {
        FieldRule::Empty => format!("{option} is missing"),
        FieldRule::NotASlug => format!("{option} takes 2 to 40 of a-z, digits and single hyphens between them"),
        FieldRule::NotTheSame => format!("{option} is not the short name of that customer"),
        rule => format!("{option}: {rule}"),
    }
}
