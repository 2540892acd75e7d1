//! The page that invites people and lists the pending invitations.
use crate::administration::rooms::administration;
use crate::shell::work::WorkShell;
use crate::ui::empty_state::EmptyState;
use crate::ui::fault::PageFault;
use crate::ui::form::field::Field;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::menu::MoreMenu;
use crate::ui::notice::Notice;
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::select::Select;
use crate::ui::table::{Acts, Cell, Column, Lead, Table};
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use crate::words::role::ROLE;
use leptos::prelude::*;
use portvakt_model::duration::in_words;
use portvakt_model::frame::Frame;
use portvakt_model::invitation::{Invitations, PendingInvitation};
use portvakt_model::language::Language;
use portvakt_model::page::Page;
use portvakt_model::role::Role;

struct Texts {
    title: &'static str,
    many: &'static str,
    invite: &'static str,
    about: fn(&str) -> String,
    email: &'static str,
    name: &'static str,
    name_hint: &'static str,
    role: &'static str,
    language: &'static str,
    send: &'static str,
    sent: &'static str,
    on_its_way: &'static str,
    pending: &'static str,
    person: &'static str,
    sent_at: &'static str,
    ends_at: &'static str,
    has_expired: &'static str,
    acts: &'static str,
    resend: &'static str,
    withdraw: &'static str,
    acts_for: fn(&str) -> String,
    none: &'static str,
    none_next: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Inbjudningar",
        many: "Bjud in flera",
        invite: "Bjud in någon",
        about: |lifetime| {
            format!("Personen får ett mejl med en länk som gäller i {lifetime}, och väljer själv sitt lösenord.")
        },
        email: "E-post",
        name: "Namn",
        name_hint: "Kan lämnas tomt: personen fyller i det själv.",
        role: "Roll",
        language: "Mejlets språk",
        send: "Skicka inbjudan",
        sent: "Inbjudan är skickad",
        on_its_way: "Mejlet är på väg. Om adressen hade en tidigare länk har den slutat gälla.",
        pending: "Obesvarade inbjudningar",
        person: "Person",
        sent_at: "Skickad",
        ends_at: "Gäller till",
        has_expired: "Har gått ut",
        acts: "Åtgärder",
        resend: "Skicka igen",
        withdraw: "Dra tillbaka",
        acts_for: |email| format!("Åtgärder för {email}"),
        none: "Inga obesvarade inbjudningar",
        none_next: "Personer som du bjuder in visas här tills de har tackat ja.",
    },
    english: Texts {
        title: "Invitations",
        many: "Invite several people",
        invite: "Invite someone",
        about: |lifetime| {
            format!("They get an email with a link that is valid for {lifetime}, and choose their own password.")
        },
        email: "Email",
        name: "Name",
        name_hint: "Can be left empty: they fill it in themselves.",
        role: "Role",
        language: "Language of the email",
        send: "Send invitation",
        sent: "Invitation sent",
        on_its_way: "The email is on its way. If the address had an earlier link, it has stopped working.",
        pending: "Pending invitations",
        person: "Person",
        sent_at: "Sent",
        ends_at: "Expires",
        has_expired: "Expired",
        acts: "Actions",
        resend: "Send again",
        withdraw: "Withdraw",
        acts_for: |email| format!("Actions for {email}"),
        none: "No pending invitations",
        none_next: "People you invite are shown here until they accept.",
    },
};

/// The open invitations of the caller's current organisation.
///
/// # Errors
/// As [`portvakt_core::invitation::list`].
#[server(prefix = "/rpc", endpoint = "list_invitations")]
pub async fn list_invitations() -> Result<Invitations, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::invitation::list(&core, &person).await?)
}

/// Invites a person.
///
/// # Errors
/// As [`portvakt_core::invitation::invite`].
#[server(prefix = "/rpc", endpoint = "invite")]
pub async fn invite(email: String, name: String, role: String, language: String) -> Result<(), ApiError> {
    use portvakt_core::caller::Caller;
    use portvakt_core::invitation::{Invitee, invite};
    let (core, person) = crate::web::request::signed_in()?;
    let invitee = Invitee::parse(&email, &name, &role, &language)?;
    let tenant = person.tenant;
    invite(&core, &Caller::from(person), tenant, &invitee).await?;
    Ok(())
}

/// Mails an invitation again.
///
/// # Errors
/// As [`portvakt_core::invitation::resend`].
#[server(prefix = "/rpc", endpoint = "resend_invitation")]
pub async fn resend_invitation(id: String) -> Result<(), ApiError> {
    use portvakt_core::caller::Caller;
    use portvakt_core::invitation::resend;
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::InvitationId;
    let (core, person) = crate::web::request::signed_in()?;
    let (tenant, id) = (person.tenant, InvitationId::parse(&id).ok_or(Refusal::NotFound)?);
    resend(&core, &Caller::from(person), tenant, id).await?;
    Ok(())
}

/// Withdraws an invitation.
///
/// # Errors
/// As [`portvakt_core::invitation::withdraw`].
#[server(prefix = "/rpc", endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(id: String) -> Result<(), ApiError> {
    use portvakt_core::caller::Caller;
    use portvakt_core::invitation::withdraw;
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::InvitationId;
    let (core, person) = crate::web::request::signed_in()?;
    let (tenant, id) = (person.tenant, InvitationId::parse(&id).ok_or(Refusal::NotFound)?);
    withdraw(&core, &Caller::from(person), tenant, id).await?;
    Ok(())
}

/// Invites people, and lists the pending invitations.
#[derive(Clone, Copy)]
pub(crate) struct InvitationsPage {
    invitations: Loaded<Result<Invitations, ApiError>>,
    invite: FormOf<Invite>,
    resend: FormOf<ResendInvitation>,
    withdraw: FormOf<WithdrawInvitation>,
}

impl InvitationsPage {
    pub(crate) fn new() -> Self {
        let (invite, resend, withdraw) = (FormOf::new(), FormOf::new(), FormOf::new());
        let changes = [invite.changes(), resend.changes(), withdraw.changes()];
        let invitations = load(move || changes.map(|form| form.get()), |_| list_invitations());
        Self { invitations, invite, resend, withdraw }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <WorkShell area=administration()>
                <PageHead
                    title=TEXTS.here().title
                    actions=view! { <a class="button" href=Page::InvitationList.path()><Icon name="users"/>{TEXTS.here().many}</a> }.into_any()
                />
                <Transition>
                    {move || Suspend::new(async move {
                        match self.invitations.await {
                            Ok(invitations) => self.shown(invitations),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </WorkShell>
        }
        .into_any()
    }
}

impl InvitationsPage {
    fn shown(self, Invitations { pending, roles, lifetime_secs }: Invitations) -> AnyView {
        let texts = TEXTS.here();
        let Self { invite, resend, withdraw, .. } = self;
        let language = expect_context::<Frame>().language;
        let roles = roles.into_iter().map(|role| (role.as_str().to_owned(), ROLE.here()(role).to_owned()));
        let languages = Language::ALL.map(|l| (l.tag().to_owned(), l.own_name().to_owned()));
        let sent = move || invite.is_done() || resend.is_done();
        invite.clear_when_done(&["email", "name"]);
        view! {
            <div class="stack" data-gap="5">
            <Panel id="invite" title=texts.invite about=(texts.about)(&in_words(lifetime_secs, language)).into_any()>
                <div class="body measure">
                    <Form of=invite keep="email name role language">
                        {move || sent().then(|| view! {
                            <Notice tone=Tone::Ok title=texts.sent alert=true><p>{texts.on_its_way}</p></Notice>
                        })}
                        <Field of=invite name="email" label=texts.email kind="email" autocomplete="off"/>
                        <Field of=invite name="name" label=texts.name hint=texts.name_hint autocomplete="off" optional=true/>
                        <Select of=invite name="role" label=texts.role options=roles.collect() chosen=Role::Member.as_str()/>
                        <Select of=invite name="language" label=texts.language options=languages.into() chosen=language.tag()/>
                        <div class="form-actions"><Submit of=invite fill=false>{texts.send}</Submit></div>
                    </Form>
                </div>
            </Panel>
            <div>
            // The rows' buttons belong to these forms, so that a fault is shown once.
            <Form of=resend id="resend"/>
            <Form of=withdraw id="withdraw"/>
            {if pending.is_empty() {
                view! {
                    <div class="panel">
                        <EmptyState icon="send" title=texts.none><p>{texts.none_next}</p></EmptyState>
                    </div>
                }
                .into_any()
            } else {
                table(pending)
            }}
            </div>
            </div>
        }
        .into_any()
    }
}

fn table(pending: Vec<PendingInvitation>) -> AnyView {
    let texts = TEXTS.here();
    let head = view! {
        <Column name=texts.person/>
        <Column name=texts.role/>
        <Column name=texts.sent_at may_hide=true/>
        <Column name=texts.ends_at/>
        <Column name=texts.acts tight=true/>
    };
    let row = move |invitation: PendingInvitation| {
        let id = invitation.id.to_string();
        let alone = TIME.here().alone;
        let name = if invitation.name.is_empty() {
            view! { <b class="wrap-any">{invitation.email.clone()}</b> }.into_any()
        } else {
            view! { <b class="wrap-any">{invitation.name}</b><small class="wrap-any">{invitation.email.clone()}</small> }.into_any()
        };
        view! {
            <tr role="row">
                <Lead>{name}</Lead>
                <Cell of=texts.role>{ROLE.here()(invitation.role)}</Cell>
                <Cell of=texts.sent_at may_hide=true>
                    <time datetime=invitation.sent_at.iso.clone()>{alone(&invitation.sent_at)}</time>
                </Cell>
                <Cell of=texts.ends_at>
                    {if invitation.has_expired {
                        texts.has_expired.into_any()
                    } else {
                        view! { <time datetime=invitation.ends_at.iso.clone()>{alone(&invitation.ends_at)}</time> }.into_any()
                    }}
                </Cell>
                <Acts>
                    <MoreMenu label=(texts.acts_for)(&invitation.email)>
                        <li><button form="resend" name="id" value=id.clone()><Icon name="send"/>{texts.resend}</button></li>
                        <li>
                            <button form="withdraw" name="id" value=id data-kind="danger"><Icon name="x"/>{texts.withdraw}</button>
                        </li>
                    </MoreMenu>
                </Acts>
            </tr>
        }
    };
    view! { <Table label=texts.pending head=head.into_any()>{pending.into_iter().map(row).collect_view()}</Table> }
        .into_any()
}
