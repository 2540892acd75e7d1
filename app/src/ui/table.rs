//! Tables for work. Below 33 rem of their own width every row becomes a card; the roles keep it a table for whoever does not
//! see it, because `display: block` would take that away.
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// A table in its frame.
#[component]
pub fn Table(
    /// What its rows are.
    #[prop(into)]
    label: Oco<'static, str>,
    /// Its [`Column`]s.
    head: AnyView,
    /// Whether its text is small: a log.
    #[prop(optional)]
    fine: bool,
    /// Whether it stands in a panel, which is frame enough.
    #[prop(optional)]
    bare: bool,
    /// What stands below its rows: a [`Pager`](crate::ui::pager::Pager).
    #[prop(optional, into)]
    foot: Option<AnyView>,
    /// Its rows: `<tr role="row">` of a [`Lead`] and [`Cell`]s.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-frame" data-bare=bare.then_some("")>
            <table class="table" role="table" aria-label=label data-fine=fine.then_some("")>
                <thead role="rowgroup"><tr role="row">{head}</tr></thead>
                <tbody role="rowgroup">{children()}</tbody>
            </table>
            {foot}
        </div>
    }
    .into_any()
}

/// How a table is sorted by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// By another one.
    No,
    /// The least first.
    Ascending,
    /// The most first.
    Descending,
}

impl Sorted {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::No => ("none", "updown"),
            Self::Ascending => ("ascending", "up"),
            Self::Descending => ("descending", "down"),
        }
    }
}

/// The head of a column.
#[component]
pub fn Column(
    /// What stands in it.
    #[prop(into)]
    name: Oco<'static, str>,
    /// How the table is sorted by it, and the address of the table sorted by it anew.
    #[prop(optional)]
    sort: Option<(Sorted, String)>,
    /// Whether it only holds what its name need not be seen for: boxes to tick, menus.
    #[prop(optional)]
    tight: bool,
    /// Whether it may go where there is little room.
    #[prop(optional)]
    may_hide: bool,
) -> impl IntoView {
    let order = sort.as_ref().map(|(sorted, _)| sorted.words().0);
    let class = [(tight, "tight"), (may_hide, "may-hide")];
    let class = class.iter().filter(|(is, _)| *is).map(|(_, class)| *class).collect::<Vec<_>>().join(" ");
    let name = match sort {
        Some((sorted, address)) => view! { <a href=address>{name}<Icon name=sorted.words().1/></a> }.into_any(),
        None if tight => view! { <span class="vh">{name}</span> }.into_any(),
        None => name.into_any(),
    };
    view! { <th role="columnheader" scope="col" class=class aria-sort=order>{name}</th> }.into_any()
}

/// The cell that says which row it is; a card's head.
#[component]
pub fn Lead(
    /// Whose or what's row it is: first a link, where it has a page.
    children: Children,
) -> impl IntoView {
    view! { <th role="rowheader" scope="row" class="lead">{children()}</th> }.into_any()
}

/// Any other cell.
#[component]
pub fn Cell(
    /// The name of its column, which a card shows beside it.
    #[prop(into)]
    of: Oco<'static, str>,
    /// Whether it may go where there is little room.
    #[prop(optional)]
    may_hide: bool,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! { <td role="cell" data-label=of class=may_hide.then_some("may-hide")>{children()}</td> }.into_any()
}

/// The cell of a row's menu.
#[component]
pub fn Acts(
    /// A [`Menu`](crate::ui::menu::Menu).
    children: Children,
) -> impl IntoView {
    view! { <td role="cell" class="acts tight">{children()}</td> }.into_any()
}
