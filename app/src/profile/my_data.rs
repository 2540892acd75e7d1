//! The page of a person's data: to download, and to erase.
use crate::shell::profile::ProfileShell;
use crate::ui::fault::PageFault;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::mark::organisation;
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::password_field::PasswordField;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::erasure::{ErasureStanding, Own, WAIT_DAYS};

struct Texts {
    download: &'static str,
    about_download: &'static str,
    what_it_holds: &'static str,
    fetch: &'static str,
    erase: &'static str,
    after: fn(i64) -> String,
    what_stays: &'static str,
    password: &'static str,
    ask: &'static str,
    sole_owner: fn(&str) -> String,
    hand_over: &'static str,
    erased_on: fn(&str) -> String,
    you_asked: &'static str,
    organisation_asked: fn(&str) -> String,
    stop: &'static str,
    stopped: &'static str,
    nothing_removed: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        download: "Ladda ner dina uppgifter",
        about_download: "Allt som portalen har om dig, i en fil.",
        what_it_holds: "Filen är i JSON och innehåller ditt konto, dina organisationer och roller, var du är \
                        inloggad, inbjudningar och mejl till dig, och det som loggen har om dig. Du kan ladda ner den \
                        fem gånger i timmen.",
        fetch: "Ladda ner filen",
        erase: "Radera kontot",
        after: |days| {
            format!("Kontot raderas om {days} dagar. Till dess fungerar det som vanligt, och du kan ångra dig.")
        },
        what_stays: "Då raderas allt som portalen har om dig, även hos organisationer där du är gäst. Loggen visar \
                     fortfarande att något har hänt, men ingen kan längre läsa vem det gällde. Det som finns i själva \
                     produkterna påverkas inte.",
        password: "Ditt lösenord",
        ask: "Radera mitt konto",
        sole_owner: |organisation| format!("Du är ensam ägare av {organisation}"),
        hand_over: "Gör först någon annan till ägare. Därefter kan du radera kontot här.",
        erased_on: |day| format!("Ditt konto raderas {day}"),
        you_asked: "Du har bett om det. Till dess fungerar kontot som vanligt.",
        organisation_asked: |organisation| {
            format!("En administratör hos {organisation} har bett om det. Till dess fungerar kontot som vanligt.")
        },
        stop: "Stoppa raderingen",
        stopped: "Raderingen är stoppad",
        nothing_removed: "Inget har raderats.",
    },
    english: Texts {
        download: "Download your data",
        about_download: "Everything the portal has about you, in one file.",
        what_it_holds: "The file is in JSON and contains your account, your organisations and roles, where you are \
                        signed in, invitations and email to you, and what the log has about you. You can download it \
                        five times an hour.",
        fetch: "Download file",
        erase: "Delete your account",
        after: |days| {
            format!(
                "The account is deleted in {days} days. Until then it works as usual, and you can change your mind."
            )
        },
        what_stays: "Everything the portal has about you is then deleted, including at organisations where you are a \
                     guest. The log still shows that something happened, but no one can read who it was about. What \
                     is in the products themselves is not affected.",
        password: "Your password",
        ask: "Delete my account",
        sole_owner: |organisation| format!("You are the only owner of {organisation}"),
        hand_over: "Make someone else its owner first. Then you can delete your account here.",
        erased_on: |day| format!("Your account will be deleted on {day}"),
        you_asked: "You asked for it. Until then the account works as usual.",
        organisation_asked: |organisation| {
            format!("An administrator at {organisation} asked for it. Until then the account works as usual.")
        },
        stop: "Stop the deletion",
        stopped: "Deletion stopped",
        nothing_removed: "Nothing was deleted.",
    },
};

/// The state of the erasure of the caller's account.
///
/// # Errors
/// As [`portvakt_core::erasure::own`].
#[server(prefix = "/rpc", endpoint = "my_erasure")]
pub async fn my_erasure() -> Result<Own, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::erasure::own(&core, &person).await?)
}

/// Asks for the erasure of the caller's account.
///
/// # Errors
/// As [`portvakt_core::erasure::ask_own`].
#[server(prefix = "/rpc", endpoint = "erase_me")]
pub async fn erase_me(#[server(default)] password: String) -> Result<(), ApiError> {
    use crate::web::request::{RequestContext, signed_in};
    let (core, person) = signed_in()?;
    let devices = RequestContext::current().browser.devices;
    portvakt_core::erasure::ask_own(&core, &person, &devices, &password).await?;
    Ok(())
}

/// Stops the erasure of the caller's account.
///
/// # Errors
/// As [`portvakt_core::erasure::stop_own`].
#[server(prefix = "/rpc", endpoint = "keep_me")]
pub async fn keep_me() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::erasure::stop_own(&core, &person).await?;
    Ok(())
}

/// Offers the person a download of their data, and the erasure of their account.
#[derive(Clone, Copy)]
pub(crate) struct MyDataPage {
    own: Loaded<Result<Own, ApiError>>,
    erase: FormOf<EraseMe>,
    keep: FormOf<KeepMe>,
}

impl MyDataPage {
    pub(crate) fn new() -> Self {
        let (erase, keep) = (FormOf::new(), FormOf::new());
        let kept = keep.changes();
        // Any refusal loads the state again: it may be about a password that the account did not have before, or about
        // the other owner, who is gone.
        Self { own: load(move || (erase.answers(), kept.get()), |_| my_erasure()), erase, keep }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        view! {
            <ProfileShell>
                <Panel id="download" title=texts.download about=texts.about_download.into_any()>
                    <div class="body stack measure">
                        <p>{texts.what_it_holds}</p>
                        <div class="form-actions">
                            <a class="button" href="/profile/data.json" rel="external">
                                <Icon name="download"/>{texts.fetch}
                            </a>
                        </div>
                    </div>
                </Panel>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.own.await {
                            Ok(own) => self.erasure(own),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </ProfileShell>
        }
        .into_any()
    }
}

impl MyDataPage {
    fn erasure(self, Own { standing, sole_owner_of, has_password }: Own) -> AnyView {
        let texts = TEXTS.here();
        let inside = match (standing, sole_owner_of) {
            (Some(standing), _) => self.standing(&standing),
            (None, Some(organisation)) => view! {
                <Notice tone=Tone::Info title=(texts.sole_owner)(&organisation)><p>{texts.hand_over}</p></Notice>
            }
            .into_any(),
            (None, None) => self.ask(has_password),
        };
        view! {
            <Panel id="erase" title=texts.erase>
                <div class="body stack measure">
                    {move || self.keep.is_done().then(|| view! {
                        <Notice tone=Tone::Ok title=texts.stopped alert=true><p>{texts.nothing_removed}</p></Notice>
                    })}
                    {inside}
                </div>
            </Panel>
        }
        .into_any()
    }

    fn ask(self, has_password: bool) -> AnyView {
        let texts = TEXTS.here();
        let of = self.erase;
        view! {
            <p>{(texts.after)(WAIT_DAYS)}</p>
            <p>{texts.what_stays}</p>
            <Form of>
                {has_password.then(|| view! {
                    <PasswordField of name="password" label=texts.password autocomplete="current-password"/>
                })}
                <div class="form-actions">
                    <Submit of fill=false kind=Some("danger")>{texts.ask}</Submit>
                </div>
            </Form>
        }
        .into_any()
    }

    fn standing(self, standing: &ErasureStanding) -> AnyView {
        let texts = TEXTS.here();
        let of = self.keep;
        let who = if standing.by_organisation {
            (texts.organisation_asked)(&organisation())
        } else {
            texts.you_asked.to_owned()
        };
        view! {
            <Notice tone=Tone::Warn title=(texts.erased_on)(&(TIME.here().day)(&standing.due_at))><p>{who}</p></Notice>
            <Form of><div class="form-actions"><Submit of fill=false>{texts.stop}</Submit></div></Form>
        }
        .into_any()
    }
}
