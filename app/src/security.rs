//! How somebody signs in: their password, and what they show beside it.
use crate::administration::ROLE;
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
use portvakt_model::policy::{PasswordPolicy, Setting};
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
    rules: &'static str,
    rules_about: &'static str,
    rules_plain: &'static str,
    portal: &'static str,
    yes: &'static str,
    from: fn(&str, Option<&str>) -> String,
    rule: fn(Setting) -> &'static str,
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
        rules: "Reglerna som gäller för dig",
        rules_about: "Hör du till flera organisationer gäller det strängaste av vad de kräver.",
        rules_plain: "Ingen organisation kräver mer av dig än portalen gör av alla.",
        portal: "gäller alla",
        yes: "ja",
        from: |organisation, role| match role {
            Some(role) => format!("från {organisation}, för {role}"),
            None => format!("från {organisation}"),
        },
        rule: |setting| match setting {
            Setting::SecondFactor => "Tvåfaktor krävs",
            Setting::Grace => "Tid att ställa in den, dagar",
            Setting::MinLengthAlone => "Minsta längd på lösenordet",
            Setting::MinLengthWithSecond => "Minsta längd där tvåfaktor krävs",
            Setting::MinDigits => "Minst siffror",
            Setting::MinSpecials => "Minst specialtecken",
            Setting::MinUpper => "Minst versaler",
            Setting::MinLower => "Minst gemener",
            Setting::History => "Tidigare lösenord som inte får återkomma",
            Setting::MaxAge => "Lösenordet byts efter, dagar",
            Setting::LockoutThreshold => "Fel lösenord innan inga fler tas emot",
            Setting::LockoutDuration => "Så länge, minuter",
            Setting::Idle => "Du loggas ut utan aktivitet efter, minuter",
            Setting::Absolute => "Du loggas ut senast efter, timmar",
            Setting::Invitation => "En inbjudan gäller, dagar",
            Setting::Reset => "En länk till nytt lösenord gäller, minuter",
        },
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
        rules: "The rules that hold for you",
        rules_about: "If you belong to several organisations, the strictest of what they ask holds.",
        rules_plain: "No organisation asks more of you than the portal asks of everybody.",
        portal: "holds for everybody",
        yes: "yes",
        from: |organisation, role| match role {
            Some(role) => format!("from {organisation}, for the role {role}"),
            None => format!("from {organisation}"),
        },
        rule: |setting| match setting {
            Setting::SecondFactor => "Two-factor required",
            Setting::Grace => "Time to set it up, days",
            Setting::MinLengthAlone => "Minimum length of the password",
            Setting::MinLengthWithSecond => "Minimum length where two-factor is demanded",
            Setting::MinDigits => "Minimum digits",
            Setting::MinSpecials => "Minimum special characters",
            Setting::MinUpper => "Minimum capital letters",
            Setting::MinLower => "Minimum small letters",
            Setting::History => "Earlier passwords that may not come back",
            Setting::MaxAge => "The password is changed after, days",
            Setting::LockoutThreshold => "Wrong passwords until no more are taken",
            Setting::LockoutDuration => "For so long, minutes",
            Setting::Idle => "You are signed out when idle for, minutes",
            Setting::Absolute => "You are signed out at the latest after, hours",
            Setting::Invitation => "An invitation is good for, days",
            Setting::Reset => "A link to a new password is good for, minutes",
        },
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
                                {password(self.change, &security.password_set_at, security.policy.password)}
                                {rules(&security)}
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

/// The rules that hold for them, and which organisation or role they come from.
fn rules(Security { policy, portal, sources, .. }: &Security) -> AnyView {
    let texts = TEXTS.here();
    let line = |setting: Setting| {
        let value = setting.of(policy);
        let shown = if setting == Setting::SecondFactor { texts.yes.to_owned() } else { value.to_string() };
        if value == 0 {
            return None;
        }
        let is_portals = value == setting.of(portal);
        let from = sources.iter().filter(|source| !is_portals && setting.of(&source.policy) == value);
        let from: Vec<_> = from
            .map(|source| {
                let of_role = setting.of(&source.of_all) != value;
                let role = of_role.then(|| ROLE.here()(source.role).to_lowercase());
                (texts.from)(&source.organisation, role.as_deref())
            })
            .collect();
        let from = if from.is_empty() { texts.portal.to_owned() } else { from.join(", ") };
        Some(view! { <div><dt>{(texts.rule)(setting)}</dt><dd>{shown}" "<span class="soft">{from}</span></dd></div> })
    };
    let lines = Setting::OF_PEOPLE.into_iter().filter_map(line).collect_view();
    let about = if sources.is_empty() { texts.rules_plain } else { texts.rules_about };
    view! {
        <Panel id="rules-panel" title=texts.rules about=about.into_any()>
            <div class="body"><dl class="facts">{lines}</dl></div>
        </Panel>
    }
    .into_any()
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
