//! The sign-out page.
use crate::shell::gate::Gate;
use crate::shell::sign_out::SignOut;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::web::address::use_query;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::frame::Frame;
use portvakt_model::page::Page;

struct Texts {
    done: &'static str,
    close: &'static str,
    again: &'static str,
    ask: &'static str,
    signed_in_as: fn(&str) -> String,
    sign_out: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        done: "Du är utloggad",
        close: "Stäng webbläsaren om du delar dator med andra.",
        again: "Logga in igen",
        ask: "Logga ut?",
        signed_in_as: |name| format!("Du är inloggad som {name}."),
        sign_out: "Logga ut",
    },
    english: Texts {
        done: "You are signed out",
        close: "Close the browser if you share this computer.",
        again: "Sign in again",
        ask: "Sign out?",
        signed_in_as: |name| format!("You are signed in as {name}."),
        sign_out: "Sign out",
    },
};

/// Says that the person is signed out, or asks whether to sign out: a link that another person sent must not sign
/// anyone out.
#[derive(Clone, Copy)]
pub(crate) struct SignOutPage {
    form: FormOf<SignOut>,
}

impl SignOutPage {
    pub(crate) fn new() -> Self {
        Self { form: FormOf::new() }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        let form = self.form;
        let next = use_query().get_untracked().text("next");
        match expect_context::<Frame>().person {
            Some(name) => view! {
                <Gate title=texts.ask>
                    <Form of=form>
                        <input type="hidden" name="next" value=next/>
                        <p>{(texts.signed_in_as)(&name)}</p>
                        <Submit of=form>{texts.sign_out}</Submit>
                    </Form>
                </Gate>
            }
            .into_any(),
            None => view! {
                <Gate title=texts.done intro=texts.close>
                    <a class="button" data-kind="primary" data-fill="" href=Page::SignIn.path() rel="external">{texts.again}</a>
                </Gate>
            }
            .into_any(),
        }
    }
}
