//! `portvakt tenant`: looks after organisations without a browser.
use super::place::Place;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use portvakt_core::Core;
use portvakt_core::caller::Caller;
use portvakt_core::error::CoreError;
use portvakt_core::tenant::NewTenant;
use portvakt_core::tenants::{self, Row, WAIT_SECS};
use portvakt_model::fault::{FieldFault, FieldRule, Refusal};
use portvakt_model::link::LinkKind;

/// Looks after organisations without a browser.
#[derive(Subcommand)]
pub enum Tenant {
    /// Makes a customer and invites its first owner.
    Create(Create),
    /// Lists the organisations: short name, state, people and name.
    List {
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
    /// Lets nobody sign in to a customer any more, and signs its people out.
    Suspend {
        /// The customer's short name.
        slug: String,
        /// Why; it stands in the log.
        #[arg(long)]
        reason: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
    /// Lets a customer's people sign in again, also if its contract was to end.
    Restore {
        /// The customer's short name.
        slug: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
    /// Ends a customer's contract: it is suspended now, and all but its audit log is deleted 30 days later.
    End {
        /// The customer's short name.
        slug: String,
        /// The short name once more: what ends cannot be read again.
        #[arg(long, value_name = "SHORT_NAME")]
        confirm: String,
        /// Where the portal is.
        #[command(flatten)]
        place: Place,
    },
}

/// Options of `tenant create`.
#[derive(Args)]
pub struct Create {
    /// The customer's name.
    name: String,
    /// Its first owner's name.
    #[arg(long)]
    owner_name: String,
    /// Its first owner's email address, to which the invitation goes.
    #[arg(long)]
    owner_email: String,
    /// Its short name; made of the name otherwise.
    #[arg(long, default_value = "")]
    slug: String,
    /// The language that it is written to in: sv or en.
    #[arg(long, default_value = "sv")]
    language: String,
    /// Where the portal is.
    #[command(flatten)]
    place: Place,
}

impl Tenant {
    /// Does it.
    ///
    /// # Errors
    /// If there is no portal or no such organisation, or it cannot be done, in one line.
    pub async fn run(&self) -> Result<()> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List { place } => {
                let (core, _) = place.open().await?;
                let rows = tenants::every(&core).await;
                core.store.close().await;
                for Row { slug, contract, people, name, .. } in told(rows, "")? {
                    println!("{slug:40}  {:9}  {people:>6}  {name}", contract.as_str());
                }
                Ok(())
            }
            Self::Suspend { slug, reason, place } => {
                change(place, slug, async |core, id| tenants::suspend(core, &Caller::Command, id, reason).await)
                    .await?;
                println!("{slug} is suspended: nobody signs in to it until it is restored.");
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
                    "{slug} is suspended, and all but its audit log is deleted in {days} days unless it is restored."
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
        println!("Made {} as {slug}.", customer.name.as_str());
        let days = made.lifetime_secs / (24 * 60 * 60);
        if config.mail.smtp.is_some() {
            println!("{} gets an invitation by mail, good for {days} days.", owner.email.as_str());
        } else {
            let link = base.link(LinkKind::Invitation, &made.invitation);
            println!("No mail server is configured. Give the owner this link, good for {days} days: {link}");
        }
        Ok(())
    }
}

/// Changes the organisation of a short name.
async fn change(
    place: &Place,
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

/// What came of it, or why nothing did.
fn told<T>(done: Result<T, CoreError>, slug: &str) -> Result<T> {
    match done {
        Ok(done) => Ok(done),
        Err(CoreError::Refused(Refusal::NotFound)) => {
            bail!("{slug} is no customer here: see `portvakt tenant list` for their short names")
        }
        Err(CoreError::Refused(Refusal::Conflict)) => {
            bail!("{slug} stands otherwise than that needs: see `portvakt tenant list`")
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
