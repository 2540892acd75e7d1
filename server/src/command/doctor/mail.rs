//! Checks that mail can be sent.
use super::Finding;
use crate::base::Base;
use crate::config::Config;
use crate::mail::{FOLDER, mailer};
use portvakt_core::clock::Clock;
use portvakt_core::mail::Undelivered;
use portvakt_core::random::Random;
use portvakt_model::email::EmailAddress;
use portvakt_model::language::Language;

const CHECK: &str = "mail";

/// Signs in to the mail server, or sends a test mail to an address.
pub(super) async fn finding(config: &Config, base: &Base, to: Option<&str>) -> Finding {
    let folder = config.server.data.join(FOLDER);
    let mailer = match mailer(config, base, folder.clone()) {
        Ok(mailer) => mailer,
        Err(error) => return Finding::fault(CHECK, error.to_string(), "correct the setting"),
    };
    let has_server = config.mail.smtp.is_some();
    if let Some(to) = to {
        let Ok(address) = EmailAddress::parse(to) else {
            return Finding::fault(CHECK, format!("{to} is not an email address"), "give another with --mail-to");
        };
        let sent = mailer.send_test(&Random::system(), Clock::system().now(), &address, Language::default()).await;
        return match sent {
            Ok(()) if has_server => Finding::ok(CHECK, format!("the mail server has accepted a test mail to {to}")),
            Ok(()) => no_server(format!("a test mail was written into {}", folder.display())),
            Err(error) => refused(error),
        };
    }
    match mailer.check().await {
        None => no_server(format!("mails are written into {}", folder.display())),
        Some(Ok(())) => Finding::ok(CHECK, "the mail server answers and accepts the sign-in"),
        Some(Err(error)) => refused(error),
    }
}

fn no_server(said: String) -> Finding {
    Finding::warning(CHECK, said, "set mail.smtp, so that people receive them")
}

fn refused(error: Undelivered) -> Finding {
    Finding::fault(CHECK, error.to_string(), "check mail.smtp and the mail server")
}
