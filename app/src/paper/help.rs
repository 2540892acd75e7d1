//! Help for whoever cannot get in, or wonders what they see.
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
                        "Välj Glömt lösenordet på inloggningssidan och skriv din adress. Du får ett brev med en länk till ett \
                            nytt lösenord. Länken gäller en kort stund och fungerar en gång.",
                    )],
                ),
                (
                    "Brevet kommer inte",
                    vec![list(&[
                        "Se efter i skräpposten.",
                        "Kontrollera att det är samma adress som din organisation har bjudit in.",
                        "Vänta en stund om du har bett om flera brev: en adress får bara några i timmen.",
                    ])],
                ),
                (
                    "Inloggningen är låst",
                    vec![p(
                        "Efter för många fel lösenord tas inga fler försök emot en stund. Vänta tills den tid som sidan visar \
                            har gått, eller välj ett nytt lösenord. På en enhet där du har loggat in förut går det ofta \
                            ändå.",
                    )],
                ),
                (
                    "Jag har fått ett brev om en inloggning som inte är min",
                    vec![p(
                        "Välj ett nytt lösenord genast. Då loggas alla andra ut. Berätta det sedan för din organisation.",
                    )],
                ),
                (
                    "Jag har fått en inbjudan",
                    vec![p(
                        "Öppna länken i brevet och välj ett lösenord. Har länken blivit för gammal får den som bjöd in dig \
                            skicka en ny.",
                    )],
                ),
                ("Mer hjälp", vec![contact()]),
            ]
        },
    },
    english: Texts {
        title: "Help",
        intro: "This is the portal in which you sign in and reach your organisation’s products.",
        sections: || {
            vec![
                (
                    "I have forgotten my password",
                    vec![p(
                        "Choose Forgotten it on the sign-in page and enter your address. You get a mail with a link to a new \
                            password. The link is good for a short while and works once.",
                    )],
                ),
                (
                    "The mail doesn’t come",
                    vec![list(&[
                        "Look among the junk mail.",
                        "See that it is the address that your organisation has invited.",
                        "Wait a while if you have asked for several: an address gets only a few an hour.",
                    ])],
                ),
                (
                    "Sign-in is locked",
                    vec![p(
                        "After too many wrong passwords no more tries are taken for a while. Wait as long as the page says, \
                            or choose a new password. On a device on which you have signed in before it often works all the \
                            same.",
                    )],
                ),
                (
                    "I got a mail about a sign-in that wasn’t mine",
                    vec![p("Choose a new password at once: it signs everybody else out. Then tell your organisation.")],
                ),
                (
                    "I got an invitation",
                    vec![p(
                        "Open the link in the mail and choose a password. If the link is too old, whoever invited you can \
                            send a new one.",
                    )],
                ),
                ("More help", vec![contact()]),
            ]
        },
    },
};

/// Help.
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
