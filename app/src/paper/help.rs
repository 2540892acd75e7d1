//! Help for a person who cannot sign in, or does not understand a page.
use crate::shell::paper::{Paper, Section, contact, list, p};
use crate::words::language::Translated;
use leptos::prelude::*;

struct Texts {
    title: &'static str,
    intro: &'static str,
    sections: fn() -> Vec<Section>,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Hjälp",
        intro: "Det här är portalen där du loggar in och når din organisations produkter.",
        sections: || {
            vec![
                (
                    "Jag har glömt mitt lösenord",
                    vec![p(
                        "Välj Glömt lösenordet? på inloggningssidan och skriv din adress. Du får ett mejl med en länk \
                         för nytt lösenord. Länken gäller en kort stund och fungerar en gång.",
                    )],
                ),
                (
                    "Mejlet kommer inte",
                    vec![list(&[
                        "Titta i skräpposten.",
                        "Kontrollera att det är samma adress som din organisation har bjudit in.",
                        "Vänta en stund om du har bett om flera mejl: en adress får bara några i timmen.",
                    ])],
                ),
                (
                    "Inloggningen är låst",
                    vec![p(
                        "Efter för många felaktiga lösenord går det inte att försöka igen på en stund. Vänta så länge \
                         som sidan visar, eller välj ett nytt lösenord. På en enhet som du har använt förut kan du \
                         oftast logga in ändå.",
                    )],
                ),
                (
                    "Jag har fått ett mejl om en inloggning som inte är min",
                    vec![p(
                        "Välj ett nytt lösenord genast. Då loggas alla andra ut. Berätta det sedan för din organisation.",
                    )],
                ),
                (
                    "Jag har fått en inbjudan",
                    vec![p("Öppna länken i mejlet och välj ett lösenord. Har länken gått ut kan den som bjöd in dig \
                            skicka en ny.")],
                ),
                ("Mer hjälp", vec![contact()]),
            ]
        },
    },
    english: Texts {
        title: "Help",
        intro: "This is the portal where you sign in and reach your organisation’s products.",
        sections: || {
            vec![
                (
                    "I have forgotten my password",
                    vec![p("Choose Forgot password? on the sign-in page and enter your address. We’ll email you a \
                            password reset link. The link is valid for a short while and works once.")],
                ),
                (
                    "The email doesn’t arrive",
                    vec![list(&[
                        "Check your spam folder.",
                        "Make sure it is the address your organisation has invited.",
                        "Wait a while if you have asked for several emails: an address only gets a few an hour.",
                    ])],
                ),
                (
                    "Sign-in is locked",
                    vec![p(
                        "After too many wrong passwords you can’t try again for a while. Wait as long as the page \
                         says, or choose a new password. You can usually still sign in on a device you have used \
                         before.",
                    )],
                ),
                (
                    "I got an email about a sign-in that wasn’t mine",
                    vec![p(
                        "Choose a new password at once: that signs everyone else out. Then tell your organisation.",
                    )],
                ),
                (
                    "I got an invitation",
                    vec![p(
                        "Open the link in the email and choose a password. If the link has expired, the person who \
                         invited you can send a new one.",
                    )],
                ),
                ("More help", vec![contact()]),
            ]
        },
    },
};

/// The help page.
#[derive(Clone, Copy)]
pub(crate) struct HelpPage;

impl HelpPage {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn view(self) -> AnyView {
        let Self = self;
        let Texts { title, intro, sections } = TEXTS.here();
        view! { <Paper title=title intro=(*intro).to_owned() sections=sections()/> }.into_any()
    }
}
