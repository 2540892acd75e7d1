//! The field for a new password: the rules, as a list that updates while the person types, and how hard the password is
//! to guess. The browser checks the rules that need only the text, and asks the server for the others. The server
//! checks all of them again when the form is sent.
use crate::ui::form::state::FormState;
use crate::ui::icon::Icon;
use crate::ui::password_field::PasswordField;
use crate::ui::words::WORDS;
use crate::web::api::ApiError;
use crate::web::load::{of_request, shared};
use crate::words::language::Translated;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use portvakt_model::fault::FieldRule;
use portvakt_model::language::Language;
use portvakt_model::password::{Strength, Verdict};
use portvakt_model::policy::{PasswordPolicy, Policy};
use std::time::Duration;

struct Texts {
    hint: &'static str,
    rules: &'static str,
    met: fn(usize, usize) -> String,
    is_met: &'static str,
    is_open: &'static str,
    is_broken: &'static str,
    rule: fn(FieldRule) -> String,
    strength: &'static str,
    score: fn(Strength) -> (&'static str, &'static str),
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        hint: "En mening är lätt att minnas och svår att gissa.",
        rules: "Regler för lösenordet",
        met: |met, all| format!("{met} av {all} uppfyllda"),
        is_met: "Uppfylld: ",
        is_open: "Inte uppfylld än: ",
        is_broken: "Bruten: ",
        rule: |rule| match rule {
            FieldRule::TooShort(min) => format!("Minst {min} tecken"),
            FieldRule::TooFewDigits(1) => "Minst 1 siffra".to_owned(),
            FieldRule::TooFewDigits(min) => format!("Minst {min} siffror"),
            FieldRule::TooFewSpecials(min) => format!("Minst {min} specialtecken, till exempel ! ? # %"),
            FieldRule::TooFewUpper(1) => "Minst 1 stor bokstav".to_owned(),
            FieldRule::TooFewUpper(min) => format!("Minst {min} stora bokstäver"),
            FieldRule::TooFewLower(1) => "Minst 1 liten bokstav".to_owned(),
            FieldRule::TooFewLower(min) => format!("Minst {min} små bokstäver"),
            FieldRule::TooLong(_) | FieldRule::Unprintable => (WORDS.of(Language::Swedish).rule)(rule),
            FieldRule::Expected => "Inte bara ditt namn, din e-post eller organisationens namn".to_owned(),
            _ => "Inte ett av de vanligaste lösenorden".to_owned(),
        },
        strength: "Lösenordets styrka",
        score: |strength| match strength {
            Strength::Weak => ("Svagt", "Lätt att gissa. Lägg till fler ord."),
            Strength::Fair => ("Godtagbart", "Kan gissas med tiden. Ett ord till gör det bättre."),
            Strength::Good => ("Bra", "Svårt att gissa. Ett ord till gör det utmärkt."),
            Strength::Excellent => ("Utmärkt", "Mycket svårt att gissa."),
        },
    },
    english: Texts {
        hint: "A sentence is easy to remember and hard to guess.",
        rules: "Password rules",
        met: |met, all| format!("{met} of {all} met"),
        is_met: "Met: ",
        is_open: "Not met yet: ",
        is_broken: "Broken: ",
        rule: |rule| match rule {
            FieldRule::TooShort(min) => format!("At least {min} characters"),
            FieldRule::TooFewDigits(1) => "At least 1 digit".to_owned(),
            FieldRule::TooFewDigits(min) => format!("At least {min} digits"),
            FieldRule::TooFewSpecials(1) => "At least 1 special character, such as ! ? # %".to_owned(),
            FieldRule::TooFewSpecials(min) => format!("At least {min} special characters, such as ! ? # %"),
            FieldRule::TooFewUpper(1) => "At least 1 capital letter".to_owned(),
            FieldRule::TooFewUpper(min) => format!("At least {min} capital letters"),
            FieldRule::TooFewLower(1) => "At least 1 lower-case letter".to_owned(),
            FieldRule::TooFewLower(min) => format!("At least {min} lower-case letters"),
            FieldRule::TooLong(_) | FieldRule::Unprintable => (WORDS.of(Language::English).rule)(rule),
            FieldRule::Expected => "Not just your name, your email or the organisation’s name".to_owned(),
            _ => "Not one of the most common passwords".to_owned(),
        },
        strength: "Password strength",
        score: |strength| match strength {
            Strength::Weak => ("Weak", "Easy to guess. Add more words."),
            Strength::Fair => ("Fair", "Can be guessed in time. One more word makes it better."),
            Strength::Good => ("Good", "Hard to guess. One more word makes it excellent."),
            Strength::Excellent => ("Excellent", "Very hard to guess."),
        },
    },
};

/// Judges a new password, for the holder of a link, for a signed-in caller, or for a waiting sign-in. `known` is the
/// text of the form's other fields, one on each line.
///
/// # Errors
/// [`portvakt_model::fault::Refusal::NotFound`] for every other caller; as [`portvakt_core::password::judge::judge`].
#[server(prefix = "/rpc", endpoint = "judge_password")]
pub async fn judge_password(password: String, #[server(default)] known: String) -> Result<Verdict, ApiError> {
    use crate::web::request::{RequestContext, core};
    use portvakt_core::link_holder::password_context;
    use portvakt_core::password::judge::judge;
    let (core, request) = (core(), RequestContext::current());
    let person = request.signed_in.as_ref().map(|signed_in| &signed_in.person);
    let context = password_context(&core, request.link.as_ref(), person, request.waiting.as_ref(), &known).await?;
    Ok(judge(&core, context, &password).await?)
}

/// A rule's state.
#[derive(Clone, Copy, PartialEq)]
enum RuleState {
    Open,
    Met,
    Broken,
}

/// A rule in the list, with the number that the password has so far if the rule counts something.
struct RuleLine {
    rule: FieldRule,
    state: RuleState,
    found: Option<u32>,
}

/// The lines of all rules. A rule that only the server can check stays open until the server has answered about this
/// text.
fn lines(rules: PasswordPolicy, text: &str, verdict: Option<&Verdict>) -> Vec<RuleLine> {
    let met = |met| if met { RuleState::Met } else { RuleState::Open };
    let counted = rules.progress(text).into_iter().map(|progress| RuleLine {
        rule: progress.rule,
        state: met(progress.is_met()),
        found: Some(progress.found),
    });
    // People rarely break these rules, so each has a line only while it is broken.
    let rare = rules.check(text).into_iter();
    let rare = rare.filter(|rule| matches!(rule, FieldRule::TooLong(_) | FieldRule::Unprintable));
    let rare = rare.map(|rule| RuleLine { rule, state: RuleState::Broken, found: None });
    let asked = [FieldRule::Expected, FieldRule::Common].into_iter().map(move |rule| RuleLine {
        rule,
        state: match verdict {
            None => RuleState::Open,
            Some(verdict) if verdict.broken.contains(&rule) => RuleState::Broken,
            Some(_) => RuleState::Met,
        },
        found: None,
    });
    counted.chain(rare).chain(asked).collect()
}

/// The text in Unicode NFC, the form in which the server counts it.
#[cfg(feature = "hydrate")]
fn nfc(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFC").into()
}
#[cfg(not(feature = "hydrate"))]
fn nfc(text: &str) -> String {
    text.to_owned() // the server renders the field empty
}

/// The values of other fields of the form, one on each line.
fn typed_in(fields: &[&str]) -> String {
    use leptos::wasm_bindgen::JsCast;
    let of = |id: &&str| {
        let input = document().get_element_by_id(id)?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
        Some(input.value())
    };
    fields.iter().filter_map(of).collect::<Vec<_>>().join("\n")
}

/// The pause after the last key before the browser asks the server.
const PAUSE: Duration = Duration::from_millis(300);

/// A field for a new password, with its strength and its rules.
#[component]
pub fn NewPasswordField(
    /// The form that the field belongs to.
    #[prop(into)]
    of: FormState,
    /// The label.
    label: &'static str,
    /// The ids of the fields that tell who chooses the password.
    #[prop(default = &[])]
    known: &'static [&'static str],
    /// The rules, if the page has loaded them. Otherwise the rules that the server writes into the page.
    #[prop(optional)]
    rules: Option<PasswordPolicy>,
) -> impl IntoView {
    let texts = TEXTS.here();
    let rules = rules.unwrap_or_else(|| shared(|| of_request::<PasswordPolicy>().unwrap_or(Policy::FLOOR.password)));
    let typed = RwSignal::new(String::new());
    let asked = Action::new(move |text: &String| {
        let text = text.clone();
        async move {
            let verdict = judge_password(text.clone(), typed_in(known)).await;
            verdict.ok().map(|verdict| (text, verdict))
        }
    });
    let mut ask = debounce(PAUSE, move |text: String| {
        asked.dispatch(text);
    });
    Effect::new(move || {
        let text = typed.get();
        if !text.is_empty() {
            ask(text);
        }
    });
    // An answer counts only for the text that it judges.
    let verdict = move || {
        let answer = asked.value().get().flatten();
        answer.filter(|(text, _)| typed.with(|typed| typed == text)).map(|(_, verdict)| verdict)
    };
    view! {
        <PasswordField of name="password" label hint=texts.hint autocomplete="new-password" typed described_by="rules"/>
        <div class="strength" aria-live="polite">
            {move || verdict().map(|Verdict { strength, .. }| {
                let value = strength as u8 + 1;
                let (word, advice) = (texts.score)(strength);
                view! {
                    <meter min="0" max="4" low="2" high="3" optimum="4" value=value aria-label=texts.strength>{word}</meter>
                    <b>{word}</b>
                    <p>{advice}</p>
                }
            })}
        </div>
        <section class="notice" data-kind="quiet" id="rules" aria-labelledby="rules-title">
            <Icon name="shield"/>
            <h2 id="rules-title">
                {texts.rules}" "
                <span class="soft small needs-script">
                    {move || {
                        let lines = lines(rules, &nfc(&typed.get()), verdict().as_ref());
                        (texts.met)(lines.iter().filter(|line| line.state == RuleState::Met).count(), lines.len())
                    }}
                </span>
            </h2>
            <ul class="checklist" role="list">
                {move || lines(rules, &nfc(&typed.get()), verdict().as_ref()).into_iter().map(|line| {
                    let (state, icon, said) = match line.state {
                        RuleState::Open => ("open", "circle", texts.is_open),
                        RuleState::Met => ("met", "check-circle", texts.is_met),
                        RuleState::Broken => ("broken", "alert", texts.is_broken),
                    };
                    view! {
                        <li data-state=state>
                            <Icon name=icon/>
                            <span><span class="vh needs-script">{said}</span>{(texts.rule)(line.rule)}</span>
                            {line.found.map(|found| view! { <span class="num needs-script">{found}</span> })}
                        </li>
                    }
                }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}
