//! Checks the TLS certificate.
use super::Finding;
use crate::listen::tls::Certificate;
use portvakt_model::time::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use webpki::EndEntityCert;
use x509_parser::parse_x509_certificate;

const DAY_SECS: i64 = 24 * 60 * 60;
/// Certificates of 90 days are renewed 30 days before their end. With 21 days left, the renewal has failed for a
/// while.
const RENEWED_DAYS: i64 = 21;
/// With fewer days left, an administrator has to act today.
const LAST_DAYS: i64 = 3;

pub(super) fn findings(cert: &Path, key: &Path, host: &str, now: Timestamp) -> Vec<Finding> {
    const CHECK: &str = "certificate";
    let pair = Certificate::open(cert, key);
    let read = pair.and_then(|_| Ok(CertificateDer::from_pem_file(cert)?));
    let der = match read {
        Ok(der) => der,
        Err(error) => return vec![Finding::fault(CHECK, format!("{error:#}"), "")],
    };
    let mut found = vec![lifetime(CHECK, &der, now)];
    let name = ServerName::try_from(host).ok();
    let is_for = EndEntityCert::try_from(&der)
        .ok()
        .zip(name)
        .is_some_and(|(cert, name)| cert.verify_is_valid_for_subject_name(&name).is_ok());
    if !is_for {
        found.push(Finding::fault(CHECK, format!("it does not name {host}"), "get one that does"));
    }
    if fs::metadata(key).is_ok_and(|key| key.permissions().mode() & 0o007 != 0) {
        found.push(Finding::fault(CHECK, "every user can read its private key", format!("chmod o= {}", key.display())));
    }
    found
}

fn lifetime(check: &'static str, der: &CertificateDer<'_>, now: Timestamp) -> Finding {
    let remedy = "renew it; the running portal takes up the new one";
    let Ok((_, cert)) = parse_x509_certificate(der) else {
        return Finding::fault(check, "it cannot be read", remedy);
    };
    let valid = cert.validity();
    let now = now.as_micros() / 1_000_000;
    let (from, until) = (valid.not_before.timestamp(), valid.not_after.timestamp());
    let said = format!("it expires on {}", valid.not_after);
    match (until - now) / DAY_SECS {
        _ if now < from => {
            Finding::fault(check, format!("it is not valid before {}", valid.not_before), "check the clock")
        }
        ..LAST_DAYS => Finding::fault(check, said, remedy),
        LAST_DAYS..RENEWED_DAYS => Finding::warning(check, said, remedy),
        _ => Finding::ok(check, said),
    }
}

#[cfg(test)]
mod tests {
    use super::super::FindingState;
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    #[test]
    fn a_certificate_is_renewed_in_time_and_for_this_host() {
        let dir = tempfile::tempdir().unwrap();
        let [cert, key] = ["cert.pem", "key.pem"].map(|name| dir.path().join(name));
        let pair = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["konto.example".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2027, 1, 1), date_time_ymd(2027, 4, 1));
        fs::write(&cert, params.self_signed(&pair).unwrap().pem()).unwrap();
        fs::write(&key, pair.serialize_pem()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let on = |month, day, host| {
            let at = date_time_ymd(2027, month, day).unix_timestamp();
            let found = findings(&cert, &key, host, Timestamp::from_micros(at * 1_000_000));
            found.iter().map(|finding| finding.state).collect::<Vec<_>>()
        };
        assert_eq!(on(2, 1, "konto.example"), [FindingState::Ok]);
        assert_eq!(on(3, 12, "konto.example"), [FindingState::Warning]);
        assert_eq!(on(3, 30, "konto.example"), [FindingState::Fault]);
        assert_eq!(on(5, 1, "konto.example"), [FindingState::Fault]);
        assert_eq!(on(2, 1, "other.example"), [FindingState::Ok, FindingState::Fault]);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(on(2, 1, "konto.example"), [FindingState::Ok, FindingState::Fault]);
        fs::write(&key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
        assert_eq!(on(2, 1, "konto.example"), [FindingState::Fault], "another's key");
    }
}
