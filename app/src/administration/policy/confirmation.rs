//! The checkbox with which the administrator confirms how many people a save may lock out.
use super::calls::{ChangePolicy, ShowPolicyEffect};
use super::words::TEXTS;
use crate::ui::form::field::{FieldFault, described_by};
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::number::number;
use leptos::html;
use leptos::prelude::*;
use portvakt_model::fault::FieldRule;
use portvakt_model::policy::impact::{Affected, Impact};

/// The field's name. Its value is the confirmed number of people.
pub(super) const CONFIRMED: &str = "confirmed";

/// The people whom a save may lock out, by the last answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Risk {
    people: u64,
    /// Who they are and how many guests are at risk, if the answer says so.
    whom: Option<(Affected, u64)>,
}

impl Risk {
    fn of(impact: Impact) -> Self {
        // A save would change nothing.
        if impact.changes.is_empty() {
            return Self::default();
        }
        Self { people: impact.may_be_locked_out(), whom: Some((impact.locked_out, impact.guests_at_risk)) }
    }

    /// Whether these are other people than before, as far as both answers name them.
    fn differs(&self, before: &Self) -> bool {
        self.people != before.people || (self.whom.is_some() && before.whom.is_some() && self.whom != before.whom)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Confirmation {
    change: FormOf<ChangePolicy>,
    show: FormOf<ShowPolicyEffect>,
    /// The number of people for whom a save was refused, and the number of `show`'s answers at that time.
    refused: Memo<Option<(u64, usize)>>,
    risk: Memo<Risk>,
}

impl Confirmation {
    /// Makes the checkbox for the forms. `proposed` is a proposal's effect, which is known before the first answer.
    pub(super) fn new(
        change: FormOf<ChangePolicy>,
        show: FormOf<ShowPolicyEffect>,
        proposed: StoredValue<Option<Impact>>,
    ) -> Self {
        let refused = Memo::new(move |_| {
            let people = FormState::from(change).of_field(CONFIRMED).into_iter().find_map(|rule| match rule {
                FieldRule::LocksOut(people) => Some(people.into()),
                _ => None,
            });
            people.map(|people| (people, untrack(|| show.answers())))
        });
        let risk = Memo::new(move |last: Option<&Risk>| {
            let refused = refused.get().filter(|(_, answers)| *answers == show.answers());
            match (refused, show.impact()) {
                (Some((people, _)), _) => match last {
                    Some(last) if last.people == people => last.clone(),
                    _ => Risk { people, whom: None },
                },
                (None, Some(impact)) => Risk::of(impact),
                // The save was refused for another reason, or the people could not be counted: the last known risk
                // stays.
                (None, None) => match last {
                    Some(last) => last.clone(),
                    None => proposed.get_value().map_or_else(|| kept(change, show), Risk::of),
                },
            }
        });
        Self { change, show, refused, risk }
    }

    /// Runs the calling effect again when a save is refused because it may lock people out.
    pub(super) fn track_refused(self) {
        self.refused.track();
    }

    pub(super) fn view(self) -> impl IntoView {
        let texts = TEXTS.here();
        let Self { change, show, refused, risk } = self;
        let people = Memo::new(move |_| risk.with(|risk| risk.people));
        // The checkbox stays in the page when the number changes, because it may have the focus.
        let is_there = Memo::new(move |_| people.get() > 0);
        let tick = NodeRef::<html::Input>::new();
        // A confirmation does not cover other people, so the tick is removed when they change.
        Effect::new(move |last: Option<Risk>| {
            let now = risk.get();
            if last.is_some_and(|last| now.differs(&last))
                && let Some(tick) = tick.get_untracked()
            {
                tick.set_checked(false);
            }
            now
        });
        let broken = move || refused.get().is_some_and(|(refused, _)| refused == people.get());
        let label = move || (texts.confirm)(people.get(), &number(people.get()));
        move || {
            is_there.get().then(|| {
                // Ticked again only in a page that answers a plain post, and only if the rules are still the same.
                let is_first = untrack(|| change.answers() + show.answers()) == 0;
                let is_same = !untrack(|| FormState::from(change).is_conflict());
                let checked = is_first && is_same && kept(change, show) == risk.get_untracked();
                view! {
                    <div class="field">
                        <div class="choice">
                            <input
                                type="checkbox"
                                id=CONFIRMED
                                name=CONFIRMED
                                value=move || people.get().to_string()
                                checked=checked
                                autocomplete="off"
                                aria-describedby=move || described_by(CONFIRMED, false, broken())
                                aria-invalid=move || broken().then_some("true")
                                node_ref=tick
                            />
                            <label for=CONFIRMED>{label}</label>
                        </div>
                        {move || broken().then(|| view! { <FieldFault of=change name=CONFIRMED/> })}
                    </div>
                }
            })
        }
    }
}

/// The number that was confirmed in a plain post which saved nothing.
fn kept(change: FormOf<ChangePolicy>, show: FormOf<ShowPolicyEffect>) -> Risk {
    let (change, show) = (FormState::from(change), FormState::from(show));
    let people = change.kept(CONFIRMED).or_else(|| show.kept(CONFIRMED)).and_then(|people| people.parse().ok());
    Risk { people: people.unwrap_or_default(), whom: None }
}

#[test]
fn a_confirmation_covers_only_the_people_it_was_given_for() {
    use portvakt_model::role::Role;
    let risk = |people, names: &[&str]| Risk {
        people,
        whom: (!names.is_empty()).then(|| {
            let people = names.iter().map(|name| ((*name).to_owned(), Role::Member)).collect();
            (Affected { count: 1, people, more: 0 }, 0)
        }),
    };
    assert!(risk(1, &["Anna"]).differs(&risk(1, &["Karim"])));
    assert!(risk(2, &[]).differs(&risk(1, &["Anna"])));
    assert!(!risk(1, &["Anna"]).differs(&risk(1, &["Anna"])));
    assert!(!risk(1, &["Anna"]).differs(&risk(1, &[])), "a save was refused before anybody had counted");
}
