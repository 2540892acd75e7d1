//! The page that makes a customer.
use crate::operator::rooms::operator;
use crate::shell::work::WorkShell;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::fault::PageFault;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::select::Select;
use crate::web::api::ApiError;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::duration::in_words;
use portvakt_model::fault::{Fault, Refusal};
use portvakt_model::frame::Frame;
use portvakt_model::language::Language;
use portvakt_model::page::Page;
use portvakt_model::policy::Policy;

struct Texts {
    above: &'static str,
    title: &'static str,
    customer: &'static str,
    about: fn(&str) -> String,
    name: &'static str,
    slug: &'static str,
    slug_hint: &'static str,
    language: &'static str,
    owner_name: &'static str,
    owner_email: &'static str,
    make: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        above: "Organisationer",
        title: "Ny kund",
        customer: "Kunden och dess första ägare",
        about: |time| format!("Ägaren får ett mejl med en länk som gäller i {time}, och bjuder sedan in de andra."),
        name: "Organisationens namn",
        slug: "Kortnamn",
        slug_hint: "Kan lämnas tomt: då skapas det av namnet. Det går inte att ändra senare.",
        language: "Språk",
        owner_name: "Ägarens namn",
        owner_email: "Ägarens e-post",
        make: "Skapa kunden",
    },
    english: Texts {
        above: "Organisations",
        title: "New customer",
        customer: "The customer and its first owner",
        about: |time| {
            format!("The owner gets an email with a link that is valid for {time}, and then invites the others.")
        },
        name: "Organisation’s name",
        slug: "Short name",
        slug_hint: "Can be left empty: it is then made from the name. It can’t be changed later.",
        language: "Language",
        owner_name: "Owner’s name",
        owner_email: "Owner’s email",
        make: "Create customer",
    },
};

/// Makes a customer, and leads to its page.
///
/// # Errors
/// As [`portvakt_core::tenants::create`].
#[server(prefix = "/rpc", endpoint = "create_tenant")]
pub async fn create_tenant(
    name: String,
    slug: String,
    language: String,
    owner_name: String,
    owner_email: String,
) -> Result<(), ApiError> {
    use portvakt_core::caller::Caller;
    use portvakt_core::tenant::NewTenant;
    use portvakt_core::tenants::create;
    use portvakt_model::local_path::LocalPath;
    let (core, person) = crate::web::request::signed_in()?;
    let (customer, owner) = NewTenant::parse(&name, &slug, &language, &owner_name, &owner_email)?;
    let made = create(&core, &Caller::from(person), &customer, &owner).await?;
    crate::web::api::redirect(&LocalPath::parse(&Page::Tenant.of(made.tenant)).unwrap_or_default());
    Ok(())
}

/// Asks for the customer and its first owner.
#[derive(Clone, Copy)]
pub(crate) struct NewTenantPage {
    form: FormOf<CreateTenant>,
}

impl NewTenantPage {
    pub(crate) fn new() -> Self {
        Self { form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let frame = expect_context::<Frame>();
        let texts = TEXTS.here();
        let page = if frame.administers_operator() {
            let time = in_words(Policy::FLOOR.links.invitation_secs, frame.language);
            view! {
                <PageHead title=texts.title above=vec![(Page::Tenants.path(), texts.above.into())]/>
                <Panel id="customer" title=texts.customer about=(texts.about)(&time).into_any()>
                    <div class="body measure">{asked(self.form, frame.language)}</div>
                </Panel>
            }
            .into_any()
        } else {
            view! { <PageFault fault=Fault::Refused(Refusal::NotFound)/> }.into_any()
        };
        view! { <WorkShell area=operator()>{page}</WorkShell> }.into_any()
    }
}

fn asked(form: FormOf<CreateTenant>, here: Language) -> AnyView {
    let texts = TEXTS.here();
    let languages = Language::ALL.map(|l| (l.tag().to_owned(), l.own_name().to_owned()));
    let labels = vec![
        ("name", texts.name),
        ("slug", texts.slug),
        ("owner_name", texts.owner_name),
        ("owner_email", texts.owner_email),
    ];
    view! {
        <Form of=form keep="name slug language owner_name owner_email">
            <ErrorSummary of=form labels/>
            <Field of=form name="name" label=texts.name autocomplete="off"/>
            <Field of=form name="slug" label=texts.slug hint=texts.slug_hint autocomplete="off" optional=true/>
            <Select of=form name="language" label=texts.language options=languages.into() chosen=here.tag()/>
            <Field of=form name="owner_name" label=texts.owner_name autocomplete="off"/>
            <Field of=form name="owner_email" label=texts.owner_email kind="email" autocomplete="off"/>
            <div class="form-actions"><Submit of=form fill=false>{texts.make}</Submit></div>
        </Form>
    }
    .into_any()
}
