//! A panel: one matter, with its name and what can be done about it.
use leptos::prelude::*;

/// A part of a page that is about one matter.
#[component]
pub fn Panel(
    /// The id of its heading.
    id: &'static str,
    /// What it is about.
    #[prop(into)]
    title: Oco<'static, str>,
    /// More about that, below the title.
    #[prop(optional, into)]
    about: Option<AnyView>,
    /// At most two buttons.
    #[prop(optional_no_strip, into)]
    actions: Option<AnyView>,
    /// What is said below a line at its end.
    #[prop(optional_no_strip, into)]
    footer: Option<AnyView>,
    /// Its contents: a `.body`, `.rows`, or a [`Table`](crate::ui::table::Table) that is bare.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby=id>
            <header>
                <div>
                    <h2 id=id>{title}</h2>
                    {about.map(|about| view! { <p>{about}</p> })}
                </div>
                {actions.map(|actions| view! { <div class="cluster">{actions}</div> })}
            </header>
            {children()}
            {footer.map(|footer| view! { <footer>{footer}</footer> })}
        </section>
    }
    .into_any()
}
