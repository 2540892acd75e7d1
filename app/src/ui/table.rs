//! Tables for work. In a table narrower than 33 rem every row is a card. The explicit roles keep it a table for screen
//! readers, because `display: block` would remove the roles.
use crate::ui::icon::Icon;
use leptos::prelude::*;

/// A table in its frame.
#[component]
pub fn Table(
    /// The table's name: what its rows are.
    #[prop(into)]
    label: Oco<'static, str>,
    /// The head's [`Column`]s.
    head: AnyView,
    /// Whether the text is small, as in a log.
    #[prop(optional)]
    fine: bool,
    /// Whether the table stands in a panel, which already is a frame.
    #[prop(optional)]
    bare: bool,
    /// The content below the rows: a [`foot`](crate::ui::pager::foot).
    #[prop(optional, into)]
    foot: Option<AnyView>,
    /// The rows: `<tr role="row">` with a [`Lead`] and [`Cell`]s.
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

/// A table's order by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    /// The table is sorted by another column.
    No,
    /// The smallest value first.
    Ascending,
    /// The largest value first.
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
    /// The column's name.
    #[prop(into)]
    name: Oco<'static, str>,
    /// The table's order by this column, and the address that sorts it by this column again.
    #[prop(optional)]
    sort: Option<(Sorted, String)>,
    /// Whether the column is narrow and its name is hidden: checkboxes, menus.
    #[prop(optional)]
    tight: bool,
    /// Whether the column is hidden when there is little room.
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

/// The cell that names the row. On a card it is the head.
#[component]
pub fn Lead(
    /// The name of the row's person or thing, as a link if it has a page.
    children: Children,
) -> impl IntoView {
    view! { <th role="rowheader" scope="row" class="lead">{children()}</th> }.into_any()
}

/// Any other cell.
#[component]
pub fn Cell(
    /// The column's name, which a card shows beside the cell.
    #[prop(into)]
    of: Oco<'static, str>,
    /// Whether the cell is hidden when there is little room.
    #[prop(optional)]
    may_hide: bool,
    /// The content.
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
