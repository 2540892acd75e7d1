//! A panel: one subject, with its title and its actions.
use leptos::prelude::*;

/// A section of a page about one subject.
#[component]
pub fn Panel(
    /// The id of the heading.
    id: &'static str,
    /// The title.
    #[prop(into)]
    title: Oco<'static, str>,
    /// A [`Tag`](crate::ui::badge::Tag) after the title: the subject's state.
    #[prop(optional, into)]
    tag: Option<AnyView>,
    /// More about the subject, below the title.
    #[prop(optional, into)]
    about: Option<AnyView>,
    /// At most two buttons.
    #[prop(optional_no_strip, into)]
    actions: Option<AnyView>,
    /// The footer, below a line.
    #[prop(optional_no_strip, into)]
    footer: Option<AnyView>,
    /// The content: a `.body`, `.rows`, or a [`Table`](crate::ui::table::Table) that is bare.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby=id>
            <header>
                <div>
                    <h2 id=id>{title}{tag.map(|tag| view! { " "{tag} })}</h2>
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
