//! A question of `doctor` to the running portal: how does it see this client? Only there do a proxy's faults show.
//! The question is sealed with the master key, because the answer tells about the network behind the proxy.
use crate::listen::peer::Peer;
use anyhow::{Context, Result};
use http::HeaderMap;
use portvakt_core::vault::Vault;
use std::net::IpAddr;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// The header with the question.
pub(crate) const HEADER: &str = "portvakt-probe";
/// The address that `doctor` claims in the proxy's headers, which the proxy has to replace: it belongs to a network
/// for documentation (RFC 5737).
pub(crate) const FORGED: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const PATIENCE: Duration = Duration::from_secs(5);

/// The portal's answer: the peer as it sees it. `None` unless the question was sealed with its keys.
pub(crate) fn answer(vault: &Vault, headers: &HeaderMap, peer: Option<&Peer>) -> Option<String> {
    let asked = headers.get(HEADER)?.to_str().ok()?;
    vault.open_cookie(HEADER, asked)?;
    let peer = peer?;
    Some(format!("{} {}", peer.address?, if peer.in_the_clear { "clear" } else { "encrypted" }))
}

/// The portal's view of this machine: its address, and whether the request came in the clear.
pub(crate) struct ProbedClient {
    pub(crate) address: IpAddr,
    pub(crate) in_the_clear: bool,
}

/// Asks the portal at an origin; blocks. `None` if that portal does not have these keys.
///
/// # Errors
/// If nothing answers at the origin, or this machine does not trust its certificate.
pub(crate) fn ask(origin: &str, vault: &Vault) -> Result<Option<ProbedClient>> {
    let agent = Agent::config_builder()
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .build();
    let asked = Agent::from(agent)
        .get(format!("{origin}/healthz"))
        .header(HEADER, vault.seal_cookie(HEADER, &[]))
        .header("x-forwarded-for", FORGED.to_string())
        .header("forwarded", format!("for={FORGED};proto=https"))
        .call();
    let said =
        asked.context("no answer")?.into_body().with_config().limit(1024).read_to_string().context("no answer")?;
    let seen = said.lines().nth(1).and_then(|line| line.split_once(' '));
    Ok(seen
        .and_then(|(address, how)| Some(ProbedClient { address: address.parse().ok()?, in_the_clear: how == "clear" })))
}
