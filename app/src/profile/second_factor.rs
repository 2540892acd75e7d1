//! The forms for a person's code app and recovery codes, on the security page.
mod words;

use crate::credential::second_factor::codes::recovery_codes;
use crate::credential::second_factor::set_up;
use crate::ui::badge::Tag;
use crate::ui::code_field::CodeField;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use leptos::prelude::*;
use portvakt_model::flash::Outcome;
use portvakt_model::second_factor::{CodeApp, Enrolment, FEW_RECOVERY_CODES, SecondFactor};
use words::TEXTS;

/// Begins to set up a code app.
///
/// # Errors
/// As [`portvakt_core::second_factor::begin_code_app`].
#[server(prefix = "/rpc", endpoint = "begin_code_app")]
pub async fn begin_code_app() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::second_factor::begin_code_app(&core, &person).await?)
}

/// Gives up a code app that is not confirmed yet.
///
/// # Errors
/// As [`portvakt_core::second_factor::forget_code_app`].
#[server(prefix = "/rpc", endpoint = "forget_code_app")]
pub async fn forget_code_app() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::second_factor::forget_code_app(&core, &person).await?)
}

/// Confirms the code app with its code, and returns the caller's new recovery codes.
///
/// # Errors
/// As [`portvakt_core::second_factor::confirm_code_app`].
#[server(prefix = "/rpc", endpoint = "confirm_code_app")]
pub async fn confirm_code_app(code: String) -> Result<Outcome, ApiError> {
    let (services, person) = crate::web::request::signed_in()?;
    let browser = crate::web::request::RequestContext::current().browser;
    let (renewed, made) = portvakt_core::second_factor::confirm_code_app(&services, &person, &browser, &code).await?;
    crate::web::cookies::begin_session(&renewed);
    Ok(Outcome::Codes(made))
}

/// Removes the caller's code app.
///
/// # Errors
/// As [`portvakt_core::second_factor::remove_code_app`].
#[server(prefix = "/rpc", endpoint = "remove_code_app")]
pub async fn remove_code_app() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    let browser = crate::web::request::RequestContext::current().browser;
    let renewed = portvakt_core::second_factor::remove_code_app(&core, &person, &browser).await?;
    crate::web::cookies::begin_session(&renewed);
    Ok(())
}

/// Makes new recovery codes for the caller.
///
/// # Errors
/// As [`portvakt_core::second_factor::make_recovery_codes`].
#[server(prefix = "/rpc", endpoint = "make_recovery_codes")]
pub async fn make_recovery_codes() -> Result<Outcome, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(Outcome::Codes(portvakt_core::second_factor::make_recovery_codes(&core, &person).await?))
}

/// The forms for the code app and the recovery codes.
#[derive(Clone, Copy)]
pub(crate) struct SecondFactorForms {
    begin: FormOf<BeginCodeApp>,
    forget: FormOf<ForgetCodeApp>,
    confirm: FormOf<ConfirmCodeApp>,
    remove: FormOf<RemoveCodeApp>,
    make: FormOf<MakeRecoveryCodes>,
}

impl SecondFactorForms {
    pub(crate) fn new() -> Self {
        Self {
            begin: FormOf::new(),
            forget: FormOf::new(),
            confirm: FormOf::new(),
            remove: FormOf::new(),
            make: FormOf::new(),
        }
    }

    /// Grows with each answer after which the page has to load its data again.
    pub(crate) fn changes(self) -> impl Fn() -> usize + Copy {
        let all = [
            self.begin.changes(),
            self.forget.changes(),
            self.confirm.changes(),
            self.remove.changes(),
            self.make.changes(),
        ];
        move || all.iter().map(Memo::get).sum()
    }

    pub(crate) fn view(self, second: &SecondFactor) -> AnyView {
        let recovery = second.is_on().then(|| self.recovery(second.recovery_left));
        view! { {self.code_app(second)} {recovery} }.into_any()
    }

    fn code_app(self, second: &SecondFactor) -> AnyView {
        let texts = TEXTS.here();
        let is_on = second.is_on();
        let SecondFactor { code_app, enrolment, passkeys, .. } = second.clone();
        let has_passkey = !passkeys.is_empty();
        let has_app = code_app.is_some();
        let tag = if is_on {
            view! { <Tag tone=Tone::Ok icon="check" word=texts.on/> }
        } else {
            view! { <Tag tone=Tone::Warn icon="alert" word=texts.off/> }
        };
        let about = match &code_app {
            Some(CodeApp { since, used_at }) => {
                let day = |at: &_| (TIME.here().moment)(at);
                let used = used_at.as_ref().map(|at| (texts.used)(&day(at))).unwrap_or_default();
                format!("{}{used}", (texts.since)(&day(since)))
            }
            None if is_on => texts.by_passkey.to_owned(),
            None => texts.why.to_owned(),
        };
        view! {
            <Panel id="second-factor" title=texts.title tag=tag.into_any() about=about.into_any()>
                <div class="body stack">
                    {move || self.remove.is_done().then(|| view! {
                        <Notice tone=Tone::Ok title=texts.removed alert=true><p>{texts.removed_about}</p></Notice>
                    })}
                    {match enrolment {
                        Some(enrolment) => self.enrolment(enrolment),
                        None if has_app => self.change(has_passkey),
                        None => view! {
                            <Form of=self.begin>
                                <div class="form-actions">
                                    <Submit of=self.begin fill=false><Icon name="mobile"/>
                                        {if is_on { texts.begin_app } else { texts.begin }}
                                    </Submit>
                                </div>
                            </Form>
                        }
                        .into_any(),
                    }}
                </div>
            </Panel>
        }
        .into_any()
    }

    /// The forms of a person who already has a code app.
    fn change(self, has_passkey: bool) -> AnyView {
        let texts = TEXTS.here();
        view! {
            <Form of=self.begin>
                <div class="form-actions">
                    <Submit of=self.begin fill=false kind=None><Icon name="mobile"/>{texts.replace}</Submit>
                </div>
            </Form>
            <Form of=self.remove>
                <p class="soft small">
                    {if has_passkey { texts.remove_app_about } else { texts.remove_about }}
                </p>
                <div class="form-actions">
                    <Submit of=self.remove fill=false kind=Some("danger-quiet")>
                        {if has_passkey { texts.remove_app } else { texts.remove }}
                    </Submit>
                </div>
            </Form>
        }
        .into_any()
    }

    fn enrolment(self, enrolment: Enrolment) -> AnyView {
        let texts = TEXTS.here();
        let confirm = view! {
            <Form of=self.confirm>
                <div class="measure"><CodeField of=self.confirm name="code" label=texts.code/></div>
                <div class="form-actions"><Submit of=self.confirm fill=false>{texts.turn_on}</Submit></div>
            </Form>
            <Form of=self.forget>
                <div class="form-actions">
                    <Submit of=self.forget fill=false kind=Some("quiet")>{texts.later}</Submit>
                </div>
            </Form>
        };
        set_up(enrolment, confirm.into_any())
    }

    fn recovery(self, left: u32) -> AnyView {
        let texts = TEXTS.here();
        let made = move || self.confirm.codes().or_else(|| self.make.codes());
        view! {
            <Panel id="recovery" title=texts.recovery about=texts.recovery_about.into_any()>
                <div class="body stack" data-gap="3">
                    {move || made().map(|codes| recovery_codes(&codes.recovery_codes))}
                    {(left <= FEW_RECOVERY_CODES).then(|| view! {
                        <Notice tone=Tone::Warn title=(texts.few)(left)><p>{texts.few_about}</p></Notice>
                    })}
                    <p>{(texts.left)(left)}</p>
                    <Form of=self.make>
                        <p class="soft small">{texts.make_about}</p>
                        <div class="form-actions">
                            <Submit of=self.make fill=false kind=None><Icon name="refresh"/>{texts.make}</Submit>
                        </div>
                    </Form>
                </div>
            </Panel>
        }
        .into_any()
    }
}
