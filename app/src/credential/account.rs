//! The account that a form about a password is for.
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::stage::Holder;

static ACCOUNT: Translated<&str> = Translated { swedish: "Konto: ", english: "Account: " };

/// Says whose account the page is about.
#[component]
pub fn AccountLine(
    /// Its holder.
    holder: Holder,
) -> impl IntoView {
    view! {
        <p class="soft wrap-any">{*ACCOUNT.here()}<b>{holder.email.clone()}</b></p>
        <UserName email=holder.email/>
    }
}

/// A field that nobody sees, from which a browser and a password manager learn whose password the form sets.
#[component]
pub fn UserName(
    /// The account's address.
    email: String,
) -> impl IntoView {
    view! { <input type="email" autocomplete="username" value=email readonly hidden/> }
}
