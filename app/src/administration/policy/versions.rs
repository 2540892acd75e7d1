//! The page of a policy's saved versions.
use super::impact::change;
use super::words::TEXTS;
use crate::administration::rooms::administration;
use crate::shell::work::WorkShell;
use crate::ui::empty_state::EmptyState;
use crate::ui::fault::PageFault;
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::table::{Cell, Column, Lead, Table};
use crate::ui::time::TIME;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use leptos::prelude::*;
use portvakt_model::page::Page;
use portvakt_model::policy::page::Saved;

/// Every saved version, the newest first.
///
/// # Errors
/// As [`portvakt_core::policy_editor::versions`].
#[server(prefix = "/rpc", endpoint = "load_policy_versions")]
pub async fn load_policy_versions() -> Result<Vec<Saved>, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::policy_editor::versions(&core, &person).await?)
}

/// Lists the saved versions.
#[derive(Clone, Copy)]
pub(crate) struct PolicyVersionsPage {
    versions: Loaded<Result<Vec<Saved>, ApiError>>,
}

impl PolicyVersionsPage {
    pub(crate) fn new() -> Self {
        Self { versions: load(|| (), |()| load_policy_versions()) }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        view! {
            <WorkShell area=administration()>
                <PageHead title=texts.versions above=vec![(Page::Policy.path(), texts.title.into())]/>
                <Suspense>
                    {move || Suspend::new(async move {
                        match self.versions.await {
                            Ok(versions) => shown(versions),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Suspense>
            </WorkShell>
        }
        .into_any()
    }
}

fn shown(versions: Vec<Saved>) -> AnyView {
    let texts = TEXTS.here();
    if versions.is_empty() {
        return view! {
            <Panel id="versions" title=texts.versions>
                <EmptyState icon="shield" title=texts.none>
                    <p>{texts.none_about}</p>
                    <div class="form-actions"><a class="button" href=Page::Policy.path()>{texts.title}</a></div>
                </EmptyState>
            </Panel>
        }
        .into_any();
    }
    let newest = versions[0].version;
    let head = view! {
        <Column name=texts.version/>
        <Column name=texts.when/>
        <Column name=texts.why/>
        <Column name=texts.changed/>
    };
    let row = move |saved: Saved| {
        let Saved { version, at, by, reason, changes } = saved;
        let when = (TIME.here().alone)(&at);
        let here = format!("{}?version={version}", Page::Policy.path());
        view! {
            <tr role="row">
                <Lead>
                    <b>{version}</b>
                    {if version == newest {
                        view! { <small>{texts.current}</small> }.into_any()
                    } else {
                        view! { <small><a href=here rel="external">{texts.look}</a></small> }.into_any()
                    }}
                </Lead>
                <Cell of=texts.when><time datetime=at.iso>{when}</time>{by.map(|by| view! { <br/>{by} })}</Cell>
                <Cell of=texts.why><span class="wrap-any">{reason}</span></Cell>
                <Cell of=texts.changed><ul class="changes" role="list">{changes.into_iter().map(change).collect_view()}</ul></Cell>
            </tr>
        }
    };
    let rows = versions.into_iter().map(row).collect_view();
    view! {
        <div class="stack" data-gap="3">
            <Panel id="versions" title=texts.versions>
                <Table label=texts.versions head=head.into_any() bare=true>{rows}</Table>
            </Panel>
            <p class="small"><a href=format!("{}?profile=recommended", Page::Policy.path()) rel="external">{texts.first}</a></p>
        </div>
    }
    .into_any()
}
