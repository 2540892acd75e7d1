//! Mail leaves beside what is served, until the portal stops.
use crate::base::Base;
use crate::config::Config;
use anyhow::Result;
use portvakt_core::Core;
use portvakt_core::error::chain;
use portvakt_core::mail::{self, Mailer, Settings};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// The folder in the data folder that mails are written to where there is no mail server.
pub(crate) const FOLDER: &str = "mail";
/// Longest that an end waits for the mail that is being sent. It is sent again otherwise.
const GRACE: Duration = Duration::from_secs(5);

/// A mailer as it is configured. Without a mail server mails go into `folder`.
pub(crate) fn mailer(config: &Config, base: &Base, folder: PathBuf) -> Result<Mailer> {
    let own = format!("portvakt@{}", base.host());
    Ok(Mailer::new(Settings {
        smtp: config.mail.smtp.as_ref().map(crate::config::Secret::reveal),
        folder,
        from: config.mail.from.as_deref().unwrap_or(&own),
        origin: base.origin(),
        patience: mail::LONGEST_SENDING,
    })?)
}

/// Sends what is due, until it is told to stop.
pub(crate) fn send(core: Core, mailer: Mailer, mut stopped: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !*stopped.borrow() {
            if let Err(error) = mail::send_due(&core, &mailer, &stopped_now(&stopped)).await {
                tracing::warn!(error = chain(&error), "mail was not sent; it is tried again");
            }
            tokio::select! {
                () = sleep(mail::EVERY) => {}
                _ = stopped.changed() => {}
            }
        }
    })
}

fn stopped_now(stopped: &watch::Receiver<bool>) -> impl Fn() -> bool + use<> {
    let stopped = stopped.clone();
    move || *stopped.borrow()
}

/// Waits a little for the mail that is being sent.
pub(crate) async fn end(sending: JoinHandle<()>) {
    let abort = sending.abort_handle();
    if timeout(GRACE, sending).await.is_err() {
        abort.abort();
    }
}
