//! Sends mail beside the served portal until it stops.
use crate::base::Base;
use crate::config::Config;
use anyhow::Result;
use futures_util::FutureExt;
use portvakt_core::Core;
use portvakt_core::error::chain;
use portvakt_core::mail::{self, Mailer, MailerSettings};
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// The folder for mail in the data folder, used without a mail server.
pub(crate) const FOLDER: &str = "mail";
/// The longest that a stop waits for the mail that is being sent. A mail that is cut off is sent again later.
const GRACE: Duration = Duration::from_secs(5);

/// A mailer with these settings. Without a mail server it writes mails into `folder`.
pub(crate) fn mailer(config: &Config, base: &Base, folder: PathBuf) -> Result<Mailer> {
    let own = format!("portvakt@{}", base.host());
    Ok(Mailer::new(MailerSettings {
        smtp: config.mail.smtp.as_ref().map(crate::config::Secret::reveal),
        folder,
        from: config.mail.from.as_deref().unwrap_or(&own),
        origin: base.origin(),
        patience: mail::LONGEST_SENDING,
    })?)
}

/// Sends due mail until the portal stops.
pub(crate) fn send(core: Core, mailer: Mailer, mut stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !*stopped.borrow() {
            if let Some(Err(error)) = survived(mail::send_due(&core, &mailer, &stopped_now(&stopped))).await {
                tracing::warn!(error = chain(&error), "mail was not sent; it is tried again");
            }
            tokio::select! {
                () = sleep(mail::EVERY) => {}
                _ = stopped.changed() => {}
            }
        }
    })
}

/// The result of a round of sending; `None` if it panicked. The next round runs all the same: one fault must not end
/// all mail.
async fn survived<T>(round: impl Future<Output = T>) -> Option<T> {
    // A round changes nothing that it borrows except the database, where it counts as a try.
    let done = AssertUnwindSafe(round).catch_unwind().await;
    done.inspect_err(|_| tracing::error!("a round of sending mail failed; the next one begins soon")).ok()
}

fn stopped_now(stopped: &watch::Receiver<bool>) -> impl Fn() -> bool + use<> {
    let stopped = stopped.clone();
    move || *stopped.borrow()
}

/// Waits at most [`GRACE`] for the mail that is being sent.
pub(crate) async fn end(sending: JoinHandle<()>) {
    let abort = sending.abort_handle();
    if timeout(GRACE, sending).await.is_err() {
        abort.abort();
    }
}

#[tokio::test]
#[expect(clippy::panic, reason = "it is what has to be survived")]
async fn a_mail_round_survives_a_panic() {
    assert_eq!(survived(async { 7 }).await, Some(7));
    assert_eq!(survived(async { panic!("broken") }).await, None::<()>);
}
