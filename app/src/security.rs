//! How somebody signs in: their password, and what they show beside it.
use crate::api::ApiError;
use crate::language::Translated;
use crate::password::NewPasswordField;
use crate::profile_shell::ProfileShell;
use crate::second_factor::SecondFactorForms;
use crate::ui::fault::PageFault;
use crate::ui::form::{Form, FormOf, Submit};
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::password_field::PasswordField;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use leptos::prelude::*;
use portvakt_model::policy::PasswordPolicy;
use portvakt_model::security::Security;
use portvakt_model::time::LocalTime;

struct Texts {
    password: &'static str,
    set: &'static str,
    holds: &'static str,
    current: &'static str,
    new: &'static str,
    change: &'static str,
    changed: &'static str,
    others: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        password: "Lösenord",
        set: "Valt ",
        holds: ". Gäller tills du byter det.",
        current: "Lösenordet du har nu",
        new: "Nytt lösenord",
        change: "Byt lösenord",
        changed: "Lösenordet är bytt",
        others: "Du är utloggad på alla andra enheter, och ett brev om bytet är på väg.",
    },
    english: Texts {
        password: "Password",
        set: "Chosen ",
        holds: ". Good until you change it.",
        current: "Your current password",
        new: "New password",
        change: "Change password",
        changed: "The password is changed",
        others: "You are signed out on every other device, and a mail about the change is on its way.",
    },
};

/// How the caller signs in.
///
/// # Errors
/// As [`portvakt_core::security::security`].
#[server(prefix = "/rpc", endpoint = "load_security")]
pub async fn load_security() -> Result<Security, ApiError> {
    let (core, person) = crate::request::signed_in()?;
    Ok(portvakt_core::security::security(&core, &person).await?)
}

/// Gives the caller another password.
///
/// # Errors
/// As [`portvakt_core::security::change_password`].
#[server(prefix = "/rpc", endpoint = "change_password")]
pub async fn change_password(current_password: String, password: String) -> Result<(), ApiError> {
    let (core, person) = crate::request::signed_in()?;
    let browser = crate::request::RequestContext::current().browser;
    let renewed =
        portvakt_core::security::change_password(&core, &person, &browser, &current_password, &password).await?;
    crate::cookies::begin_session(&renewed);
    Ok(())
}

/// How somebody signs in.
#[derive(Clone, Copy)]
pub(crate) struct SecurityPage {
    security: Resource<Result<Security, ApiError>>,
    change: FormOf<ChangePassword>,
    second: SecondFactorForms,
}

impl SecurityPage {
    pub(crate) fn new() -> Self {
        let (change, second) = (FormOf::new(), SecondFactorForms::new());
        let (password, factors) = (change.changes(), second.changes());
        let security = Resource::new(move || (password.get(), factors()), |_| load_security());
        Self { security, change, second }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <ProfileShell>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.security.await {
                            Ok(security) => view! {
                                {password(self.change, &security.password_set_at, security.rules)}
                                {self.second.view(security.second)}
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

fn password(form: FormOf<ChangePassword>, at: &LocalTime, rules: PasswordPolicy) -> AnyView {
    let texts = TEXTS.here();
    form.clear_when_done(&["current_password", "password"]);
    let about = view! {
        {texts.set}<time datetime=at.iso.clone()>{(TIME.here().moment)(at)}</time>{texts.holds}
    };
    view! {
        <Panel id="password-panel" title=texts.password about=about.into_any()>
            <div class="body measure">
                <Form of=form>
                    {move || form.is_done().then(|| view! {
                        <Notice tone=Tone::Ok title=texts.changed alert=true><p>{texts.others}</p></Notice>
                    })}
                    <PasswordField of=form name="current_password" label=texts.current autocomplete="current-password"/>
                    <NewPasswordField of=form label=texts.new rules/>
                    <div class="form-actions"><Submit of=form fill=false>{texts.change}</Submit></div>
                </Form>
            </div>
        </Panel>
    }
    .into_any()
}
