//! The lines of the editor: each setting with its field and its saved value.
use super::words::TEXTS;
use crate::ui::conflict::Stored;
use crate::ui::form::state::FormState;
use crate::ui::icon::Icon;
use crate::ui::panel::Panel;
use crate::ui::words::WORDS;
use crate::words::setting::SETTING;
use leptos::prelude::*;
use portvakt_model::fault::FieldRule;
use portvakt_model::frame::Frame;
use portvakt_model::policy::{Setting, SettingPanel, TenantPolicy};
use portvakt_model::role::PrivilegeLevel;
use std::collections::BTreeMap;

/// The values in the fields.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    now: RwSignal<BTreeMap<&'static str, String>>,
    /// The saved policy.
    stored: Signal<TenantPolicy>,
    change: FormState,
    show: FormState,
}

impl Typed {
    /// Begins with the typed values of a plain post, or else with the policy to look at.
    pub(super) fn new(stored: Signal<TenantPolicy>, start: &TenantPolicy, change: FormState, show: FormState) -> Self {
        let text = |(level, setting): (PrivilegeLevel, Setting)| {
            let field = setting.field(level);
            let kept = change.kept(&field).or_else(|| show.kept(&field));
            (setting.name(level), kept.unwrap_or_else(|| start.text(level, setting)))
        };
        let now = RwSignal::new(Setting::everywhere().map(text).collect());
        Self { now, stored, change, show }
    }

    fn put(self, name: &'static str, text: String) {
        self.now.update(|now| {
            now.insert(name, text);
        });
    }

    /// The values as the server functions take them.
    pub(super) fn rules(self) -> BTreeMap<String, String> {
        self.now.with_untracked(|now| now.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect())
    }

    /// Runs the calling effect again with each key.
    pub(super) fn follow(self) {
        self.now.track();
    }

    /// The rules that a field breaks: by the last answer about the effect if there is one, else by the last save.
    fn broken(self, field: &str) -> Vec<FieldRule> {
        if self.show.is_answered() { self.show.of_field(field) } else { self.change.of_field(field) }
    }
}

/// Every field of the form with its saved value.
pub(super) fn stored(policy: &TenantPolicy) -> Vec<Stored> {
    let field = |(level, setting): (PrivilegeLevel, Setting)| {
        let say = match setting {
            Setting::SecondFactor => demand,
            Setting::Passwordless => passwordless,
            _ => of_level,
        };
        Stored::new(setting.field(level), SETTING.here().label_of(level, setting), policy.text(level, setting), say)
    };
    Setting::everywhere().map(field).collect()
}

/// The words for a level's field: an empty field means the rule for everyone.
fn of_level(typed: &str) -> String {
    if typed.is_empty() { TEXTS.here().as_all } else { typed }.to_owned()
}

fn demand(typed: &str) -> String {
    let [optional, any, passkey] = SETTING.here().demand;
    match typed {
        "0" => optional.to_owned(),
        "1" => any.to_owned(),
        "2" => passkey.to_owned(),
        _ => of_level(typed),
    }
}

fn passwordless(typed: &str) -> String {
    SETTING.here().passwordless[usize::from(typed != "0")].to_owned()
}

/// The panels of the form.
pub(super) fn panels(typed: Typed) -> AnyView {
    let texts = TEXTS.here();
    let ([_, any, passkey], [not_allowed, allowed]) = (SETTING.here().demand, SETTING.here().passwordless);
    let standard = move |panel| {
        let settings = Setting::ALL.into_iter().filter(|setting| setting.panel() == panel);
        // The demand has a field of its own.
        let lines = settings.filter(|setting| *setting != Setting::SecondFactor).map(|setting| match setting {
            Setting::Passwordless => {
                choice(typed, PrivilegeLevel::Standard, setting, &[("1", allowed), ("0", not_allowed)])
            }
            _ => line(typed, PrivilegeLevel::Standard, setting),
        });
        lines.collect_view()
    };
    let of_level = move |level| {
        let lines = Setting::OF_LEVELS.into_iter().filter(|setting| *setting != Setting::SecondFactor);
        view! {
            <h3 class="strong">{(SETTING.here().level)(level)}</h3>
            <div>
                {choice(
                    typed,
                    level,
                    Setting::SecondFactor,
                    &[("", texts.as_all), ("1", any), ("2", passkey)],
                )}
                {lines.map(|setting| line(typed, level, setting)).collect_view()}
            </div>
        }
    };
    view! {
        <Panel id="passwords" title=texts.passwords>
            <div class="body">{standard(SettingPanel::Passwords)}</div>
        </Panel>
        <Panel id="two-factor" title=texts.two_factor>
            <div class="body stack" data-gap="3">
                {demand_of_all(typed)}
                <div>{standard(SettingPanel::SecondFactor)}</div>
            </div>
        </Panel>
        <Panel id="lockout" title=texts.lockout>
            <div class="body">{standard(SettingPanel::Lockout)}</div>
        </Panel>
        <Panel id="links" title=texts.links>
            <div class="body">{standard(SettingPanel::Links)}</div>
        </Panel>
        <Panel id="privileged" title=texts.privileged about=texts.privileged_about.into_any()>
            <div class="body stack" data-gap="3">
                {of_level(PrivilegeLevel::Elevated)}
                {of_level(PrivilegeLevel::Administrative)}
            </div>
        </Panel>
    }
    .into_any()
}

/// The choice whether everyone must have a second factor.
fn demand_of_all(typed: Typed) -> AnyView {
    let texts = TEXTS.here();
    let (level, setting) = (PrivilegeLevel::Standard, Setting::SecondFactor);
    let (name, field) = (setting.name(level), setting.field(level));
    let chosen = typed.now.with_untracked(|now| now.get(name).cloned().unwrap_or_default());
    let card = |value: &'static str, words: &'static str, about: &'static str| {
        let checked = chosen == value;
        view! {
            <label>
                <span>
                    <input
                        type="radio"
                        name=field.clone()
                        value=value
                        checked=checked
                        on:change=move |_| typed.put(name, value.to_owned())
                    />
                    {words}
                </span>
                <span>{about}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend class="vh">{texts.who_must}</legend>
            <div class="choice-cards">
                {card("0", texts.optional, texts.optional_about)}
                {card("1", texts.everyone, texts.everyone_about)}
                {expect_context::<Frame>().passkeys.then(|| card("2", texts.passkeys, texts.passkeys_about))}
            </div>
        </fieldset>
    }
    .into_any()
}

/// A choice from a short list of values, each with its words.
fn choice(typed: Typed, level: PrivilegeLevel, setting: Setting, of: &[(&'static str, &'static str)]) -> AnyView {
    let words = SETTING.here();
    let (name, field) = (setting.name(level), setting.field(level));
    let chosen = typed.now.with_untracked(|now| now.get(name).cloned().unwrap_or_default());
    let option = |(value, words): &(&'static str, &'static str)| {
        view! { <option value=*value selected=chosen == *value>{*words}</option> }
    };
    let is_of_level = level != PrivilegeLevel::Standard;
    view! {
        <div class="setting" data-keep="">
            <div>
                <label for=field.clone()>
                    {is_of_level.then(|| view! { <span class="vh">{(words.level)(level)}": "</span> })}
                    {(words.label)(setting)}
                </label>
                {(words.about)(setting).map(|about| view! { <p>{about}</p> })}
            </div>
            <div>
                <select
                    class="input"
                    id=field.clone()
                    name=field
                    on:change:target=move |event| typed.put(name, event.target().value())
                >
                    {of.iter().map(option).collect_view()}
                </select>
            </div>
        </div>
    }
    .into_any()
}

fn line(typed: Typed, level: PrivilegeLevel, setting: Setting) -> AnyView {
    let texts = TEXTS.here();
    let words = SETTING.here();
    let about = (words.about)(setting).filter(|_| level == PrivilegeLevel::Standard);
    let (name, field) = (setting.name(level), setting.field(level));
    let is_of_level = level != PrivilegeLevel::Standard;
    let label = if is_of_level {
        view! { <span class="vh">{(words.level)(level)}": "</span>{(words.label)(setting)} }.into_any()
    } else {
        (words.label)(setting).into_any()
    };
    let (least, most) = setting.bounds();
    // A screen reader tells the unit and the bounds with the name, and not after a mistake.
    let bounds = format!(", {}, {least}–{most}", words.unit(setting));
    let stored = move || typed.stored.with(|stored| stored.text(level, setting));
    let value = typed.now.with_untracked(|now| now.get(name).cloned().unwrap_or_default());
    let now = move || typed.now.with(|now| now.get(name).cloned().unwrap_or_default());
    let changed = Memo::new(move |_| now().trim() != stored());
    let was = move || {
        changed.get().then(|| {
            let was = Some(stored()).filter(|was| !was.is_empty()).unwrap_or_else(|| texts.as_all.to_owned());
            view! { <p class="was">{texts.was}{was}</p> }
        })
    };
    let of = StoredValue::new(field.clone());
    let broken = Memo::new(move |_| of.with_value(|field| typed.broken(field)));
    let described = {
        let field = field.clone();
        move || {
            let ids = [(about.is_some(), "about"), (!broken.with(Vec::is_empty), "error")];
            let ids: Vec<_> = ids.into_iter().filter(|(is, _)| *is).map(|(_, id)| format!("{field}-{id}")).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let faults = {
        let id = format!("{field}-error");
        move || {
            broken.with(|broken| {
                (!broken.is_empty()).then(|| {
                    let rule = |rule: &FieldRule| {
                        view! { <p class="error"><Icon name="alert"/>{(WORDS.here().rule)(*rule)}</p> }
                    };
                    view! { <div class="errors" id=id.clone()>{broken.iter().map(rule).collect_view()}</div> }
                })
            })
        }
    };
    view! {
        <div class="setting" data-keep="">
            <div>
                <label for=field.clone()>{label}<span class="vh">{bounds}</span></label>
                {about.map(|about| view! { <p id=format!("{field}-about")>{about}</p> })}
                {faults}
            </div>
            <div>
                <span class="quantity" data-changed=move || changed.get().then_some("")>
                    <input
                        class="input"
                        id=field.clone()
                        name=field
                        inputmode="numeric"
                        autocomplete="off"
                        maxlength="4"
                        placeholder=is_of_level.then_some("–")
                        value=value
                        aria-describedby=described
                        aria-invalid=move || (!broken.with(Vec::is_empty)).then_some("true")
                        on:input:target=move |event| typed.put(name, event.target().value())
                    />
                    <span>{words.unit(setting)}</span>
                </span>
                {was}
            </div>
        </div>
    }
    .into_any()
}
