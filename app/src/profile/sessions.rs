//! The page of a person's sessions, where they end them.
use crate::shell::profile::ProfileShell;
use crate::ui::badge::Tag;
use crate::ui::fault::PageFault;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::device::DEVICE;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::device::Named;
use portvakt_model::session::Session;

struct Texts {
    about: &'static str,
    panel: &'static str,
    this: &'static str,
    active_now: &'static str,
    since: fn(&str) -> String,
    seen: fn(&str) -> String,
    end: &'static str,
    end_this: fn(&str) -> String,
    end_others: &'static str,
    ended: &'static str,
    alone: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        about: "Logga ut enheter som du inte känner igen och byt sedan lösenord.",
        panel: "Här är du inloggad",
        this: "Den här enheten",
        active_now: "aktiv nu",
        since: |at| format!("Inloggad {at}"),
        seen: |at| format!("använd {at}"),
        end: "Logga ut",
        end_this: |what| format!("Logga ut {what}"),
        end_others: "Logga ut alla andra enheter",
        ended: "Utloggningen är klar",
        alone: "Du är inte inloggad någon annanstans.",
    },
    english: Texts {
        about: "Sign out devices you don’t recognise, then change your password.",
        panel: "Where you are signed in",
        this: "This device",
        active_now: "active now",
        since: |at| format!("Signed in {at}"),
        seen: |at| format!("used {at}"),
        end: "Sign out",
        end_this: |what| format!("Sign out {what}"),
        end_others: "Sign out all other devices",
        ended: "Signed out",
        alone: "You are not signed in anywhere else.",
    },
};

/// The caller's sessions.
///
/// # Errors
/// As [`portvakt_core::session::list`].
#[server(prefix = "/rpc", endpoint = "list_sessions")]
pub async fn list_sessions() -> Result<Vec<Session>, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::session::list(&core, &person).await?)
}

/// Ends another session of the caller.
///
/// # Errors
/// As [`portvakt_core::session::end`].
#[server(prefix = "/rpc", endpoint = "end_session")]
pub async fn end_session(id: String) -> Result<(), ApiError> {
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::SessionId;
    let (core, person) = crate::web::request::signed_in()?;
    let id = SessionId::parse(&id).ok_or(Refusal::NotFound)?;
    portvakt_core::session::end(&core, &person, id).await?;
    Ok(())
}

/// Ends all other sessions of the caller.
///
/// # Errors
/// As [`portvakt_core::session::end_others`].
#[server(prefix = "/rpc", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::session::end_others(&core, &person).await?;
    Ok(())
}

/// Lists the person's sessions.
#[derive(Clone, Copy)]
pub(crate) struct SessionsPage {
    sessions: Loaded<Result<Vec<Session>, ApiError>>,
    end: FormOf<EndSession>,
    end_others: FormOf<EndOtherSessions>,
}

impl SessionsPage {
    pub(crate) fn new() -> Self {
        let (end, end_others) = (FormOf::new(), FormOf::new());
        let changes = [end.changes(), end_others.changes()];
        Self { sessions: load(move || changes.map(|form| form.get()), |_| list_sessions()), end, end_others }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        let SessionsPage { sessions, end, end_others } = self;
        view! {
            <ProfileShell>
                {move || (end.is_done() || end_others.is_done()).then(|| view! {
                    <Notice tone=Tone::Ok title=texts.ended alert=true/>
                })}
                // The rows' buttons belong to this form, so that a fault is shown once.
                <Form of=end id="end-session"/>
                <Transition>
                    {move || Suspend::new(async move {
                        match sessions.await {
                            Ok(sessions) => shown(sessions, end_others),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </ProfileShell>
        }
        .into_any()
    }
}

fn shown(sessions: Vec<Session>, end_others: FormOf<EndOtherSessions>) -> AnyView {
    let texts = TEXTS.here();
    let is_alone = sessions.iter().all(|session| session.is_this);
    let actions = (!is_alone).then(|| {
        view! {
            <Form of=end_others>
                <Submit of=end_others fill=false kind=Some("danger-quiet")>{texts.end_others}</Submit>
            </Form>
        }
        .into_any()
    });
    let footer = is_alone.then(|| texts.alone.into_any());
    view! {
        <Panel id="sessions" title=texts.panel about=texts.about.into_any() actions footer>
            <ul class="rows" role="list">{sessions.iter().map(row).collect_view()}</ul>
        </Panel>
    }
    .into_any()
}

fn row(session: &Session) -> AnyView {
    let (texts, moment) = (TEXTS.here(), TIME.here().moment);
    let name = DEVICE.here()(session.device);
    let is_phone = matches!(session.device.system, Some(Named::IPhone | Named::IPad | Named::Android));
    let since = (texts.since)(&moment(&session.since));
    let seen = if session.is_this {
        texts.active_now.into_any()
    } else {
        let words = (texts.seen)(&moment(&session.seen_at));
        view! { <time datetime=session.seen_at.iso.clone()>{words}</time> }.into_any()
    };
    let end = (!session.is_this).then(|| {
        let label = (texts.end_this)(&format!("{name}, {}", session.network));
        view! {
            <button
                class="button"
                data-size="small"
                data-kind=Some("danger-quiet")
                form="end-session"
                name="id"
                value=session.id.to_string()
                aria-label=label
            >
                {texts.end}
            </button>
        }
    });
    view! {
        <li>
            <Icon name=if is_phone { "mobile" } else { "laptop" }/>
            <div class="text">
                <b>{name.clone()}{session.is_this.then(|| view! { " "<Tag tone=Tone::Ok word=texts.this/> })}</b>
                <small class="wrap-any">
                    {session.network.clone()}" · "<time datetime=session.since.iso.clone()>{since}</time>" · "{seen}
                </small>
            </div>
            <div class="side">{end}</div>
        </li>
    }
    .into_any()
}
