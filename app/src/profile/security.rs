//! The security page: a person's password, second factor and passkeys, and the rules for them.
use crate::credential::account::UserName;
use crate::credential::password::NewPasswordField;
use crate::profile::passkeys::PasskeyForms;
use crate::profile::second_factor::SecondFactorForms;
use crate::shell::profile::ProfileShell;
use crate::ui::fault::PageFault;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::panel::Panel;
use crate::ui::password_field::PasswordField;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use crate::words::role::ROLE;
use crate::words::setting::SETTING;
use leptos::prelude::*;
use portvakt_model::frame::Frame;
use portvakt_model::policy::Setting;
use portvakt_model::security::Security;

struct Texts {
    password: &'static str,
    set: &'static str,
    holds: &'static str,
    none: &'static str,
    choose: &'static str,
    go_without: &'static str,
    go_without_about: &'static str,
    without: &'static str,
    without_about: &'static str,
    current: &'static str,
    new: &'static str,
    change: &'static str,
    changed: &'static str,
    others: &'static str,
    rules: &'static str,
    rules_about: &'static str,
    rules_plain: &'static str,
    portal: &'static str,
    from: fn(&str, Option<&str>) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        password: "Lösenord",
        set: "Valt ",
        holds: ". Gäller tills du byter det.",
        none: "Du har inget lösenord: du loggar in med nyckel. Välj ett om du vill kunna använda båda.",
        choose: "Välj lösenord",
        go_without: "Ta bort lösenordet",
        go_without_about: "Du har en nyckel och klarar dig utan lösenord. Ett lösenord som inte finns kan inte läcka.",
        without: "Lösenordet är borttaget",
        without_about: "Du är utloggad på alla andra enheter. Från och med nu loggar du in med nyckel.",
        current: "Nuvarande lösenord",
        new: "Nytt lösenord",
        change: "Byt lösenord",
        changed: "Lösenordet är bytt",
        others: "Du är utloggad på alla andra enheter, och ett mejl om bytet är på väg.",
        rules: "Regler som gäller för dig",
        rules_about: "Hör du till flera organisationer gäller det strängaste som de kräver.",
        rules_plain: "Ingen organisation kräver mer av dig än portalen gör av alla.",
        portal: "gäller alla",
        from: |organisation, role| match role {
            Some(role) => format!("från {organisation}, för {role}"),
            None => format!("från {organisation}"),
        },
    },
    english: Texts {
        password: "Password",
        set: "Chosen ",
        holds: ". Valid until you change it.",
        none: "You have no password: you sign in with a passkey. Choose one if you want to use both.",
        choose: "Choose a password",
        go_without: "Remove password",
        go_without_about: "You have a passkey and don’t need a password. A password that doesn’t exist can’t leak.",
        without: "Password removed",
        without_about: "You are signed out on all your other devices. From now on you sign in with a passkey.",
        current: "Current password",
        new: "New password",
        change: "Change password",
        changed: "Password changed",
        others: "You are signed out on all your other devices, and an email about the change is on its way.",
        rules: "Rules that apply to you",
        rules_about: "If you belong to several organisations, the strictest of their rules applies.",
        rules_plain: "No organisation requires more of you than the portal requires of everyone.",
        portal: "applies to everyone",
        from: |organisation, role| match role {
            Some(role) => format!("from {organisation}, for the role {role}"),
            None => format!("from {organisation}"),
        },
    },
};

/// The caller's password, factors and rules.
///
/// # Errors
/// As [`portvakt_core::security::security`].
#[server(prefix = "/rpc", endpoint = "load_security")]
pub async fn load_security() -> Result<Security, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::security::security(&core, &person).await?)
}

/// Sets the caller's new password.
///
/// # Errors
/// As [`portvakt_core::security::change_password`].
#[server(prefix = "/rpc", endpoint = "change_password")]
pub async fn change_password(#[server(default)] current_password: String, password: String) -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    let browser = crate::web::request::RequestContext::current().browser;
    let renewed =
        portvakt_core::security::change_password(&core, &person, &browser, &current_password, &password).await?;
    crate::web::cookies::begin_session(&renewed);
    Ok(())
}

/// Removes the caller's password.
///
/// # Errors
/// As [`portvakt_core::security::remove_password`].
#[server(prefix = "/rpc", endpoint = "remove_password")]
pub async fn remove_password() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    let browser = crate::web::request::RequestContext::current().browser;
    let renewed = portvakt_core::security::remove_password(&core, &person, &browser).await?;
    crate::web::cookies::begin_session(&renewed);
    Ok(())
}

/// The security page.
#[derive(Clone, Copy)]
pub(crate) struct SecurityPage {
    security: Loaded<Result<Security, ApiError>>,
    change: FormOf<ChangePassword>,
    remove: FormOf<RemovePassword>,
    second: SecondFactorForms,
    passkeys: PasskeyForms,
}

impl SecurityPage {
    pub(crate) fn new() -> Self {
        let (change, remove) = (FormOf::new(), FormOf::new());
        let (second, passkeys) = (SecondFactorForms::new(), PasskeyForms::new());
        let password = [FormOf::changes(change), FormOf::changes(remove)];
        let (factors, keys) = (second.changes(), passkeys.changes());
        let changes = move || (password.map(|changes| changes.get()), factors(), keys());
        Self { security: load(changes, |_| load_security()), change, remove, second, passkeys }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <ProfileShell>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.security.await {
                            Ok(security) => {
                                let has_passkeys = expect_context::<Frame>().passkeys;
                                view! {
                                    {self.password(&security)}
                                    {self.second.view(&security.second)}
                                    {has_passkeys.then(|| self.passkeys.view(&security.second.passkeys))}
                                    {rules(&security)}
                                }
                                .into_any()
                            }
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </ProfileShell>
        }
        .into_any()
    }
}

/// The person's rules, each with the organisation or the role that it comes from.
fn rules(Security { policy, portal, sources, .. }: &Security) -> AnyView {
    let (texts, words) = (TEXTS.here(), SETTING.here());
    let line = |setting: Setting| {
        let value = setting.of(policy);
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
        // The longest Swedish word, in a narrow column.
        let label = (words.label)(setting).replace("faktorsin", "faktors\u{ad}in");
        let value = words.value(setting, value);
        Some(view! { <div><dt>{label}</dt><dd>{value}" "<span class="soft">{from}</span></dd></div> })
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

impl SecurityPage {
    /// The panel for the password, or for an account without one.
    fn password(self, Security { password_set_at, policy, second, .. }: &Security) -> AnyView {
        let (texts, form, remove) = (TEXTS.here(), self.change, self.remove);
        let rules = policy.password;
        form.clear_when_done(&["current_password", "password"]);
        let has_one = password_set_at.is_some();
        let about = match password_set_at {
            Some(at) => view! {
                {texts.set}<time datetime=at.iso.clone()>{(TIME.here().moment)(at)}</time>{texts.holds}
            }
            .into_any(),
            None => texts.none.into_any(),
        };
        let can_go_without = has_one && rules.passwordless && !second.passkeys.is_empty();
        view! {
            <Panel id="password-panel" title=texts.password about>
                <div class="body measure stack">
                    {move || remove.is_done().then(|| view! {
                        <Notice tone=Tone::Ok title=texts.without alert=true><p>{texts.without_about}</p></Notice>
                    })}
                    <Form of=form>
                        {move || form.is_done().then(|| view! {
                            <Notice tone=Tone::Ok title=texts.changed alert=true><p>{texts.others}</p></Notice>
                        })}
                        {has_one.then(|| view! {
                            <PasswordField
                                of=form
                                name="current_password"
                                label=texts.current
                                autocomplete="current-password"
                            />
                        })}
                        {expect_context::<Frame>().email.map(|email| view! { <UserName email/> })}
                        <NewPasswordField of=form label=texts.new rules/>
                        <div class="form-actions">
                            <Submit of=form fill=false>{if has_one { texts.change } else { texts.choose }}</Submit>
                        </div>
                    </Form>
                    {can_go_without.then(|| view! {
                        <Form of=remove>
                            <p class="soft small">{texts.go_without_about}</p>
                            <div class="form-actions">
                                <Submit of=remove fill=false kind=Some("danger-quiet")>{texts.go_without}</Submit>
                            </div>
                        </Form>
                    })}
                </div>
            </Panel>
        }
        .into_any()
    }
}
