//! The gallery's lists: with rows and without.
use super::words::TEXTS;
use crate::ui::badge::{Standing, Status, Tag};
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;
use crate::ui::menu::{Menu, MoreMenu};
use crate::ui::pager;
use crate::ui::panel::Panel;
use crate::ui::table::{Acts, Cell, Column, Lead, Sorted, Table};
use crate::ui::tone::Tone;
use leptos::prelude::*;
use portvakt_model::profile::initials;

/// The lists.
#[component]
pub fn Lists() -> impl IntoView {
    let texts = TEXTS.here();
    let standings =
        [Standing::Active, Standing::Waiting, Standing::Warn, Standing::Failed, Standing::Suspended].into_iter();
    let tones = [Tone::Quiet, Tone::Accent, Tone::Ok, Tone::Warn, Tone::Danger, Tone::Info].into_iter();
    view! {
        <section aria-labelledby="s-table" data-wide="">
            <h2 id="s-table">{texts.s_table}</h2>
            <People/>
        </section>
        <section aria-labelledby="s-panel" data-wide="">
            <h2 id="s-panel">{texts.s_panel}</h2>
            <Backups/>
        </section>
        <section aria-labelledby="s-empty">
            <h2 id="s-empty">{texts.s_empty}</h2>
            <div class="panel">
                <EmptyState icon="users" title=texts.nobody>
                    <p>{texts.nobody_next}</p>
                    <div class="form-actions"><a class="button" data-kind="primary" href="#name" rel="external">{texts.invite}</a></div>
                </EmptyState>
            </div>
        </section>
        <section aria-labelledby="s-filtered">
            <h2 id="s-filtered">{texts.s_filtered}</h2>
            <div class="panel">
                <EmptyState icon="search" title=texts.no_match filtered=true>
                    <p>{texts.no_match_next}</p>
                    <div class="form-actions"><a class="button" href="/dev/gallery">{texts.clear}</a></div>
                </EmptyState>
            </div>
        </section>
        <section aria-labelledby="s-words">
            <h2 id="s-words">{texts.s_words}</h2>
            <div class="cluster" data-gap="5">
                {standings.zip(texts.standings).map(|(is, word)| view! { <Status is word=*word/> }).collect_view()}
            </div>
            <div class="cluster">
                {tones.zip(texts.tags).map(|(tone, word)| view! { <Tag tone word=*word/> }).collect_view()}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn People() -> impl IntoView {
    let texts = TEXTS.here();
    let [person, status, role, last, acts] = *texts.columns;
    let by = |sorted| (sorted, "/dev/gallery?sort=other".to_owned());
    let head = view! {
        <Column name=person sort=by(Sorted::No)/>
        <Column name=status/>
        <Column name=role may_hide=true/>
        <Column name=last sort=by(Sorted::Descending)/>
        <Column name=acts tight=true/>
    };
    let rows = texts.rows.iter().zip([Standing::Active, Standing::Failed, Standing::Waiting]);
    let row = move |((name, email, word, does, when), is): (&'static (&str, &str, &str, &str, &str), Standing)| {
        view! {
            <tr role="row">
                <Lead>
                    <div class="person">
                        <span class="avatar" aria-hidden="true">{initials(name)}</span>
                        <a href="/dev/gallery">{*name}</a>
                        <small>{*email}</small>
                    </div>
                </Lead>
                <Cell of=status><Status is word=*word/></Cell>
                <Cell of=role may_hide=true>{*does}</Cell>
                <Cell of=last>{*when}</Cell>
                <Acts>
                    <MoreMenu label=(texts.acts_for)(name)>
                        <li><button type="button"><Icon name="unlock"/>{texts.unlock}</button></li>
                        <li><button type="button"><Icon name="key"/>{texts.reset}</button></li>
                        <li><hr/></li>
                        <li><button type="button" data-kind="danger"><Icon name="pause"/>{texts.suspend}</button></li>
                    </MoreMenu>
                </Acts>
            </tr>
        }
    };
    let to = |page| format!("/dev/gallery?page={page}");
    let foot = pager::foot(Some(texts.people.to_owned()), vec![pager::previous(to(1)), pager::next(to(3))]);
    view! {
        <Table label=texts.title_of_table head=head.into_any() foot>
            {rows.map(row).collect_view()}
        </Table>
    }
    .into_any()
}

#[component]
fn Backups() -> impl IntoView {
    let texts = TEXTS.here();
    let [kind, last, result] = *texts.backup_columns;
    let head = view! {
        <Column name=kind/>
        <Column name=last/>
        <Column name=result/>
    };
    let summary = view! { <summary class="button" data-size="small">{texts.run}<Icon name="down"/></summary> };
    let menu = view! {
        <Menu summary=summary.into_any()>
            <li><button type="button"><Icon name="refresh"/>{texts.run_now}</button></li>
            <li><a href="/dev/gallery"><Icon name="database"/>{texts.drill}</a></li>
        </Menu>
    };
    let row = move |((what, when, how), is): (&'static (&str, &str, &str), Standing)| {
        view! {
            <tr role="row">
                <Lead><b>{*what}</b></Lead>
                <Cell of=last>{*when}</Cell>
                <Cell of=result><Status is word=*how/></Cell>
            </tr>
        }
    };
    view! {
        <Panel
            id="backups"
            title=texts.backups
            about=texts.backups_about.into_any()
            actions=menu.into_any()
            footer=texts.promise.into_any()
        >
            <Table label=texts.backups head=head.into_any() bare=true fine=true>
                {texts.backup_rows.iter().zip([Standing::Active, Standing::Failed]).map(row).collect_view()}
            </Table>
        </Panel>
    }
    .into_any()
}
