//! A person's passkeys: the panel on the security page.
mod words;

use crate::credential::second_factor::codes::recovery_codes;
use crate::ui::form::field::{Field, FieldFault};
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, FormFault, Submit};
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::passkey::{How, Missing, answer, no_passkey};
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use portvakt_model::flash::Outcome;
use portvakt_model::passkey::Passkey;
use words::TEXTS;

/// The request for a new passkey of the caller, for the browser.
///
/// # Errors
/// As [`portvakt_core::passkey::begin`].
#[server(prefix = "/rpc", endpoint = "begin_passkey")]
pub async fn begin_passkey(#[server(default)] name: String) -> Result<Outcome, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    let name = if name.trim().is_empty() { crate::web::ceremony::name_of_device() } else { name };
    Ok(Outcome::Ceremony(portvakt_core::passkey::begin(&core, &person, &name).await?))
}

/// Adds the passkey that the caller's browser made. Returns new recovery codes, if the caller had none.
///
/// # Errors
/// As [`portvakt_core::passkey::add`].
#[server(prefix = "/rpc", endpoint = "add_passkey")]
pub async fn add_passkey(credential: String) -> Result<Outcome, ApiError> {
    let (services, person) = crate::web::request::signed_in()?;
    let browser = crate::web::request::RequestContext::current().browser;
    let (renewed, made) = portvakt_core::passkey::add(&services, &person, &browser, &credential).await?;
    crate::web::cookies::begin_session(&renewed);
    Ok(Outcome::Codes(made))
}

#[cfg(feature = "ssr")]
fn id(text: &str) -> Result<portvakt_model::id::PasskeyId, ApiError> {
    use portvakt_model::fault::Refusal;
    Ok(portvakt_model::id::PasskeyId::parse(text).ok_or(Refusal::NotFound)?)
}

/// Renames one of the caller's passkeys.
///
/// # Errors
/// As [`portvakt_core::passkey::rename`].
#[server(prefix = "/rpc", endpoint = "rename_passkey")]
pub async fn rename_passkey(passkey: String, new_name: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::passkey::rename(&core, &person, id(&passkey)?, &new_name).await?)
}

/// Removes one of the caller's passkeys.
///
/// # Errors
/// As [`portvakt_core::passkey::remove`].
#[server(prefix = "/rpc", endpoint = "remove_passkey")]
pub async fn remove_passkey(passkey: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    let browser = crate::web::request::RequestContext::current().browser;
    let renewed = portvakt_core::passkey::remove(&core, &person, &browser, id(&passkey)?).await?;
    crate::web::cookies::begin_session(&renewed);
    Ok(())
}

/// The forms for passkeys.
#[derive(Clone, Copy)]
pub(crate) struct PasskeyForms {
    begin: FormOf<BeginPasskey>,
    add: FormOf<AddPasskey>,
    rename: FormOf<RenamePasskey>,
    remove: FormOf<RemovePasskey>,
    /// The reason why the browser made no passkey.
    missing: RwSignal<Option<Missing>>,
}

impl PasskeyForms {
    pub(crate) fn new() -> Self {
        let forms = Self {
            begin: FormOf::new(),
            add: FormOf::new(),
            rename: FormOf::new(),
            remove: FormOf::new(),
            missing: RwSignal::new(None),
        };
        let PasskeyForms { begin, add, missing, .. } = forms;
        // The server has answered with a ceremony, which the browser now runs.
        Effect::new(move || {
            let begun = begin.ceremony().filter(|_| begin.answers() > 0);
            missing.set(None);
            let Some(ceremony) = begun else { return };
            spawn_local(async move {
                match answer(&ceremony, How::Make).await {
                    Ok(credential) => add.send(AddPasskey { credential }),
                    Err(why) => missing.set(Some(why)),
                }
            });
        });
        forms
    }

    /// Grows with each answer after which the page has to load its data again.
    pub(crate) fn changes(self) -> impl Fn() -> usize + Copy {
        let all = [self.add.changes(), self.rename.changes(), self.remove.changes()];
        move || all.iter().map(Memo::get).sum()
    }

    pub(crate) fn view(self, passkeys: &[Passkey]) -> AnyView {
        let texts = TEXTS.here();
        let PasskeyForms { begin, add, rename, remove, missing } = self;
        let made = move || add.codes().map(|codes| codes.recovery_codes).filter(|codes| !codes.is_empty());
        // The rows have keys, so that a name that is being typed does not move to another passkey when one is removed.
        let rows = (!passkeys.is_empty()).then(|| {
            let all = passkeys.to_vec();
            let key = |of: &Passkey| format!("{} {} {:?}", of.id, of.name, of.used_at);
            view! {
                <ul class="rows" role="list">
                    <For each=move || all.clone() key children=move |of| self.row(&of)/>
                </ul>
            }
        });
        add.clear_when_done(&["name"]);
        view! {
            // The rows' buttons belong to this form, so that a fault is shown once.
            <Form of=remove id="remove-passkey" keep="passkey" pressed="passkey"/>
            <Panel id="passkeys" title=texts.title about=texts.about.into_any()>
                {rows}
                <div class="body stack" data-gap="3">
                    {move || (add.is_done() && missing.get().is_none()).then(|| view! { <Notice tone=Tone::Ok title=texts.added alert=true/> })}
                    {move || made().map(|codes| recovery_codes(&codes))}
                    {move || remove.is_done().then(|| view! {
                        <Notice tone=Tone::Ok title=texts.removed alert=true><p>{texts.removed_about}</p></Notice>
                    })}
                    {move || missing.get().map(|why| no_passkey(&why))}
                    <FormFault of=add/>
                    <FormFault of=rename/>
                    <FieldFault of=rename name="new_name"/>
                    <div class="measure needs-script">
                        <Form of=begin keep="name">
                            <Field
                                of=begin
                                name="name"
                                label=texts.name
                                hint=texts.name_hint
                                autocomplete="off"
                                optional=true
                            />
                            <div class="form-actions">
                                <Submit of=begin fill=false kind=None><Icon name="plus"/>{texts.add}</Submit>
                            </div>
                        </Form>
                    </div>
                    <p class="needs-no-script">{texts.needs_script}</p>
                </div>
            </Panel>
        }
        .into_any()
    }

    fn row(self, Passkey { id, name, since, used_at, is_synced }: &Passkey) -> AnyView {
        let (texts, moment) = (TEXTS.here(), TIME.here().moment);
        let since = (texts.since)(&moment(since));
        let used = used_at.as_ref().map_or_else(|| texts.unused.to_owned(), |at| (texts.used)(&moment(at)));
        let synced = if *is_synced { texts.synced } else { texts.bound };
        let rename = self.rename;
        let (value, field, name) = (id.to_string(), format!("name-{id}"), name.clone());
        view! {
            <li>
                <Icon name="passkey"/>
                <div class="text"><b>{name.clone()}</b><small>{since}" · "{used}" · "{synced}</small></div>
                <div class="side">
                    <button
                        class="button"
                        data-size="small"
                        data-kind="danger-quiet"
                        form="remove-passkey"
                        name="passkey"
                        value=value.clone()
                        aria-label=(texts.remove_this)(&name)
                    >
                        {texts.remove}
                    </button>
                </div>
                <details>
                    <summary><Icon name="right"/>{texts.rename}<span class="vh">" "{name.clone()}</span></summary>
                    <Form of=rename>
                        <input type="hidden" name="passkey" value=value/>
                        <div class="cluster">
                            <label class="vh" for=field.clone()>{texts.new_name}</label>
                            <input class="input" id=field name="new_name" value=name.clone() autocomplete="off" required/>
                            <Submit of=rename fill=false kind=None>{texts.rename_save}</Submit>
                        </div>
                    </Form>
                </details>
            </li>
        }
        .into_any()
    }
}
