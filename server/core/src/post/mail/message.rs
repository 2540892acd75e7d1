//! A letter as a mail: plain text and HTML, with a header that stops automatic replies.
use super::letter::{Content, Setting};
use super::{Mailer, Taken, Undelivered};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use maud::{DOCTYPE, Markup, html};
use portvakt_model::language::Language;
use portvakt_model::mail::Why;
use portvakt_model::text::{misleads, unlinked};
use portvakt_model::time::Timestamp;
use std::error::Error;
use std::time::{Duration, SystemTime};

/// The header of a mail that no person has written (RFC 3834, section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The `Content-ID` of the logo, which the HTML part shows as `cid:`. It is unique within its mail only.
const LOGO: &str = "logo@portvakt";

/// The mail for one recipient. Its `Message-ID` holds the row's id, so that a mailbox recognises a mail sent twice.
pub(super) fn compose(mailer: &Mailer, taken: &Taken, now: Timestamp) -> Result<Message, Undelivered> {
    const UNFIT: Undelivered = Undelivered::Refused(Why::Unfit);
    let outgoing = taken.outgoing.as_ref().ok_or(UNFIT)?;
    let organisation = unlinked(&taken.organisation);
    let setting = Setting {
        language: outgoing.language,
        organisation: &organisation,
        accent: taken.accent,
        origin: &mailer.origin,
        time_zone: &outgoing.time_zone,
    };
    let content = outgoing.letter.content(&setting);
    // No form accepts a control character, but one here would make lettre panic.
    let name: String = taken.organisation.chars().filter(|c| !misleads(*c)).collect();
    let to = outgoing.email.parse().map_err(|_| UNFIT)?;
    let at = Duration::from_micros(u64::try_from(now.as_micros()).unwrap_or_default());
    Message::builder()
        .from(Mailbox::new(Some(name), mailer.from.clone()))
        .to(Mailbox::new(None, to))
        .date(SystemTime::UNIX_EPOCH + at)
        .message_id(Some(format!("<{}@{}>", taken.id, mailer.from.domain())))
        .header(AutoSubmitted)
        .subject(content.subject.clone())
        .multipart(body(taken, &content, &setting, mailer.is_folder()))
        .map_err(|_| UNFIT)
}

/// Plain text, and as the alternative HTML with its logo. A mail program shows one of the two.
fn body(taken: &Taken, content: &Content, setting: &Setting<'_>, is_file: bool) -> MultiPart {
    let text = unfolded(plain(content, setting), is_file);
    let html = SinglePart::html(page(content, setting, taken.logo.is_some()).into_string());
    let alternative = MultiPart::alternative().singlepart(text);
    let Some(logo) = taken.logo.clone() else { return alternative.singlepart(html) };
    let image = ContentType::parse("image/png").map(|png| Attachment::new_inline(LOGO.to_owned()).body(logo, png));
    match image {
        Ok(image) => alternative.multipart(MultiPart::related().singlepart(html).singlepart(image)),
        Err(_) => alternative.singlepart(html),
    }
}

/// The plain text, in an encoding that does not fold a link as quoted-printable would: base64 for mail servers, of which
/// some take no eight bits, and as it is for a file, whose reader copies the link.
fn unfolded(text: String, is_file: bool) -> SinglePart {
    const LONGEST_LINE: usize = 998;
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN);
    if is_file && text.lines().all(|line| line.len() <= LONGEST_LINE) {
        let encoded = text.replace('\n', "\r\n").into_bytes();
        return part.body(Body::dangerous_pre_encoded(encoded, ContentTransferEncoding::EightBit));
    }
    part.header(ContentTransferEncoding::Base64).body(text)
}

fn footer(setting: &Setting<'_>) -> String {
    let Setting { organisation, origin, language, .. } = setting;
    match language {
        Language::Swedish => format!("{organisation}, {origin}. Det går inte att svara på det här mejlet."),
        Language::English => format!("{organisation}, {origin}. You can’t reply to this email."),
    }
}

fn copy(language: Language) -> &'static str {
    match language {
        Language::Swedish => "Om knappen inte fungerar, kopiera adressen:",
        Language::English => "If the button does not work, copy this address:",
    }
}

fn plain(content: &Content, setting: &Setting<'_>) -> String {
    let mut parts = content.paragraphs.clone();
    parts.extend(content.button.iter().map(|(words, address)| format!("{words}:\n{address}")));
    parts.extend(content.after.iter().cloned());
    parts.push(format!("-- \n{}", footer(setting)));
    parts.join("\n\n") + "\n"
}

/// The HTML part. Styles stand on the elements, because many mail programs drop a stylesheet. The logo is a part of the
/// mail, because mail programs block a fetched image, and a fetch tells that the mail was read. The organisation's name
/// stands beside it, for programs that show no images.
fn page(content: &Content, setting: &Setting<'_>, has_logo: bool) -> Markup {
    const TEXT: &str = "margin:0 0 16px";
    let accent = setting.accent.below_white();
    let card = format!(
        "background:#ffffff;border:1px solid #dbe3e2;border-top:4px solid {accent};border-radius:10px;padding:28px 28px 12px"
    );
    let button = format!(
        "display:inline-block;background:{accent};color:#ffffff;text-decoration:none;font-weight:600;padding:12px 20px;border-radius:8px"
    );
    html! {
        (DOCTYPE)
        html lang=(setting.language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (content.subject) }
            }
            body style="margin:0;padding:24px 12px;background:#f2f5f5;color:#16211f;font:16px/1.5 system-ui,'Segoe UI',Roboto,Arial,sans-serif" {
                // Breaks a web address that is longer than a phone is wide.
                div role="main" style="max-width:560px;margin:0 auto;overflow-wrap:anywhere" {
                    p style="margin:0 0 16px;font-weight:600" {
                        @if has_logo {
                            // 32 pixels high, whatever the logo's own size.
                            img src=(format!("cid:{LOGO}")) alt="" height="32" style="height:32px;width:auto;max-width:160px;vertical-align:middle;margin-right:12px";
                        }
                        (setting.organisation)
                    }
                    div style=(card) {
                        h1 style="margin:0 0 16px;font-size:22px;line-height:1.25" { (content.subject) }
                        @for paragraph in &content.paragraphs { p style=(TEXT) { (paragraph) } }
                        @if let Some((words, address)) = &content.button {
                            p style="margin:24px 0" {
                                a href=(address) style=(button) { (words) }
                            }
                            // For programs and gateways that take links out or rewrite them.
                            p style="margin:0 0 16px;color:#51605d;font-size:14px" {
                                (copy(setting.language)) br; (address)
                            }
                        }
                        @for paragraph in &content.after { p style=(TEXT) { (paragraph) } }
                    }
                    p style="margin:16px 0 0;color:#51605d;font-size:14px" { (footer(setting)) }
                }
            }
        }
    }
}
