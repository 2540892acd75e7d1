//! The head of a work page.
use crate::words::language::Translated;
use leptos::prelude::*;
use leptos_meta::Title;

static CRUMBS: Translated<&str> = Translated { swedish: "Länkstig", english: "Breadcrumb" };

/// A page's place: the pages above it, and its title.
#[component]
pub fn PageHead(
    /// The page's title and first heading.
    #[prop(into)]
    title: Oco<'static, str>,
    /// The address and the name of each page above it.
    #[prop(optional)]
    above: Vec<(&'static str, Oco<'static, str>)>,
    /// The initials of the person that the page is about.
    #[prop(optional, into)]
    initials: Option<String>,
    /// The number of entries that the page lists: `248 people`.
    #[prop(optional, into)]
    count: Option<Oco<'static, str>>,
    /// More about the page's subject, below the heading.
    #[prop(optional, into)]
    about: Option<AnyView>,
    /// The page's actions: at most one primary button.
    #[prop(optional, into)]
    actions: Option<AnyView>,
) -> impl IntoView {
    let document_title = title.clone().into_owned();
    let crumbs = (!above.is_empty()).then(|| {
        let link = |(address, name)| view! { <li><a href=address>{name}</a></li> };
        view! {
            <nav class="crumbs" aria-label=*CRUMBS.here()>
                <ol>
                    {above.into_iter().map(link).collect_view()}
                    <li aria-current="page">{title.clone()}</li>
                </ol>
            </nav>
        }
    });
    let is_person = initials.is_some();
    view! {
        <Title text=document_title/>
        {crumbs}
        <header class="page-head">
            <div class=is_person.then_some("person")>
                {initials.map(|letters| view! {
                    <span class="avatar" data-size="large" aria-hidden="true">{letters}</span>
                })}
                <h1>{title}{count.map(|count| view! { " "<span class="count">{count}</span> })}</h1>
                {about.map(|about| view! { <p class="cluster">{about}</p> })}
            </div>
            {actions.map(|actions| view! { <div class="cluster">{actions}</div> })}
        </header>
    }
    .into_any()
}
