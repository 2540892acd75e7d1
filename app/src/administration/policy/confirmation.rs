//! Where whoever saves says that they know of those who may be locked out.
use super::calls::{ChangePolicy, ShowPolicyEffect};
use super::words::TEXTS;
use crate::ui::form::field::{FieldFault, described_by};
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::number::number;
use leptos::html;
use leptos::prelude::*;
use portvakt_model::fault::FieldRule;
use portvakt_model::policy::impact::{Affected, Impact};

/// The field: how many people somebody knows may be locked out.
pub(super) const CONFIRMED: &str = "confirmed";

/// Those who may be locked out, by what was answered last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Risk {
    people: u64,
    /// Who, and how many guests, if that was answered as well.
    whom: Option<(Affected, u64)>,
}

impl Risk {
    fn of(impact: Impact) -> Self {
        // Nothing is to be saved.
        if impact.changes.is_empty() {
            return Self::default();
        }
        Self { people: impact.may_be_locked_out(), whom: Some((impact.locked_out, impact.guests_at_risk)) }
    }

    /// Whether they are others than those, as far as that is known.
    fn differs(&self, before: &Self) -> bool {
        self.people != before.people || (self.whom.is_some() && before.whom.is_some() && self.whom != before.whom)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Confirmation {
    change: FormOf<ChangePolicy>,
    show: FormOf<ShowPolicyEffect>,
    /// How many people a save was refused for, and how many answers to what would happen had come then.
    refused: Memo<Option<(u64, usize)>>,
    risk: Memo<Risk>,
}

impl Confirmation {
    /// Of the form, what it would do, and what is known of that before anybody asks.
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
                // It was refused for something else, or could not be counted: it is as it was known.
                (None, None) => match last {
                    Some(last) => last.clone(),
                    None => proposed.get_value().map_or_else(|| kept(change, show), Risk::of),
                },
            }
        });
        Self { change, show, refused, risk }
    }

    /// Runs what calls this again when a save is refused for those who may be locked out.
    pub(super) fn track_refused(self) {
        self.refused.track();
    }

    pub(super) fn view(self) -> impl IntoView {
        let texts = TEXTS.here();
        let Self { change, show, refused, risk } = self;
        let people = Memo::new(move |_| risk.with(|risk| risk.people));
        // It stays when the number changes: somebody may be on it.
        let is_there = Memo::new(move |_| people.get() > 0);
        let tick = NodeRef::<html::Input>::new();
        // Who has said that they know of some knows of no others.
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
                // Only in the page that a plain post came back to, and if it is about the same rules still.
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

/// What was confirmed in a plain post that did nothing.
fn kept(change: FormOf<ChangePolicy>, show: FormOf<ShowPolicyEffect>) -> Risk {
    let (change, show) = (FormState::from(change), FormState::from(show));
    let people = change.kept(CONFIRMED).or_else(|| show.kept(CONFIRMED)).and_then(|people| people.parse().ok());
    Risk { people: people.unwrap_or_default(), whom: None }
}

#[test]
fn a_tick_is_about_those_whom_it_was_set_for() {
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
