//! The steps to set up a code app, and new recovery codes: for the gate and the profile.
pub(crate) mod codes;
mod words;

use crate::ui::icon::Icon;
use leptos::prelude::*;
use portvakt_model::second_factor::Enrolment;
use words::TEXTS;

/// The steps to set up a code app. The last is the form that takes the app's first code.
pub(crate) fn set_up(Enrolment { address, path, size, secret }: Enrolment, confirm: AnyView) -> AnyView {
    let texts = TEXTS.here();
    // The margin of four modules comes from ISO/IEC 18004, section 6.3.8.
    let view_box = format!("-4 -4 {0} {0}", size + 8);
    view! {
        <ol class="timeline" role="list">
            <li data-kind="ok">
                <Icon name="check"/>
                <div><div class="head"><b>{texts.get}</b></div><p>{texts.get_about}</p></div>
            </li>
            <li data-kind="accent">
                <Icon name="mobile"/>
                <div class="stack" data-gap="3">
                    <div>
                        <div class="head"><b>{texts.read}</b></div>
                        <p>{texts.on_phone}<a href=address rel="external">{texts.open}</a>{texts.or_type}</p>
                    </div>
                    <div class="cluster" data-gap="5">
                        <svg class="qr" viewBox=view_box role="img" aria-label=texts.qr shape-rendering="crispEdges">
                            <path d=path></path>
                        </svg>
                        <dl class="facts">
                            <div><dt>{texts.key}</dt><dd><code class="secret">{secret}</code></dd></div>
                            <div><dt>{texts.kind}</dt><dd>{texts.kind_is}</dd></div>
                        </dl>
                    </div>
                </div>
            </li>
            <li>
                <Icon name="check-circle"/>
                <div class="stack" data-gap="3">
                    {confirm}
                </div>
            </li>
        </ol>
    }
    .into_any()
}
