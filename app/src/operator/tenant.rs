//! The page of one organisation, where the operator manages it.
mod words;

use crate::operator::rooms::{ContractStatus, operator};
use crate::shell::work::WorkShell;
use crate::ui::fault::PageFault;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::number::number;
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::select::Select;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use portvakt_model::id::TenantId;
use portvakt_model::language::Language;
use portvakt_model::page::Page;
use portvakt_model::tenant::{Contract, TenantDetail};
use portvakt_model::time::LocalTime;
use words::TEXTS;

/// The data of one organisation.
///
/// # Errors
/// As [`portvakt_core::tenants::show`].
#[server(prefix = "/rpc", endpoint = "show_tenant")]
pub async fn show_tenant(id: String) -> Result<TenantDetail, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::tenants::show(&core, &person, tenant_id(&id)?).await?)
}

/// Suspends a customer.
///
/// # Errors
/// As [`portvakt_core::tenants::suspend`].
#[server(prefix = "/rpc", endpoint = "suspend_tenant")]
pub async fn suspend_tenant(id: String, reason: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::tenants::suspend(&core, &person.into(), tenant_id(&id)?, &reason).await?;
    Ok(())
}

/// Undoes a customer's suspension, or the end of its contract.
///
/// # Errors
/// As [`portvakt_core::tenants::restore`].
#[server(prefix = "/rpc", endpoint = "restore_tenant")]
pub async fn restore_tenant(id: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::tenants::restore(&core, &person.into(), tenant_id(&id)?).await?;
    Ok(())
}

/// Ends a customer's contract.
///
/// # Errors
/// As [`portvakt_core::tenants::end`].
#[server(prefix = "/rpc", endpoint = "end_tenant")]
pub async fn end_tenant(id: String, confirm: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::tenants::end(&core, &person.into(), tenant_id(&id)?, &confirm).await?;
    Ok(())
}

/// Invites a customer's first owner: the same person again, or another person in their place.
///
/// # Errors
/// As [`portvakt_core::tenants::invite_owner`].
#[server(prefix = "/rpc", endpoint = "invite_owner")]
pub async fn invite_owner(
    id: String,
    owner_name: String,
    owner_email: String,
    language: String,
) -> Result<(), ApiError> {
    use portvakt_core::tenant::parse_owner;
    use portvakt_core::tenants::invite_owner;
    let (core, person) = crate::web::request::signed_in()?;
    let owner = parse_owner(&language, &owner_name, &owner_email)?;
    invite_owner(&core, &person.into(), tenant_id(&id)?, &owner).await?;
    Ok(())
}

#[cfg(feature = "ssr")]
fn tenant_id(id: &str) -> Result<TenantId, portvakt_model::fault::Refusal> {
    TenantId::parse(id).ok_or(portvakt_model::fault::Refusal::NotFound)
}

/// Shows an organisation and the forms that change it.
#[derive(Clone, Copy)]
pub(crate) struct TenantPage {
    found: Loaded<Result<TenantDetail, ApiError>>,
    suspend: FormOf<SuspendTenant>,
    restore: FormOf<RestoreTenant>,
    end: FormOf<EndTenant>,
    invite: FormOf<InviteOwner>,
}

impl TenantPage {
    pub(crate) fn new() -> Self {
        let (suspend, restore, end, invite) = (FormOf::new(), FormOf::new(), FormOf::new(), FormOf::new());
        let params = use_params_map();
        let id = move || params.with(|params| params.get("id").unwrap_or_default());
        let changes = [suspend.changes(), restore.changes(), end.changes(), invite.changes()];
        let found = load(move || (id(), changes.map(|form| form.get())), |(id, _)| show_tenant(id));
        Self { found, suspend, restore, end, invite }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <WorkShell area=operator()>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.found.await {
                            Ok(detail) => self.shown(detail),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </WorkShell>
        }
        .into_any()
    }
}

impl TenantPage {
    fn shown(self, detail: TenantDetail) -> AnyView {
        let texts = TEXTS.here();
        let row = &detail.row;
        let (customer, contract) = (!row.is_operator, row.contract);
        let (has_owner, language) = (!detail.owners.is_empty(), detail.language);
        let Self { suspend, restore, end, invite, .. } = self;
        let may_restore = matches!(contract, Contract::Suspended | Contract::Ending);
        let (id, slug) = (row.id, row.slug.clone());
        let about = view! { <ContractStatus contract=contract/><span class="wrap-any">{slug.clone()}</span> };
        view! {
            <PageHead
                title=row.name.clone()
                above=vec![(Page::Tenants.path(), texts.above.into())]
                about=about.into_any()
            />
            <div class="stack" data-gap="5">
                {notice(&detail)}
                {facts(detail)}
                {(customer && !has_owner && contract == Contract::Active).then(|| view! {
                    <Panel id="owner" title=texts.owner about=texts.owner_about.into_any()>
                        <div class="body measure">{owner_form(invite, id, language)}</div>
                    </Panel>
                })}
                {may_restore.then(|| view! {
                    <Panel id="restore" title=texts.restore about=texts.restore_about.into_any()>
                        <div class="body measure">
                            <Form of=restore>
                                <Whose id/>
                                <div class="form-actions"><Submit of=restore fill=false>{texts.restore}</Submit></div>
                            </Form>
                        </div>
                    </Panel>
                })}
                {(customer && contract == Contract::Active).then(|| view! {
                    <Panel id="suspend" title=texts.suspend about=texts.suspend_about.into_any()>
                        <div class="body measure">
                            <Form of=suspend keep="reason">
                                <Whose id/>
                                <Field of=suspend name="reason" label=texts.reason hint=texts.reason_hint autocomplete="off"/>
                                <div class="form-actions">
                                    <button class="button" data-kind="danger-quiet">{texts.suspend}</button>
                                </div>
                            </Form>
                        </div>
                    </Panel>
                })}
                {(customer && matches!(contract, Contract::Active | Contract::Suspended)).then(|| view! {
                    <Panel id="end" title=texts.end about=texts.end_about.into_any()>
                        <div class="body measure">
                            <Form of=end>
                                <Whose id/>
                                <p>{(texts.confirm_hint)(&slug)}</p>
                                <Field of=end name="confirm" label=texts.confirm autocomplete="off"/>
                                <div class="form-actions">
                                    <button class="button" data-kind="danger">{texts.end}</button>
                                </div>
                            </Form>
                        </div>
                    </Panel>
                })}
            </div>
        }
        .into_any()
    }
}

fn owner_form(invite: FormOf<InviteOwner>, id: TenantId, language: Language) -> AnyView {
    let texts = TEXTS.here();
    let languages = Language::ALL.map(|l| (l.tag().to_owned(), l.own_name().to_owned()));
    invite.clear_when_done(&["owner_name", "owner_email"]);
    view! {
        <Form of=invite keep="owner_name owner_email language">
            <Whose id/>
            {move || invite.is_done().then(|| view! {
                <Notice tone=Tone::Ok title=texts.sent alert=true><p>{texts.on_its_way}</p></Notice>
            })}
            <Field of=invite name="owner_name" label=texts.owner_name autocomplete="off"/>
            <Field of=invite name="owner_email" label=texts.owner_email kind="email" autocomplete="off"/>
            <Select of=invite name="language" label=texts.language options=languages.into() chosen=language.tag()/>
            <div class="form-actions"><Submit of=invite fill=false>{texts.send}</Submit></div>
        </Form>
    }
    .into_any()
}

/// The hidden field with the id of a form's organisation.
#[component]
fn Whose(id: TenantId) -> impl IntoView {
    view! { <input type="hidden" name="id" value=id.to_string()/> }
}

/// The notice of an organisation whose contract is suspended, ending or ended.
fn notice(detail: &TenantDetail) -> Option<AnyView> {
    let texts = TEXTS.here();
    let moment = TIME.here().moment;
    if let Some(at) = &detail.ended_at {
        let text = (texts.ended)(&moment(at));
        return Some(view! { <Notice tone=Tone::Danger title=texts.is_ended><p>{text}</p></Notice> }.into_any());
    }
    if let Some(at) = &detail.ends_at {
        let text = (texts.ends)(&moment(at));
        return Some(view! { <Notice tone=Tone::Danger title=texts.is_ending><p>{text}</p></Notice> }.into_any());
    }
    let (at, reason) = detail.suspended.as_ref()?;
    let text = (texts.suspended)(&moment(at), reason);
    Some(view! { <Notice tone=Tone::Warn title=texts.is_suspended><p class="wrap-any">{text}</p></Notice> }.into_any())
}

fn facts(detail: TenantDetail) -> AnyView {
    let texts = TEXTS.here();
    let TenantDetail { row, language, created_at, owners, invited, .. } = detail;
    let time = |at: LocalTime| view! { <time datetime=at.iso.clone()>{(TIME.here().alone)(&at)}</time> };
    let owners = if owners.is_empty() { texts.no_owner.to_owned() } else { owners.join(", ") };
    let fact = |name: &'static str, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <Panel id="facts" title=texts.facts>
            <div class="body">
                <dl class="facts">
                    {fact(texts.owners, owners.into_any())}
                    {invited.map(|(email, until)| fact(
                        texts.invited,
                        view! { {email}", "{texts.until}" "{time(until)} }.into_any(),
                    ))}
                    {fact(texts.people, number(row.people).into_any())}
                    {fact(texts.language, language.own_name().into_any())}
                    {fact(texts.created, time(created_at).into_any())}
                    {row.last_activity.map(|at| fact(texts.last_activity, time(at).into_any()))}
                </dl>
            </div>
        </Panel>
    }
    .into_any()
}
