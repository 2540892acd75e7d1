//! The page of an organisation's security policy: the rules, and before a save, its effect on the members.
mod calls;
mod confirmation;
mod impact;
mod settings;
pub(crate) mod versions;
mod words;

use crate::administration::rooms::administration;
use crate::shell::work::WorkShell;
use crate::ui::conflict::{Conflict, current};
use crate::ui::fault::PageFault;
use crate::ui::form::field::Field;
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::form::{Form, Submit};
use crate::ui::notice::Notice;
use crate::ui::page_head::PageHead;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::address::use_query;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use calls::{ChangePolicy, SAVED, ShowPolicyEffect, load_now, load_policy};
use confirmation::CONFIRMED;
use impact::Preview;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use portvakt_model::page::Page;
use portvakt_model::policy::Setting;
use portvakt_model::policy::page::PolicyPage as Rules;
use server_fn::ServerFn;
use settings::{Typed, panels, stored};
use std::time::Duration;
use words::TEXTS;

/// The pause after the last key before the browser asks the server.
const PAUSE: Duration = Duration::from_millis(300);

/// The policy's editor.
#[derive(Clone, Copy)]
pub(crate) struct PolicyPage {
    page: Loaded<Result<Rules, ApiError>>,
    change: FormOf<ChangePolicy>,
    show: FormOf<ShowPolicyEffect>,
}

impl PolicyPage {
    pub(crate) fn new() -> Self {
        let query = use_query().get_untracked();
        let of = move |name| query.get(name).unwrap_or_default();
        let asked = (of("version"), of("profile"));
        let page = load(move || asked.clone(), |(version, profile)| load_policy(version, profile));
        Self { page, change: FormOf::new(), show: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <WorkShell area=administration()>
                <Suspense>
                    {move || Suspend::new(async move {
                        match self.page.await {
                            Ok(page) => self.shown(page),
                            Err(ApiError(fault)) => {
                                view! { <PageHead title=TEXTS.here().title/><PageFault fault/> }.into_any()
                            }
                        }
                    })}
                </Suspense>
            </WorkShell>
        }
        .into_any()
    }

    fn shown(self, page: Rules) -> AnyView {
        let texts = TEXTS.here();
        let Self { change, show, .. } = self;
        let Rules { policy, proposed, .. } = page.clone();
        let is_proposal = proposed.is_some();
        let (start, effect) = proposed.map_or((policy, None), |(proposed, effect)| (proposed, Some(effect)));
        let preview = Preview::new(show, change, effect);
        // Loaded again each time that a save is refused with a conflict.
        let now = current(change, page, load_now);
        let holds = Signal::derive(move || now.with(|now| now.policy));
        let typed = Typed::new(holds, &start, change.into(), show.into());
        let mut ask = debounce(PAUSE, move |()| show.send(ShowPolicyEffect { rules: typed.rules() }));
        Effect::new(move |earlier: Option<()>| {
            typed.follow();
            // Another administrator has saved, or a save was refused because it locks out more people. Either changes
            // the effect, so it is asked for again.
            now.track();
            preview.confirmation.track_refused();
            if earlier.is_some() {
                ask(());
            }
        });
        let about = move || match now.with(|now| now.saved.clone()) {
            None => texts.unset.into_any(),
            Some(saved) => {
                let when = (TIME.here().moment)(&saved.at);
                let by = saved.by.map(|by| view! { {texts.by}{by} });
                view! { <span>{texts.saved_last}<time datetime=saved.at.iso>{when}</time>{by}"."</span> }.into_any()
            }
        };
        let actions = view! {
            <a class="button" href=format!("{}?profile=recommended", Page::Policy.path()) rel="external">{texts.recommended}</a>
            <a class="button" href=format!("{}?profile=classic", Page::Policy.path()) rel="external">{texts.classic}</a>
            <a class="button" href=Page::PolicyVersions.path()>{texts.versions}</a>
        };
        let show_path = <ShowPolicyEffect as ServerFn>::PATH;
        let is_saved = use_location().search.get_untracked() == SAVED;
        let was_saved = move || is_saved && FormState::from(change).fault().is_none();
        let reason = FormState::from(show).kept("reason").unwrap_or_default();
        view! {
            <PageHead title=texts.title about=about.into_any() actions=actions.into_any()/>
            <Form of=change keep=kept()>
                {move || was_saved().then(|| view! { <Notice tone=Tone::Ok title=texts.saved alert=true/> })}
                {is_proposal.then(|| view! {
                    <Notice tone=Tone::Info title=texts.proposal><p>{texts.proposal_about}</p></Notice>
                })}
                <Conflict of=change stored=Signal::derive(move || stored(&holds.get()))/>
                <input type="hidden" name="version" value=move || now.with(|now| now.version)/>
                <div class="with-aside" data-aside="wide">
                    <div class="stack" data-gap="5">{panels(typed)}</div>
                    <aside class="stack sticky" data-gap="3" aria-labelledby="impact">
                        <section class="panel impact">
                            {preview.view()}
                            <div class="body stack" data-gap="3">
                                <Field of=change name="reason" label=texts.why hint=texts.why_hint autocomplete="off" value=reason/>
                                {preview.confirmation.view()}
                                <div class="form-actions">
                                    <button
                                        class="button"
                                        formaction=show_path
                                        on:click=move |press| {
                                            press.prevent_default();
                                            show.send(ShowPolicyEffect { rules: typed.rules() });
                                        }
                                    >
                                        {texts.show}
                                    </button>
                                    <Submit of=change fill=false>{texts.save}</Submit>
                                    <a class="button" data-kind="plain" href=Page::Policy.path() rel="external">{texts.discard}</a>
                                </div>
                            </div>
                        </section>
                    </aside>
                </div>
                {preview.bar(change)}
            </Form>
        }
        .into_any()
    }
}

/// The names of the fields that a refusal fills in again: every field.
fn kept() -> String {
    let settings = Setting::everywhere().map(|(level, setting)| setting.field(level));
    settings.chain(["reason".to_owned(), CONFIRMED.to_owned()]).collect::<Vec<_>>().join(" ")
}
