//! New recovery codes, which are shown once, with ways to store them.
use super::words::TEXTS;
use crate::ui::icon::Icon;
use crate::ui::mark::organisation;
use crate::ui::notice::Notice;
use crate::ui::tone::Tone;
use leptos::prelude::*;

/// The codes, and buttons to download, copy and print them.
pub(crate) fn recovery_codes(codes: &[String]) -> AnyView {
    let texts = TEXTS.here();
    let file = format!("{}\n{}\n\n{}\n", texts.recovery, organisation(), codes.join("\n"));
    // The address holds the file itself, because the server does not have the codes any more.
    let address = format!("data:text/plain;charset=utf-8,{}", encoded(&file));
    let copied = RwSignal::new(false);
    let copy = codes.join("\n");
    view! {
        <Notice tone=Tone::Ok title=texts.made alert=true><p>{texts.made_about}</p></Notice>
        <ol class="recovery-codes" role="list" aria-label=texts.recovery>
            {codes.iter().map(|code| view! { <li><span>{code.clone()}</span></li> }).collect_view()}
        </ol>
        <div class="cluster">
            <a class="button" href=address download=texts.file><Icon name="download"/>{texts.download}</a>
            <button
                class="button needs-script"
                type="button"
                on:click=move |_| {
                    // The promise is not awaited: the copy is never late.
                    let _ = window().navigator().clipboard().write_text(&copy);
                    copied.set(true);
                }
            >
                <Icon name="copy"/>
                {move || if copied.get() { texts.copied } else { texts.copy }}
            </button>
            <button class="button needs-script" type="button" on:click=move |_| { let _ = window().print(); }>
                {texts.print}
            </button>
        </div>
    }
    .into_any()
}

/// Text for a `data:` address: every byte that is not an ASCII letter or digit is written in hexadecimal.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[test]
fn text_in_an_address_is_written_in_letters_digits_and_hexadecimal() {
    assert_eq!(encoded("AB2-å\n"), "AB2%2D%C3%A5%0A");
}
