//! A portal and the mail server that takes its mail.
use super::{MailServer, Taken};
use mail_parser::{Message, MessageParser};
use portvakt_core::Core;
use portvakt_core::mail::{Mailer, MailerSettings, send_due};
use portvakt_core::reset::forgot;
use portvakt_core::testing::{Fixture, World, origin};
use portvakt_core::token::Token;
use portvakt_model::link::LinkKind;
use std::time::Duration;

/// A portal with a mail server.
pub struct Post {
    pub world: World,
    pub server: MailServer,
    pub mailer: Mailer,
}

impl Fixture for Post {
    async fn of(world: World) -> Self {
        world.owner().await;
        let server = MailServer::start().await;
        let mailer = mailer(&server.url());
        Self { world, server, mailer }
    }
}

impl Post {
    pub async fn forgot(&self, email: &str) {
        forgot(&self.world.core, &origin(), email).await.unwrap();
    }

    /// Sends the due mails and returns how many were tried.
    pub async fn send(&self) -> u64 {
        send(&self.world.core, &self.mailer).await
    }

    pub fn bodies(&self) -> Vec<(String, String)> {
        let of = |message: Message<'_>| {
            (message.body_text(0).unwrap().into_owned(), message.body_html(0).unwrap().into_owned())
        };
        self.server.taken().iter().map(|mail| of(MessageParser::default().parse(&mail.data).unwrap())).collect()
    }

    /// The subjects of the accepted mails to an address, in order.
    pub fn subjects_to(&self, email: &str) -> Vec<String> {
        self.server.taken().iter().filter(|mail| is_to(mail, email)).map(subject).collect()
    }

    /// The token of the newest mailed link of this kind to an address.
    pub fn link(&self, kind: LinkKind, email: &str) -> Option<Token> {
        let text =
            |mail: &Taken| MessageParser::default().parse(&mail.data).unwrap().body_text(0).unwrap().into_owned();
        let taken = self.server.taken();
        let texts = taken.iter().rev().filter(|mail| is_to(mail, email)).map(text);
        let mut with_link = texts.filter(|text| text.contains(&format!("https://portal.example/{}/", kind.name())));
        with_link.next().map(|text| token(kind, &text))
    }

    pub fn subjects(&self) -> Vec<String> {
        self.server.taken().iter().map(subject).collect()
    }
}

fn is_to(mail: &Taken, email: &str) -> bool {
    mail.recipients == [format!("RCPT TO:<{email}>")]
}

pub fn mailer(smtp: &str) -> Mailer {
    let settings = MailerSettings {
        smtp: Some(smtp),
        folder: "unused".into(),
        from: "portvakt@portal.example",
        origin: "https://portal.example".to_owned(),
        patience: Duration::from_millis(500),
    };
    Mailer::new(settings).unwrap()
}

pub async fn send(core: &Core, mailer: &Mailer) -> u64 {
    send_due(core, mailer, &|| false).await.unwrap()
}

/// The token of the link in a mail.
pub fn token(kind: LinkKind, text: &str) -> Token {
    let (_, rest) = text.split_once(&format!("https://portal.example/{}/", kind.name())).unwrap();
    Token::parse(&rest[..43]).unwrap()
}

/// The subjects of the mails that are sent now.
pub async fn subjects(world: &World) -> Vec<String> {
    let server = MailServer::start().await;
    send(&world.core, &mailer(&server.url())).await;
    server.taken().iter().map(subject).collect()
}

fn subject(mail: &Taken) -> String {
    MessageParser::default().parse(&mail.data).unwrap().subject().unwrap().to_owned()
}
