//! The page of one person, for the organisation's administrators.
mod erasure;
mod note;
mod words;

use crate::administration::rooms::administration;
use crate::administration::users::ActOnUsers;
use crate::administration::users::words::{StateOf, Told, WORDS};
use crate::shell::work::WorkShell;
use crate::ui::badge::Tag;
use crate::ui::fault::PageFault;
use crate::ui::form::Form;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::select::Select;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::role::ROLE;
use erasure::{EraseUser, KeepUser, erasure};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use note::{NoteForm, note};
use portvakt_model::page::Page;
use portvakt_model::profile::initials;
use portvakt_model::time::LocalTime;
use portvakt_model::user::{Act, User, UserState};
use words::TEXTS;

/// One person of the caller's current organisation.
///
/// # Errors
/// As [`portvakt_core::user::user`].
#[server(prefix = "/rpc", endpoint = "load_user")]
pub async fn load_user(id: String) -> Result<User, ApiError> {
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::AccountId;
    let (core, person) = crate::web::request::signed_in()?;
    let id = AccountId::parse(&id).ok_or(Refusal::NotFound)?;
    Ok(portvakt_core::user::user(&core, &person, id).await?)
}

/// Changes a person's role in the caller's current organisation.
///
/// # Errors
/// As [`portvakt_core::user::change_role`].
#[server(prefix = "/rpc", endpoint = "change_role")]
pub async fn change_role(id: String, role: String) -> Result<(), ApiError> {
    use portvakt_model::fault::{FieldRule, Refusal};
    use portvakt_model::id::AccountId;
    use portvakt_model::role::Role;
    let (core, person) = crate::web::request::signed_in()?;
    let id = AccountId::parse(&id).ok_or(Refusal::NotFound)?;
    let role = Role::parse(&role).ok_or_else(|| Refusal::Fields(vec![FieldRule::Empty.of("role")]))?;
    portvakt_core::user::change_role(&core, &person, id, role).await?;
    Ok(())
}

/// Shows one person, and the forms for acts on them.
#[derive(Clone, Copy)]
pub(crate) struct UserPage {
    user: Loaded<Result<User, ApiError>>,
    role: FormOf<ChangeRole>,
    act: FormOf<ActOnUsers>,
    erase: FormOf<EraseUser>,
    keep: FormOf<KeepUser>,
    note: NoteForm,
}

impl UserPage {
    pub(crate) fn new() -> Self {
        let (role, act) = (FormOf::<ChangeRole>::new(), FormOf::<ActOnUsers>::new());
        let (erase, keep, note) = (FormOf::new(), FormOf::new(), NoteForm::new());
        let params = use_params_map();
        let id = move || params.with(|params| params.get("id").unwrap_or_default());
        let changes = [act.changes(), role.changes(), erase.changes(), keep.changes(), note.changes()];
        let user = load(move || (id(), changes.map(|form| form.get())), |(id, _)| load_user(id));
        Self { user, role, act, erase, keep, note }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <WorkShell area=administration()>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.user.await {
                            Ok(user) => self.shown(user),
                            Err(ApiError(fault)) => self.gone(fault),
                        }
                    })}
                </Transition>
            </WorkShell>
        }
        .into_any()
    }
}

impl UserPage {
    /// The page of a person whom the caller has just removed: only the report.
    fn gone(self, fault: portvakt_model::fault::Fault) -> AnyView {
        match self.act.report() {
            Some(report) if report.act == Act::Remove && report.done > 0 => view! {
                <PageHead title=WORDS.here().users/>
                <Told report/>
                <p><a href=Page::Users.path()>{WORDS.here().users}</a></p>
            }
            .into_any(),
            _ => view! { <PageFault fault/> }.into_any(),
        }
    }

    fn shown(self, user: User) -> AnyView {
        let (texts, words, Self { act, .. }) = (TEXTS.here(), WORDS.here(), self);
        let listed = &user.listed;
        let (id, may_act, is_guest) = (listed.id.to_string(), listed.may_act, listed.is_guest);
        let about = view! {
            <span class="wrap-any">{listed.email.clone()}</span>
            {is_guest.then(|| view! { <Tag word=words.guest/> })}
            {user.is_you.then(|| view! { <Tag word=texts.you/> })}
        };
        let button = |what: Act, icon: &'static str| {
            view! {
                <button class="button" form="act" name="act" value=what.as_str()>
                    <Icon name=icon/>{(words.act)(what)}
                </button>
            }
        };
        let is_suspended = listed.state == UserState::Suspended;
        let actions = (may_act && !is_guest).then(|| {
            view! {
                {(!is_suspended).then(|| button(Act::SendResetLink, "key"))}
                {(!user.is_you).then(|| button(Act::EndSessions, "logout"))}
            }
            .into_any()
        });
        let actions = actions.unwrap_or_else(|| ().into_any());
        view! {
            // The Enter key presses the form's first button, so the first button is one that does nothing.
            <button form="act" disabled hidden></button>
            <PageHead
                title=listed.name.clone()
                above=vec![(Page::Users.path(), words.users.into())]
                initials=initials(&listed.name)
                about=about.into_any()
                actions=actions
            />
            <div class="outcome">
                // The buttons above and below belong to this form, so that a fault is shown once.
                <Form of=act id="act" keep="reason act" pressed="act">
                    <input type="hidden" name="ids[]" value=id/>
                    {move || act.report().map(|report| view! { <Told report/> })}
                </Form>
            </div>
            <div class="stack">
                {standing(&user)}
                <div class="with-aside">
                    <div class="stack">
                        {self.role(&user)}
                        {note(&user, self.note)}
                        {(may_act && !user.is_you).then(|| self.place(&user))}
                        {(may_act && !is_guest && !user.is_you).then(|| erasure(&user, self.erase, self.keep))}
                    </div>
                    {details(user)}
                </div>
            </div>
        }
        .into_any()
    }

    fn role(self, user: &User) -> AnyView {
        let (texts, Self { role, .. }) = (TEXTS.here(), self);
        let listed = &user.listed;
        let about = if listed.is_guest { texts.guest_about } else { texts.role_about };
        if user.roles.is_empty() {
            let name = ROLE.here()(listed.role);
            return view! {
                <Panel id="role-of" title=texts.role about=about.into_any()>
                    <div class="body stack" data-gap="2"><p><b>{name}</b></p><p class="soft">{texts.role_more}</p></div>
                </Panel>
            }
            .into_any();
        }
        let roles = user.roles.iter().map(|role| (role.as_str().to_owned(), ROLE.here()(*role).to_owned()));
        let (roles, id, chosen) = (roles.collect::<Vec<_>>(), listed.id.to_string(), listed.role.as_str());
        view! {
            <Panel id="role-of" title=texts.role about=about.into_any()>
                <div class="body measure">
                    <Form of=role keep="role">
                        {move || role.is_done().then(|| view! { <Notice tone=Tone::Ok title=texts.role_saved alert=true/> })}
                        <input type="hidden" name="id" value=id/>
                        <Select of=role name="role" label=texts.role options=roles chosen/>
                        <div class="form-actions"><button class="button">{texts.save_role}</button></div>
                    </Form>
                </div>
            </Panel>
        }
        .into_any()
    }

    /// The panel that suspends or restores a person, removes a guest and resets a second factor. Each needs a reason.
    /// They share one reason field, which belongs to the page's form.
    fn place(self, user: &User) -> AnyView {
        let (texts, words) = (TEXTS.here(), WORDS.here());
        let (is_guest, has_second_factor) = (user.listed.is_guest, user.has_second_factor);
        let (act, title, about) = match (user.listed.state, is_guest) {
            (UserState::Suspended, true) => (Act::Restore, texts.restore, texts.restore_guest),
            (UserState::Suspended, false) => (Act::Restore, texts.restore, texts.restore_at_home),
            (_, true) => (Act::Suspend, texts.suspend, texts.suspend_guest),
            (_, false) => (Act::Suspend, texts.suspend, texts.suspend_at_home),
        };
        let button = |act: Act, icon: &'static str| {
            let kind = (act != Act::Restore).then_some("danger-quiet");
            view! {
                <button class="button" form="act" name="act" value=act.as_str() data-kind=kind>
                    <Icon name=icon/>{(words.act)(act)}
                </button>
            }
        };
        let about = view! {
            {about}
            {is_guest.then(|| view! { <span id=Act::Remove.as_str()>" "{texts.remove_about}</span> })}
            {has_second_factor.then(|| view! { <span>" "{texts.reset_about}</span> })}
        };
        let title = if is_guest { format!("{title} / {}", texts.remove.to_lowercase()) } else { title.to_owned() };
        view! {
            <Panel id=act.as_str() title=title about=about.into_any()>
                <div class="body stack measure">
                    <Field of=self.act name="reason" label=words.reason hint=texts.reason_hint autocomplete="off" belongs_to="act"/>
                    <div class="form-actions">
                        {button(act, if act == Act::Restore { "check" } else { "pause" })}
                        {is_guest.then(|| button(Act::Remove, "x"))}
                        {has_second_factor.then(|| button(Act::ResetSecondFactor, "refresh"))}
                    </div>
                </div>
            </Panel>
        }
        .into_any()
    }
}

/// The notice of a locked or suspended person, with the way to unlock.
fn standing(user: &User) -> Option<AnyView> {
    let (texts, words) = (TEXTS.here(), WORDS.here());
    let moment = |at: &LocalTime| (TIME.here().moment)(at);
    match user.listed.state {
        UserState::Active => None,
        UserState::Locked => {
            let until = user.locked_until.as_ref();
            let until = until.map_or_else(|| texts.locked_for_good.to_owned(), |at| (texts.locked_until)(&moment(at)));
            let unlock = user.listed.may_act.then(|| {
                view! {
                    <button class="button" data-kind="primary" form="act" name="act" value=Act::Unlock.as_str()>
                        <Icon name="unlock"/>{(words.act)(Act::Unlock)}
                    </button>
                }
            });
            Some(
                view! {
                    <Notice tone=Tone::Danger icon="lock" title=texts.locked>
                        <p>{until}</p>
                        {unlock}
                    </Notice>
                }
                .into_any(),
            )
        }
        UserState::Suspended => {
            let since = user.suspended_at.as_ref().map(moment).unwrap_or_default();
            let what = if user.listed.is_guest { texts.suspended_guest } else { texts.suspended_at_home };
            let title = (texts.suspended)(&since);
            Some(view! { <Notice tone=Tone::Warn icon="pause" title=title><p>{what}</p></Notice> }.into_any())
        }
    }
}

fn details(user: User) -> AnyView {
    let (texts, words) = (TEXTS.here(), WORDS.here());
    let time = |at: &LocalTime| view! { <time datetime=at.iso.clone()>{(TIME.here().alone)(at)}</time> }.into_any();
    let fact = |name: &'static str, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let listed = user.listed;
    let last = listed.last_sign_in.as_ref().map_or_else(|| words.never.into_any(), time);
    let of_home = user.sessions.map(|count| {
        view! {
            {fact(texts.last_sign_in, last)}
            {fact(texts.sessions, (texts.devices)(count).into_any())}
        }
    });
    view! {
        <aside class="stack sticky" aria-label=texts.about>
            <Panel id="details" title=texts.about>
                <div class="body">
                    <dl class="facts">
                        {fact(texts.status, view! { <StateOf state=listed.state/> }.into_any())}
                        {fact(texts.role, ROLE.here()(listed.role).into_any())}
                        {fact(texts.email, view! { <span class="wrap-any">{listed.email}</span> }.into_any())}
                        {of_home}
                        {fact(texts.since, time(&user.since))}
                        {fact(texts.id, view! { <code>{listed.id.to_string()}</code> }.into_any())}
                    </dl>
                </div>
            </Panel>
        </aside>
    }
    .into_any()
}
