//! The domains of an organisation's addresses, as listed in the form.
use portvakt_model::fault::FieldRule;
use portvakt_model::organisation::MAX_DOMAINS;

/// A domain in ASCII (IDNA), and its line in the form, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Domain {
    pub line: u32,
    pub name: String,
}

/// Domains of public mail services. An organisation with such a domain would decide how soon strangers are locked out.
/// The list is not complete: it holds the services that a Swedish or English organisation may take for its own.
const PUBLIC: [&str; 39] = [
    "aol.com",
    "bahnhof.se",
    "bredband.net",
    "bredband2.com",
    "btinternet.com",
    "comhem.se",
    "fastmail.com",
    "glocalnet.net",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "home.se",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.se",
    "icloud.com",
    "live.co.uk",
    "live.com",
    "live.se",
    "mac.com",
    "mail.com",
    "me.com",
    "msn.com",
    "outlook.com",
    "outlook.se",
    "proton.me",
    "protonmail.com",
    "sky.com",
    "spray.se",
    "swipnet.se",
    "tele2.se",
    "telia.com",
    "tuta.com",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.se",
    "ymail.com",
];

/// Parses domains, one a line. Ignores a leading `@`, empty lines and repeated domains.
pub(super) fn parse(text: &str) -> Result<Vec<Domain>, FieldRule> {
    let mut domains: Vec<Domain> = Vec::new();
    for (line, text) in (1..).zip(text.lines().map(str::trim)).filter(|(_, text)| !text.is_empty()) {
        let text = text.strip_prefix('@').unwrap_or(text);
        // A name without a dot is a top-level domain or a local host.
        let name = idna::domain_to_ascii_strict(text).ok().filter(|name| name.contains('.'));
        let name = name.filter(|name| !name.ends_with('.') && !is_number(name)).ok_or(FieldRule::NoDomain(line))?;
        if PUBLIC.contains(&name.as_str()) {
            return Err(FieldRule::PublicDomain(line));
        }
        if domains.iter().all(|domain| domain.name != name) {
            domains.push(Domain { line, name });
        }
    }
    if domains.len() > MAX_DOMAINS as usize { Err(FieldRule::TooManyLines(MAX_DOMAINS)) } else { Ok(domains) }
}

/// Whether the last label is a number, as in an IPv4 address.
fn is_number(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn domains_are_read_however_they_are_written() {
    let names = |text| parse(text).map(|all| all.into_iter().map(|domain| domain.name).collect::<Vec<_>>());
    assert_eq!(names(""), Ok(vec![]));
    assert_eq!(
        names(" Nordhamn.Example \r\n\r\n@åmål.example\nnordhamn.example\n"),
        Ok(vec!["nordhamn.example".to_owned(), "xn--ml-xiab.example".to_owned()])
    );
    // A browser maps full-width letters to ASCII, so the parser does too.
    assert_eq!(names("ｎordhamn.example"), Ok(vec!["nordhamn.example".to_owned()]));
}

#[test]
fn an_invalid_or_public_domain_is_refused_with_its_line() {
    for (text, rule) in [
        ("nordhamn.example\nkommun", FieldRule::NoDomain(2)),
        ("anna@nordhamn.example", FieldRule::NoDomain(1)),
        ("a b.example", FieldRule::NoDomain(1)),
        ("a_b.example", FieldRule::NoDomain(1)),
        ("-a.example", FieldRule::NoDomain(1)),
        ("a..example", FieldRule::NoDomain(1)),
        ("nordhamn.example.", FieldRule::NoDomain(1)),
        ("192.0.2.1", FieldRule::NoDomain(1)),
        ("https://nordhamn.example", FieldRule::NoDomain(1)),
        ("a.example, b.example", FieldRule::NoDomain(1)),
        ("\n\nGmail.com", FieldRule::PublicDomain(3)),
        ("@hotmail.se", FieldRule::PublicDomain(1)),
    ] {
        assert_eq!(parse(text), Err(rule), "{text}");
    }
    let many = |count| (0..count).map(|n| format!("a{n}.example\n")).collect::<Vec<_>>().concat();
    assert_eq!(parse(&many(50)).unwrap().len(), 50);
    assert_eq!(parse(&many(51)), Err(FieldRule::TooManyLines(50)));
    assert_eq!(parse(&format!("{}.example", "a".repeat(64))), Err(FieldRule::NoDomain(1)));
}

#[test]
fn the_list_of_public_domains_names_each_once() {
    assert!(PUBLIC.windows(2).all(|two| two[0] < two[1]));
}
