//! `portvakt doctor`: checks the portal for common faults and suggests remedies. It changes nothing.
mod certificate;
mod database;
mod files;
mod mail;

use super::place::Serving;
use crate::base::Base;
use crate::config::{Config, Proxy};
use crate::pipeline::probe::{self, FORGED, ProbedClient};
use crate::serve;
use crate::services::{MASTER_KEY, core_settings};
use anyhow::Result;
use clap::Args;
use portvakt_core::clock::Clock;
use portvakt_core::examination::examine;
use portvakt_core::random::Random;
use portvakt_core::vault::Vault;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Options of `doctor`.
#[derive(Args)]
pub struct Doctor {
    /// How the portal is served.
    #[command(flatten)]
    pub serving: Serving,
    /// A copy of the master key, to compare with the original.
    #[arg(long, value_name = "FILE")]
    pub key_copy: Option<PathBuf>,
    /// Sends a test mail to this address.
    #[arg(long, value_name = "ADDRESS")]
    pub mail_to: Option<String>,
    /// Prints the findings as a JSON array.
    #[arg(long)]
    pub json: bool,
}

/// The longest that the examination of the database may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FindingState {
    Ok,
    Warning,
    Fault,
}

impl FindingState {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// The result of one check.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) check: &'static str,
    pub(crate) state: FindingState,
    pub(crate) said: String,
    /// Empty if there is nothing to do, or if `said` already tells what to do.
    pub(crate) remedy: String,
}

impl Finding {
    fn ok(check: &'static str, said: impl Into<String>) -> Self {
        Self { check, state: FindingState::Ok, said: said.into(), remedy: String::new() }
    }

    fn warning(check: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: FindingState::Warning, said: said.into(), remedy: remedy.into() }
    }

    fn fault(check: &'static str, said: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { check, state: FindingState::Fault, said: said.into(), remedy: remedy.into() }
    }
}

/// Examines the portal and prints the findings. `false` if one of them is a fault.
///
/// # Errors
/// If a setting is wrong.
pub async fn doctor(options: &Doctor) -> Result<bool> {
    let config = options.serving.settings()?.config;
    let base = config.base()?;
    let settings = core_settings(&config, false);
    let now = Clock::system().now();
    let data = &config.server.data;
    let mut found = vec![files::folder(data), files::key_copy(&data.join(MASTER_KEY), options.key_copy.as_deref())];
    let mut vault = None;
    match settings {
        Ok(settings) => {
            let examined = timeout(PATIENCE, examine(&settings, Random::system())).await;
            let (findings, opened) = database::findings(examined.ok(), now);
            found.extend(findings);
            vault = opened;
        }
        Err(none) => found.push(Finding::warning("database", none.to_string(), "`portvakt serve` creates a new one")),
    }
    found.push(files::room(data));
    if let (Some(cert), Some(key)) = (&config.tls.cert, &config.tls.key) {
        found.extend(certificate::findings(cert, key, base.host(), now));
    }
    found.extend(proxy(&config.proxy));
    found.push(mail::finding(&config, &base, options.mail_to.as_deref()).await);
    found.push(reached(&config, &base, vault).await);
    found.push(open_files());
    print!("{}", if options.json { as_json(&found) } else { as_lines(&found) });
    Ok(found.iter().all(|finding| finding.state != FindingState::Fault))
}

/// Finds a trusted network that contains every address.
fn proxy(proxy: &Proxy) -> Option<Finding> {
    let widest = proxy.trusted.iter().find(|network| network.prefix_len() == 0)?;
    Some(Finding::fault(
        "proxy",
        format!("proxy.trusted contains {widest}, so any client can claim any address"),
        "name only the addresses of the proxies",
    ))
}

/// Asks the running portal how it sees this machine.
async fn reached(config: &Config, base: &Base, vault: Option<Vault>) -> Finding {
    const CHECK: &str = "origin";
    let origin = base.origin();
    let Some(vault) = vault.map(Arc::new) else {
        return Finding::warning(CHECK, format!("{origin} was not asked: the keys do not open"), "");
    };
    let asked = {
        let origin = origin.clone();
        spawn_blocking(move || probe::ask(&origin, &vault)).await
    };
    match asked {
        Ok(Ok(Some(seen))) => judged(CHECK, &origin, &seen, config),
        Ok(Ok(None)) => Finding::fault(
            CHECK,
            format!("another server answers at {origin}, or a proxy removes the header {}", probe::HEADER),
            "check where the name leads, and whether the portal there uses this database",
        ),
        Ok(Err(error)) => Finding::warning(
            CHECK,
            format!("{origin} cannot be reached from this machine: {error:#}"),
            "start the portal and try again; browsers need a certificate that they trust",
        ),
        Err(error) => Finding::warning(CHECK, format!("{origin} was not asked: {error}"), ""),
    }
}

/// Judges whether the portal sees the client's own address and scheme.
fn judged(check: &'static str, origin: &str, seen: &ProbedClient, config: &Config) -> Finding {
    let header = config.proxy.header.name();
    if seen.address == FORGED {
        return Finding::fault(
            check,
            format!(
                "the proxy at {origin} passes on the {header} that a client wrote, so any client can claim any address"
            ),
            format!("configure it to set {header} itself"),
        );
    }
    if seen.in_the_clear {
        return Finding::fault(
            check,
            format!(
                "the proxy at {origin} reports an encrypted request as unencrypted, so browsers are redirected in a loop"
            ),
            "configure it to say proto https",
        );
    }
    if config.proxy.trusted.iter().any(|network| network.contains(&seen.address)) {
        return Finding::warning(
            check,
            format!("{origin} answers, but sees this machine as {}, a proxy's address", seen.address),
            format!(
                "unless doctor runs beside the proxy, configure it to set {header}: otherwise all people share one address"
            ),
        );
    }
    Finding::ok(check, format!("{origin} answers, and sees this machine as {}", seen.address))
}

fn open_files() -> Finding {
    const CHECK: &str = "open files";
    let (may, wants) = (serve::open_files(), serve::wanted_files());
    if may >= wants {
        return Finding::ok(CHECK, format!("{may} are allowed, {wants} are needed"));
    }
    let said = format!("{may} are allowed, so fewer than {} connections are served", serve::LIMITS.connections);
    let remedy = format!("LimitNOFILE={wants} in the unit, or `ulimit -n {wants}`");
    Finding::warning(CHECK, said, remedy)
}

fn as_lines(found: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let head = format!("{:<8} {:<12} {}\n", finding.state.word(), finding.check, finding.said);
        if finding.remedy.is_empty() { head } else { format!("{head}{:21} {}\n", "", finding.remedy) }
    };
    found.iter().map(line).collect()
}

fn as_json(found: &[Finding]) -> String {
    let all = found.iter().map(|Finding { check, state, said, remedy }| {
        json!({ "check": check, "state": state.word(), "said": said, "remedy": remedy })
    });
    format!("{:#}\n", Value::Array(all.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn config(trusted: &str) -> Config {
        Settings::read(None, &[(Some(trusted.to_owned()), "proxy", "trusted", "--x")]).unwrap().config
    }

    #[test]
    fn a_proxy_that_hides_or_believes_its_clients_is_found_out() {
        let config = config("10.0.0.0/8");
        let judged = |address: &str, in_the_clear| {
            judged(
                "origin",
                "https://a.example",
                &ProbedClient { address: address.parse().unwrap(), in_the_clear },
                &config,
            )
        };
        assert_eq!(judged("203.0.113.7", false).state, FindingState::Ok);
        for (what, found, words) in [
            ("the client's own word", judged("192.0.2.1", false), "configure it to set x-forwarded-for"),
            ("in the clear", judged("203.0.113.7", true), "proto https"),
        ] {
            assert!(found.state == FindingState::Fault && found.remedy.contains(words), "{what}: {found:?}");
        }
        assert_eq!(judged("10.0.0.3", false).state, FindingState::Warning, "the proxy's own address");
    }

    #[test]
    fn trusting_every_network_as_a_proxy_is_a_fault() {
        assert_eq!(proxy(&config("10.0.0.0/8").proxy), None);
        for all in ["0.0.0.0/0", "10.0.0.1,::/0"] {
            assert_eq!(proxy(&config(all).proxy).unwrap().state, FindingState::Fault, "{all}");
        }
    }

    #[test]
    fn a_finding_is_a_line_and_its_remedy_one_below() {
        let found = [Finding::ok("a", "is well"), Finding::fault("b", "is not", "mend it")];
        assert_eq!(
            as_lines(&found),
            "ok       a            is well\nfault    b            is not\n                      mend it\n"
        );
        assert!(as_json(&found).contains(r#""remedy": "mend it""#));
    }
}
