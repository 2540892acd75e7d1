//! The page of an organisation's settings: name, colour, language, domains, security contact, logo.
use crate::administration::rooms::administration;
use crate::shell::work::WorkShell;
use crate::ui::conflict::{Conflict, Stored, current};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::fault::PageFault;
use crate::ui::form::field::{Field, FieldFault, described_by};
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::form::{ForField, Form, FormFault, Submit};
use crate::ui::notice::Notice;
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::select::Select;
use crate::ui::text_area::TextArea;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::language::Language;
use portvakt_model::organisation::Organisation;

/// The address that a logo is posted to.
pub const LOGO_FORM: &str = "/upload/logo";
/// The query of the page after a save.
const SAVED: &str = "saved";

struct Texts {
    title: &'static str,
    details: &'static str,
    about: &'static str,
    name: &'static str,
    accent: &'static str,
    accent_hint: &'static str,
    language: &'static str,
    language_hint: &'static str,
    domains: &'static str,
    domains_hint: &'static str,
    security_contact: &'static str,
    security_contact_hint: &'static str,
    save: &'static str,
    saved: &'static str,
    logo: &'static str,
    logo_about: &'static str,
    logo_now: &'static str,
    no_logo: &'static str,
    file: &'static str,
    file_hint: &'static str,
    upload: &'static str,
    uploaded: &'static str,
    remove: &'static str,
    sign_in: &'static str,
    sign_in_about: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Organisation",
        details: "Namn och utseende",
        about: "Namnet och färgen syns på era sidor, på er inloggningssida och i mejl.",
        name: "Namn",
        accent: "Färg",
        accent_hint: "Portvakt gör den så mörk eller ljus att text går att läsa.",
        language: "Språk",
        language_hint: "För mejl till dem som inte har valt språk själva.",
        domains: "Domäner för e-post",
        domains_hint: "En per rad, till exempel firma.se. En domän kan bara höra till en organisation.",
        security_contact: "Säkerhetskontakt",
        security_contact_hint: "Adressen för säkerhetsfrågor som rör er. Kan lämnas tom.",
        save: "Spara",
        saved: "Sparat",
        logo: "Logotyp",
        logo_about: "Visas i stället för Portvakts märke, på era sidor och på er inloggningssida.",
        logo_now: "Nuvarande logotyp",
        no_logo: "Ni har ingen logotyp än.",
        file: "Bild",
        file_hint: "PNG, högst 256 kB och 1 024 gånger 1 024 pixlar. Genomskinlig bakgrund blir bäst.",
        upload: "Ladda upp",
        uploaded: "Logotypen är ändrad",
        remove: "Ta bort logotypen",
        sign_in: "Er inloggningssida",
        sign_in_about: "Den har ert namn, er färg och er logotyp, och vem som helst kan öppna den:",
    },
    english: Texts {
        title: "Organisation",
        details: "Name and look",
        about: "The name and the colour are shown on your pages, on your sign-in page and in email.",
        name: "Name",
        accent: "Colour",
        accent_hint: "Portvakt makes it dark or light enough for text to be readable.",
        language: "Language",
        language_hint: "For email to those who haven’t chosen a language themselves.",
        domains: "Email domains",
        domains_hint: "One per line, such as company.com. A domain can belong to only one organisation.",
        security_contact: "Security contact",
        security_contact_hint: "The address for security questions that concern you. Can be left empty.",
        save: "Save",
        saved: "Saved",
        logo: "Logo",
        logo_about: "Shown instead of Portvakt’s mark, on your pages and on your sign-in page.",
        logo_now: "Current logo",
        no_logo: "You have no logo yet.",
        file: "Image",
        file_hint: "PNG, at most 256 kB and 1,024 by 1,024 pixels. A transparent background works best.",
        upload: "Upload",
        uploaded: "Logo changed",
        remove: "Remove logo",
        sign_in: "Your sign-in page",
        sign_in_about: "It has your name, your colour and your logo, and anyone can open it:",
    },
};

/// The settings of the caller's current organisation.
///
/// # Errors
/// As [`portvakt_core::organisation::load`].
#[server(prefix = "/rpc", endpoint = "load_organisation")]
pub async fn load_organisation() -> Result<Organisation, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::organisation::load(&core, &person).await?)
}

/// Saves an organisation's settings. A full load follows, because every page shows the name and the colour.
///
/// # Errors
/// As [`portvakt_core::organisation::change`].
#[server(prefix = "/rpc", endpoint = "change_organisation")]
pub async fn change_organisation(
    name: String,
    accent: String,
    language: String,
    domains: String,
    security_contact: String,
    version: i64,
) -> Result<(), ApiError> {
    use portvakt_core::organisation::{OrganisationForm, change};
    let (core, person) = crate::web::request::signed_in()?;
    let form = OrganisationForm {
        name: &name,
        accent: &accent,
        language: &language,
        domains: &domains,
        security_contact: &security_contact,
        version,
    };
    change(&core, &person, form).await?;
    saved();
    Ok(())
}

/// Removes the logo.
///
/// # Errors
/// As [`portvakt_core::organisation::remove_logo`].
#[server(prefix = "/rpc", endpoint = "remove_logo")]
pub async fn remove_logo() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::organisation::remove_logo(&core, &person).await?;
    saved();
    Ok(())
}

#[cfg(feature = "ssr")]
fn saved() {
    use portvakt_model::local_path::LocalPath;
    use portvakt_model::page::Page;
    crate::web::api::redirect(&LocalPath::parse(&format!("{}?{SAVED}", Page::Organisation.path())).unwrap_or_default());
}

/// Shows an organisation's settings to its administrators, who change them.
#[derive(Clone, Copy)]
pub(crate) struct OrganisationPage {
    organisation: Loaded<Result<Organisation, ApiError>>,
    change: FormOf<ChangeOrganisation>,
    remove: FormOf<RemoveLogo>,
    upload: FormState,
}

impl OrganisationPage {
    pub(crate) fn new() -> Self {
        Self {
            organisation: load(|| (), |()| load_organisation()),
            change: FormOf::new(),
            remove: FormOf::new(),
            upload: FormState::of_plain(LOGO_FORM),
        }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <WorkShell area=administration()>
                <PageHead title=TEXTS.here().title/>
                <Suspense>
                    {move || Suspend::new(async move {
                        match self.organisation.await {
                            Ok(organisation) => self.shown(organisation),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Suspense>
            </WorkShell>
        }
        .into_any()
    }
}

impl OrganisationPage {
    fn shown(self, organisation: Organisation) -> AnyView {
        let texts = TEXTS.here();
        let (logo, sign_in) = (organisation.logo.clone(), organisation.sign_in.clone());
        let shown = sign_in.clone();
        view! {
            <div class="stack" data-gap="5">
                {details(self.change, organisation)}
                <Panel id="logo-panel" title=texts.logo about=texts.logo_about.into_any()>
                    <div class="body measure stack">{self.logo(logo)}</div>
                </Panel>
                <Panel id="sign-in-page" title=texts.sign_in about=texts.sign_in_about.into_any()>
                    <div class="body"><a class="wrap-any" href=sign_in rel="external">{shown}</a></div>
                </Panel>
            </div>
        }
        .into_any()
    }

    fn logo(self, logo: Option<String>) -> AnyView {
        let texts = TEXTS.here();
        let Self { upload, remove, .. } = self;
        let broken = move || !upload.of_field("logo").is_empty();
        let has = logo.is_some();
        view! {
            {match logo {
                Some(logo) => view! { <img class="tenant-logo" data-size="shown" src=logo alt=texts.logo_now/> }.into_any(),
                None => view! { <p class="soft">{texts.no_logo}</p> }.into_any(),
            }}
            // A plain post: the server's layer for all other forms takes no files.
            <form class="stack" method="post" action=LOGO_FORM enctype="multipart/form-data">
                <ForField/>
                <FormFault of=upload/>
                {upload.is_done().then(|| view! { <Notice tone=Tone::Ok title=texts.uploaded alert=true/> })}
                <div class="field">
                    <label for="logo">{texts.file}</label>
                    <p class="hint" id="logo-hint">{texts.file_hint}</p>
                    <input
                        class="input"
                        id="logo"
                        name="logo"
                        type="file"
                        accept="image/png"
                        required
                        aria-describedby=move || described_by("logo", true, broken())
                        aria-invalid=move || broken().then_some("true")
                    />
                    <FieldFault name="logo" of=upload/>
                </div>
                <div class="form-actions"><button class="button">{texts.upload}</button></div>
            </form>
            {has.then(|| view! {
                <Form of=remove>
                    <div class="form-actions"><button class="button" data-kind="danger-quiet">{texts.remove}</button></div>
                </Form>
            })}
        }
        .into_any()
    }
}

fn details(form: FormOf<ChangeOrganisation>, rendered: Organisation) -> AnyView {
    let texts = TEXTS.here();
    let Organisation { name, accent, language, domains, security_contact, .. } = rendered.clone();
    let now = current(form, rendered, load_organisation);
    let stored = move || {
        let Organisation { name, accent, language, domains, security_contact, .. } = now.get();
        vec![
            Stored::new("name", texts.name, name, str::to_owned),
            Stored::new("accent", texts.accent, accent, str::to_owned),
            Stored::new("language", texts.language, language.tag().to_owned(), own_name),
            Stored::new("domains", texts.domains, domains.join("\n"), |text| {
                text.lines().collect::<Vec<_>>().join(", ")
            }),
            Stored::new("security_contact", texts.security_contact, security_contact, str::to_owned),
        ]
    };
    let labels = vec![
        ("name", texts.name),
        ("accent", texts.accent),
        ("domains", texts.domains),
        ("security_contact", texts.security_contact),
    ];
    let languages = Language::ALL.map(|l| (l.tag().to_owned(), l.own_name().to_owned()));
    let is_saved = use_location().search.get_untracked() == SAVED;
    let saved = move || is_saved && FormState::from(form).fault().is_none();
    view! {
        <Panel id="details" title=texts.details about=texts.about.into_any()>
            <div class="body measure">
                <Form of=form keep="name accent language domains security_contact">
                    {move || saved().then(|| view! { <Notice tone=Tone::Ok title=texts.saved alert=true/> })}
                    <ErrorSummary of=form labels/>
                    <Conflict of=form stored=Signal::derive(stored)/>
                    <input type="hidden" name="version" value=move || now.with(|now| now.version)/>
                    <Field of=form name="name" label=texts.name autocomplete="organization" value=name/>
                    <Field of=form name="accent" label=texts.accent hint=texts.accent_hint kind="color" autocomplete="off" value=accent/>
                    <Select of=form name="language" label=texts.language hint=texts.language_hint options=languages.into() chosen=language.tag()/>
                    <TextArea of=form name="domains" label=texts.domains hint=texts.domains_hint rows=4 value=domains.join("\n")/>
                    <Field
                        of=form
                        name="security_contact"
                        label=texts.security_contact
                        hint=texts.security_contact_hint
                        kind="email"
                        autocomplete="off"
                        optional=true
                        value=security_contact
                    />
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
