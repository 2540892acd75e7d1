//! The addresses of databases.
use crate::error::CoreError;
use sqlx::postgres::PgConnectOptions;
use std::fmt::Write as _;

/// The URL of a SQLite file. SQLite makes the file if it does not exist.
#[must_use]
pub fn sqlite_url(path: &std::path::Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => url.push(char::from(*byte)),
            _ => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url + "?mode=rwc"
}

/// Completes a PostgreSQL address. If the server is another machine and the address names no `sslmode`, the connection
/// is encrypted and the server's certificate is verified.
///
/// # Errors
/// If the text is no PostgreSQL address.
pub(super) fn verified(url: &str) -> Result<String, CoreError> {
    let options: PgConnectOptions = url.parse()?;
    // The host that the driver connects to: `host` and `hostaddr` after the question mark override the host before it.
    let host = options.get_host();
    let is_local = options.get_socket().is_some() || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]");
    let (_, asked) = url.split_once('?').unwrap_or_default();
    let is_said = asked.split('&').any(|part| part.starts_with("sslmode=") || part.starts_with("ssl-mode="));
    if is_local || is_said {
        return Ok(url.to_owned());
    }
    Ok(format!("{url}{}sslmode=verify-full", if url.contains('?') { "&" } else { "?" }))
}

#[test]
fn another_machines_database_is_verified_unless_told_otherwise() {
    for (url, same) in [
        ("postgres://a:b@db.example/x", false),
        ("postgres://a:b@db.example/x?application_name=p", false),
        ("postgres://a@localhost.evil.example/x", false),
        ("postgres://a@localhost/x?host=db.example", false),
        ("postgres://a:sslmode=@db.example/x", false),
        ("postgres://a@db.example/x?sslmode=require", true),
        ("postgres://a@localhost/x", true),
        ("postgres://a@127.0.0.1:5432/x", true),
        ("postgres://a@[::1]:5432/x", true),
        ("postgres://a@localhost/x?host=/run/postgresql", true),
    ] {
        let verified = verified(url).expect("an address");
        assert_eq!(verified == url, same, "{verified}");
        assert!(same || verified.ends_with("sslmode=verify-full"), "{verified}");
    }
}
