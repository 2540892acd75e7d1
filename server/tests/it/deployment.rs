//! The deployment files and pages agree with the program.
use clap::{CommandFactory, Parser};
use portvakt::command::arguments::Arguments;
use portvakt::config::{KEYS, Settings};
use portvakt::serve::LIMITS;
use portvakt_model::link::LinkKind;
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

const UNIT: &str = include_str!("../../../deploy/portvakt.service");
const CONTAINER: &str = include_str!("../../../deploy/Containerfile");
const NGINX: &str = include_str!("../../../deploy/nginx.conf");
const CADDY: &str = include_str!("../../../deploy/Caddyfile");
const PAGE: &str = include_str!("../../../docs/deployment.md");
const ALL: [(&str, &str); 5] = [
    ("portvakt.service", UNIT),
    ("Containerfile", CONTAINER),
    ("nginx.conf", NGINX),
    ("Caddyfile", CADDY),
    ("deployment.md", PAGE),
];

/// The `portvakt` command lines in a text, from the subcommand to the end of the command.
fn commands(text: &str) -> Vec<Vec<&str>> {
    let begins = ["serve", "doctor", "config", "account"].map(|name| format!("portvakt {name}"));
    let found = begins.iter().flat_map(|begin| text.match_indices(begin));
    let lines = found.filter_map(|(at, _)| text[at..].split(['`', '\n', '#', '|']).next());
    lines.map(|line| line.split_whitespace().collect()).collect()
}

/// The strings in an array of a Containerfile.
fn array(instruction: &str) -> Vec<String> {
    let line = CONTAINER.lines().find_map(|line| line.strip_prefix(instruction)).unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|e| panic!("{instruction} {line}: {e}"))
}

/// The seconds between two texts, in the unit or in nginx.conf.
fn seconds(text: &str, before: &str, after: &str) -> Duration {
    let line = text.lines().map(str::trim).find_map(|line| line.strip_prefix(before)?.strip_suffix(after));
    Duration::from_secs(line.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no {before}")))
}

#[test]
fn every_command_in_the_deployment_files_exists() {
    let written: Vec<_> =
        ALL.iter().flat_map(|(file, text)| commands(text).into_iter().map(move |c| (file, c))).collect();
    assert!(written.iter().any(|(file, _)| **file == "portvakt.service") && written.len() > 3, "{written:?}");
    for (file, command) in written {
        assert!(Arguments::try_parse_from(&command).is_ok(), "{file}: {}", command.join(" "));
    }
    let whole = [array("ENTRYPOINT "), array("CMD ")].concat();
    assert!(Arguments::try_parse_from(&whole).is_ok(), "Containerfile: {whole:?}");
}

#[test]
fn every_flag_and_variable_in_the_deployment_files_exists() {
    let known: BTreeSet<_> =
        KEYS.iter().map(portvakt::config::Key::variable).chain(["PORTVAKT_CONFIG".to_owned()]).collect();
    let arguments = Arguments::command();
    let serve = arguments.get_subcommands().find(|command| command.get_name() == "serve").unwrap();
    let flags: BTreeSet<_> = serve.get_arguments().filter_map(clap::Arg::get_long).collect();
    let mut seen = 0;
    for (file, text) in ALL {
        for (at, _) in text.match_indices("PORTVAKT_") {
            let name = text[at..].split(|c: char| !(c.is_ascii_uppercase() || c == '_')).next().unwrap_or_default();
            assert!(known.contains(name), "{file}: there is no variable {name}");
            seen += 1;
        }
        // No flag of another program stands alone between backticks.
        for flag in text.split('`').filter_map(|part| part.strip_prefix("--")).filter(|part| !part.contains('\n')) {
            let name = flag.split([' ', '=']).next().unwrap_or_default();
            assert!(flags.contains(name), "{file}: there is no flag --{name}");
        }
    }
    assert!(seen > 3, "what is looked for is there");
}

#[test]
fn the_settings_on_the_page_are_taken() {
    let dir = TempDir::new().unwrap();
    let blocks: Vec<_> = PAGE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    // nginx.conf and Caddyfile say theirs in a comment.
    let indented = |text: &str| {
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("#     ").filter(|l| l.contains(" = ") || l.starts_with('[')));
        lines.collect::<Vec<_>>().join("\n")
    };
    let (nginx, caddy) = (indented(NGINX), indented(CADDY));
    assert!(blocks.len() == 3 && nginx.contains("trusted") && caddy.contains("trusted"));
    for block in [&blocks[..], &[&nginx, &caddy]].concat() {
        let path = dir.path().join("portvakt.toml");
        fs::write(&path, block).unwrap();
        let settings = Settings::read(Some(&path), &[]).unwrap_or_else(|e| panic!("{e:#}: {block}"));
        settings.config.base().unwrap_or_else(|e| panic!("{e:#}: {block}"));
    }
}

#[test]
fn systemd_and_docker_wait_longer_than_a_stop_takes() {
    assert!(seconds(UNIT, "TimeoutStopSec=", "s") >= LIMITS.grace * 2, "what is left is for the database");
    let page = PAGE.split("podman stop --time ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    assert!(page.parse::<u64>().unwrap() > LIMITS.grace.as_secs());
}

#[test]
fn a_proxy_drops_an_idle_connection_before_the_portal_does() {
    let upstream = NGINX.split("upstream portvakt {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
    assert!(seconds(upstream, "keepalive_timeout ", "s;") * 2 <= LIMITS.headers);
    assert!(seconds(CADDY, "keepalive ", "s") * 2 <= LIMITS.headers);
}

#[test]
fn no_proxy_writes_the_token_of_a_link_into_its_log() {
    for (file, text, before) in [("nginx.conf", NGINX, "location ~ ^/("), ("Caddyfile", CADDY, "regexp ^(/(")] {
        let kept: BTreeSet<_> = text.split(before).nth(1).unwrap().split(')').next().unwrap().split('|').collect();
        assert_eq!(kept, LinkKind::ALL.into_iter().map(LinkKind::name).collect(), "{file}");
    }
}

#[test]
fn as_many_files_may_be_open_as_there_may_be_connections() {
    let limit = UNIT.lines().find_map(|line| line.strip_prefix("LimitNOFILE=")).unwrap();
    assert!(
        limit.parse::<usize>().unwrap() > LIMITS.connections * 4,
        "at both loopback addresses, a redirect and figures"
    );
    assert!(PAGE.contains(&format!("--ulimit nofile={limit}")), "a container is given as many");
}
