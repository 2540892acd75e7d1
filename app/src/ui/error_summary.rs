//! The list of a long form's faults above the form, with a link to each field.
use crate::ui::form::state::FormState;
use crate::ui::words::WORDS;
use crate::words::language::Translated;
use leptos::html;
use leptos::prelude::*;
use portvakt_model::fault::{Fault, FieldFault, Refusal};

struct Texts {
    title: fn(usize) -> String,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: |count| match count {
            1 => "En sak behöver rättas".to_owned(),
            _ => format!("{count} saker behöver rättas"),
        },
    },
    english: Texts {
        title: |count| match count {
            1 => "One thing needs correcting".to_owned(),
            _ => format!("{count} things need correcting"),
        },
    },
};

/// Stands first in a form of more than a few fields. After a refusal the list takes the focus: after a fetch a script
/// moves the focus, and after a plain post `autofocus` does.
#[component]
pub fn ErrorSummary(
    /// The form.
    #[prop(into)]
    of: FormState,
    /// The name and the label of each field.
    labels: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    of.has_summary();
    move || match of.fault() {
        Some(Fault::Refused(Refusal::Fields(faults))) if !faults.is_empty() => {
            Some(view! { <Summary of faults labels=labels.clone()/> })
        }
        _ => None,
    }
}

#[component]
fn Summary(of: FormState, faults: Vec<FieldFault>, labels: Vec<(&'static str, &'static str)>) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(summary) = node.get()
            && of.refused_now().is_some()
        {
            let _ = summary.focus();
        }
    });
    let words = WORDS.here();
    let line = |fault: &FieldFault| {
        let rule = (words.rule)(fault.rule);
        let label = labels.iter().find(|(name, _)| *name == fault.field);
        let text = label.map_or(rule.clone(), |(_, label)| format!("{label}: {rule}"));
        // The browser follows the link, so that it moves the focus to the field.
        view! { <li><a href=format!("#{}", fault.field) rel="external">{text}</a></li> }
    };
    let id = format!("{}-summary", faults[0].field);
    view! {
        <div class="error-summary" role="alert" tabindex="-1" autofocus aria-labelledby=id node_ref=node>
            <h2 id=id.clone()>{(TEXTS.here().title)(faults.len())}</h2>
            <ul role="list">{faults.iter().map(line).collect_view()}</ul>
        </div>
    }
    .into_any()
}
