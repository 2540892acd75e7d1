//! The words that the list of people and the page of one person share: states, acts and reports.
use crate::ui::badge::{Standing, Status};
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::user::{Act, Report, UserState, Why};

/// The shared words.
pub struct UsersWords {
    /// The name of the list.
    pub users: &'static str,
    /// A person's state.
    pub state: fn(UserState) -> &'static str,
    /// The tag of a person whose home is another organisation.
    pub guest: &'static str,
    /// The button of an act.
    pub act: fn(Act) -> &'static str,
    /// Shown if the person has never signed in.
    pub never: &'static str,
    /// The label of the field for a reason.
    pub reason: &'static str,
    /// The number of people on whom the act was performed.
    done: fn(Act, u64) -> String,
    /// The number of people on whom the act was not performed, with the reason.
    not: fn(Why, u64) -> String,
}

/// The shared words, in each language.
pub static WORDS: Translated<UsersWords> = Translated {
    swedish: UsersWords {
        users: "Användare",
        state: |state| match state {
            UserState::Active => "Aktiv",
            UserState::Locked => "Låst",
            UserState::Suspended => "Avstängd",
        },
        guest: "Gäst",
        act: |act| match act {
            Act::Suspend => "Stäng av",
            Act::Restore => "Häv avstängningen",
            Act::Unlock => "Lås upp nu",
            Act::SendResetLink => "Skicka länk för nytt lösenord",
            Act::EndSessions => "Logga ut överallt",
            Act::ResetSecondFactor => "Återställ tvåfaktorsinloggning",
            Act::Remove => "Ta bort gästen",
        },
        never: "Aldrig",
        reason: "Skäl",
        done: |act, count| {
            let (none, one, many) = match act {
                Act::Suspend => ("Ingen stängdes av", "En person är avstängd", "personer är avstängda"),
                Act::Restore => ("Ingen avstängning hävdes", "En avstängning är hävd", "avstängningar är hävda"),
                Act::Unlock => ("Ingen låstes upp", "En person är upplåst", "personer är upplåsta"),
                Act::SendResetLink => ("Ingen länk skickades", "En länk är på väg", "länkar är på väg"),
                Act::EndSessions => {
                    ("Ingen loggades ut", "En person är utloggad överallt", "personer är utloggade överallt")
                }
                Act::ResetSecondFactor => (
                    "Ingen tvåfaktorsinloggning återställdes",
                    "Tvåfaktorsinloggningen är återställd för en person",
                    "personer har fått tvåfaktorsinloggningen återställd",
                ),
                Act::Remove => ("Ingen togs bort", "En gäst är borttagen", "gäster är borttagna"),
            };
            counted(count, none, one, many)
        },
        not: |why, count| {
            let who = if count == 1 { "1 person".to_owned() } else { format!("{count} personer") };
            let why = match why {
                Why::Gone => "finns inte här längre",
                Why::Guest => "gäst, hemorganisationen bestämmer",
                Why::AtHome => "hör till er organisation och är ingen gäst",
                Why::HoldsMore => "får göra mer än du",
                Why::LastOwner => "ingen annan äger organisationen",
                Why::Yourself => "det är du själv",
                Why::Already => "det behövdes inte",
                Why::Suspended => "avstängd",
                Why::Mailed => "har fått för många mejl den senaste tiden",
                Why::Busy => "hanns inte med, försök igen om en stund",
            };
            format!("{who}: {why}.")
        },
    },
    english: UsersWords {
        users: "Users",
        state: |state| match state {
            UserState::Active => "Active",
            UserState::Locked => "Locked",
            UserState::Suspended => "Suspended",
        },
        guest: "Guest",
        act: |act| match act {
            Act::Suspend => "Suspend",
            Act::Restore => "Lift suspension",
            Act::Unlock => "Unlock now",
            Act::SendResetLink => "Send password reset link",
            Act::EndSessions => "Sign out everywhere",
            Act::ResetSecondFactor => "Reset second factor",
            Act::Remove => "Remove guest",
        },
        never: "Never",
        reason: "Reason",
        done: |act, count| {
            let (none, one, many) = match act {
                Act::Suspend => ("No one was suspended", "One person is suspended", "people are suspended"),
                Act::Restore => ("No suspension was lifted", "One suspension is lifted", "suspensions are lifted"),
                Act::Unlock => ("No one was unlocked", "One person is unlocked", "people are unlocked"),
                Act::SendResetLink => ("No link was sent", "One link is on its way", "links are on their way"),
                Act::EndSessions => {
                    ("No one was signed out", "One person is signed out everywhere", "people are signed out everywhere")
                }
                Act::ResetSecondFactor => (
                    "No second factor was reset",
                    "The second factor is reset for one person",
                    "people had their second factor reset",
                ),
                Act::Remove => ("No one was removed", "One guest is removed", "guests are removed"),
            };
            counted(count, none, one, many)
        },
        not: |why, count| {
            let who = if count == 1 { "1 person".to_owned() } else { format!("{count} people") };
            let why = match why {
                Why::Gone => "no longer here",
                Why::Guest => "guest, the home organisation decides",
                Why::AtHome => "belongs to your organisation and isn’t a guest",
                Why::HoldsMore => "can do more than you",
                Why::LastOwner => "no one else owns the organisation",
                Why::Yourself => "this is you",
                Why::Already => "it wasn’t needed",
                Why::Suspended => "suspended",
                Why::Mailed => "has been sent too many emails lately",
                Why::Busy => "not done yet, try again in a moment",
            };
            format!("{who}: {why}.")
        },
    },
};

fn counted(count: u64, none: &str, one: &str, many: &str) -> String {
    match count {
        0 => none.to_owned(),
        1 => one.to_owned(),
        count => format!("{count} {many}"),
    }
}

/// The report on an act.
#[component]
pub fn Told(
    /// The number of people on whom the act was performed, and the reasons for the others.
    report: Report,
) -> impl IntoView {
    let words = WORDS.here();
    let Report { act, done, not } = report;
    let tone = if not.is_empty() && done > 0 { Tone::Ok } else { Tone::Warn };
    let line = |(why, count)| view! { <p>{(words.not)(why, count)}</p> };
    view! {
        <Notice tone title=(words.done)(act, done) alert=true>{not.into_iter().map(line).collect_view()}</Notice>
    }
    .into_any()
}

/// A person's state: a shape and a word.
#[component]
pub fn StateOf(
    /// The state.
    state: UserState,
) -> impl IntoView {
    let is = match state {
        UserState::Active => Standing::Active,
        UserState::Locked => Standing::Failed,
        UserState::Suspended => Standing::Suspended,
    };
    view! { <Status is word=(WORDS.here().state)(state)/> }
}
