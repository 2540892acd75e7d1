//! The page of a person's details: name, language, time zone and addresses.
use crate::profile::address::{Addresses, AskAddress, AskNotification, RemoveNotification, list_addresses};
use crate::shell::profile::ProfileShell;
use crate::ui::conflict::{Conflict, Stored, current};
use crate::ui::fault::PageFault;
use crate::ui::form::field::Field;
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::select::Select;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::address::Addresses as Listed;
use portvakt_model::language::Language;
use portvakt_model::profile::Profile;

struct Texts {
    details: &'static str,
    about: &'static str,
    name: &'static str,
    language: &'static str,
    time_zone: &'static str,
    save: &'static str,
    saved: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        details: "Uppgifter",
        about: "Så ser andra dig, och så visar portalen tider för dig.",
        name: "Namn",
        language: "Språk på sidor och i mejl",
        time_zone: "Tidszon",
        save: "Spara",
        saved: "Uppgifterna är sparade",
    },
    english: Texts {
        details: "Details",
        about: "How others see you, and how the portal shows you times.",
        name: "Name",
        language: "Language of pages and email",
        time_zone: "Time zone",
        save: "Save",
        saved: "Details saved",
    },
};

/// The query of the page after a save.
const SAVED: &str = "saved";

/// The details that the caller may change.
///
/// # Errors
/// As [`portvakt_core::profile::profile`].
#[server(prefix = "/rpc", endpoint = "load_profile")]
pub async fn load_profile() -> Result<Profile, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::profile::profile(&core, &person).await?)
}

/// Changes the caller's name, language and time zone. The frame of every page shows the name, so a full load follows.
/// It is in the account's language: the language that was chosen in this browser is forgotten.
///
/// # Errors
/// As [`portvakt_core::profile::change`].
#[server(prefix = "/rpc", endpoint = "change_profile")]
pub async fn change_profile(name: String, language: String, time_zone: String, version: i64) -> Result<(), ApiError> {
    use portvakt_core::profile::{Wish, change};
    use portvakt_model::local_path::LocalPath;
    use portvakt_model::page::Page;
    let (core, person) = crate::web::request::signed_in()?;
    change(&core, &person, version, &Wish::parse(&name, &language, &time_zone)?).await?;
    crate::web::cookies::forget_language();
    crate::web::api::redirect(&LocalPath::parse(&format!("{}?{SAVED}", Page::Profile.path())).unwrap_or_default());
    Ok(())
}

/// The page of a person's details.
#[derive(Clone, Copy)]
pub(crate) struct ProfilePage {
    profile: Loaded<Result<Profile, ApiError>>,
    addresses: Loaded<Result<Listed, ApiError>>,
    change: FormOf<ChangeProfile>,
    ask: FormOf<AskAddress>,
    ask_notification: FormOf<AskNotification>,
    remove_notification: FormOf<RemoveNotification>,
}

impl ProfilePage {
    pub(crate) fn new() -> Self {
        let (ask, ask_notification, remove_notification) = (FormOf::new(), FormOf::new(), FormOf::new());
        let changes = [ask_notification.changes(), remove_notification.changes()];
        Self {
            profile: load(|| (), |()| load_profile()),
            // Any refusal loads the addresses again: it may be about a password that the account did not have before.
            addresses: load(move || (ask.answers(), changes.map(|form| form.get())), |_| list_addresses()),
            change: FormOf::new(),
            ask,
            ask_notification,
            remove_notification,
        }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <ProfileShell>
                <Suspense>
                    {move || Suspend::new(async move {
                        match self.profile.await {
                            Ok(profile) => details(self.change, profile),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Suspense>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.addresses.await {
                            Ok(addresses) => view! {
                                <Addresses
                                    addresses
                                    ask=self.ask
                                    ask_notification=self.ask_notification
                                    remove_notification=self.remove_notification
                                />
                            }
                            .into_any(),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </ProfileShell>
        }
        .into_any()
    }
}

fn details(form: FormOf<ChangeProfile>, rendered: Profile) -> AnyView {
    let texts = TEXTS.here();
    let Profile { name, language, time_zone, time_zones, .. } = rendered.clone();
    let now = current(form, rendered, load_profile);
    let stored = move || {
        let Profile { name, language, time_zone, .. } = now.get();
        vec![
            Stored::new("name", texts.name, name, str::to_owned),
            Stored::new("language", texts.language, language.tag().to_owned(), own_name),
            Stored::new("time_zone", texts.time_zone, time_zone, place),
        ]
    };
    let languages = Language::ALL.map(|l| (l.tag().to_owned(), l.own_name().to_owned()));
    let zones = time_zones.into_iter().map(|zone| {
        let words = place(&zone);
        (zone, words)
    });
    let is_saved = use_location().search.get_untracked() == SAVED;
    let saved = move || is_saved && FormState::from(form).fault().is_none();
    view! {
        <Panel id="details" title=texts.details about=texts.about.into_any()>
            <div class="body measure">
                <Form of=form keep="name language time_zone">
                    {move || saved().then(|| view! { <Notice tone=Tone::Ok title=texts.saved alert=true/> })}
                    <Conflict of=form stored=Signal::derive(stored)/>
                    <input type="hidden" name="version" value=move || now.with(|now| now.version)/>
                    <Field of=form name="name" label=texts.name autocomplete="name" value=name/>
                    <Select of=form name="language" label=texts.language options=languages.into() chosen=language.tag()/>
                    <Select of=form name="time_zone" label=texts.time_zone options=zones.collect() chosen=time_zone/>
                    <div class="form-actions"><Submit of=form fill=false>{texts.save}</Submit></div>
                </Form>
            </div>
        </Panel>
    }
    .into_any()
}

/// A language's name in that language.
fn own_name(tag: &str) -> String {
    Language::of_tag(tag).map_or_else(|| tag.to_owned(), |language| language.own_name().to_owned())
}

/// A time zone with spaces instead of underscores.
fn place(zone: &str) -> String {
    zone.replace('_', " ")
}
