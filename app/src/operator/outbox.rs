//! The page of the portal's outgoing mail, for the operator.
mod words;

use crate::operator::rooms::operator;
use crate::shell::work::WorkShell;
use crate::ui::empty_state::EmptyState;
use crate::ui::fault::PageFault;
use crate::ui::form::state::FormOf;
use crate::ui::form::{Form, Submit};
use crate::ui::icon::Icon;
use crate::ui::menu::MoreMenu;
use crate::ui::notice::Notice;
use crate::ui::number::number;
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::table::{Acts, Cell, Column, Lead, Table};
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use leptos::prelude::*;
use portvakt_model::mail::{FailedMail, Outbox};
use words::TEXTS;

/// The state of the outgoing mail, and the mails that were given up.
///
/// # Errors
/// As [`portvakt_core::outbox::outbox`].
#[server(prefix = "/rpc", endpoint = "show_outbox")]
pub async fn show_outbox() -> Result<Outbox, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::outbox::outbox(&core, &person).await?)
}

/// Sends a mail again.
///
/// # Errors
/// As [`portvakt_core::outbox::send_again`].
#[server(prefix = "/rpc", endpoint = "send_mail_again")]
pub async fn send_mail_again(id: String) -> Result<(), ApiError> {
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::MailId;
    let (core, person) = crate::web::request::signed_in()?;
    let id = MailId::parse(&id).ok_or(Refusal::NotFound)?;
    portvakt_core::outbox::send_again(&core, &person.into(), id).await?;
    Ok(())
}

/// Sends every given-up mail again whose link has not expired.
///
/// # Errors
/// As [`portvakt_core::outbox::send_all_again`].
#[server(prefix = "/rpc", endpoint = "send_all_mail_again")]
pub async fn send_all_mail_again() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::outbox::send_all_again(&core, &person.into()).await?;
    Ok(())
}

/// Sends the caller a test mail.
///
/// # Errors
/// As [`portvakt_core::outbox::test`].
#[server(prefix = "/rpc", endpoint = "test_mail")]
pub async fn test_mail() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    portvakt_core::outbox::test(&core, &person).await?;
    Ok(())
}

/// Shows the state of the outgoing mail, and the mails that were given up.
#[derive(Clone, Copy)]
pub(crate) struct OutboxPage {
    outbox: Loaded<Result<Outbox, ApiError>>,
    again: FormOf<SendMailAgain>,
    all_again: FormOf<SendAllMailAgain>,
    test: FormOf<TestMail>,
}

impl OutboxPage {
    pub(crate) fn new() -> Self {
        let (again, all_again, test) = (FormOf::new(), FormOf::new(), FormOf::new());
        let changes = [again.changes(), all_again.changes(), test.changes()];
        Self { outbox: load(move || changes.map(|form| form.get()), |_| show_outbox()), again, all_again, test }
    }

    pub(crate) fn view(self) -> AnyView {
        view! {
            <WorkShell area=operator()>
                <PageHead title=TEXTS.here().title/>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.outbox.await {
                            Ok(outbox) => self.shown(outbox),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </WorkShell>
        }
        .into_any()
    }
}

impl OutboxPage {
    fn shown(self, outbox: Outbox) -> AnyView {
        let texts = TEXTS.here();
        let Self { again, all_again, test, .. } = self;
        let Outbox { waiting, trouble, failed, rows, may_send } = outbox;
        let waits = move || again.is_done() || all_again.is_done();
        view! {
            <div class="stack" data-gap="5">
            <Panel id="standing" title=texts.standing>
                <div class="body stack">
                    {trouble.map(|why| view! {
                        <Notice tone=Tone::Warn title=texts.trouble><p>{(texts.why)(why)}</p></Notice>
                    })}
                    <dl class="facts">
                        <div><dt>{texts.waiting}</dt><dd>{number(waiting)}</dd></div>
                        <div><dt>{texts.failed}</dt><dd>{number(failed)}</dd></div>
                    </dl>
                    <Form of=test>
                        {move || test.is_done().then(|| view! {
                            <Notice tone=Tone::Ok title=texts.tested alert=true><p>{texts.tested_next}</p></Notice>
                        })}
                        <div class="form-actions"><Submit of=test fill=false>{texts.test}</Submit></div>
                    </Form>
                </div>
            </Panel>
            <section class="stack" data-gap="3" aria-labelledby="given-up">
                <h2 id="given-up">{texts.given_up}</h2>
                {move || waits().then(|| view! {
                    <Notice tone=Tone::Ok title=texts.waits alert=true><p>{texts.waits_next}</p></Notice>
                })}
                // The rows' buttons belong to this form, so that a fault is shown once.
                <Form of=again id="again"/>
                <Form of=all_again>
                    {may_send.then(|| view! {
                        <div class="form-actions"><button class="button"><Icon name="refresh"/>{texts.all_again}</button></div>
                    })}
                </Form>
                {if rows.is_empty() {
                    view! {
                        <div class="panel">
                            <EmptyState icon="mail" title=texts.none><p>{texts.none_next}</p></EmptyState>
                        </div>
                    }
                    .into_any()
                } else {
                    table(rows)
                }}
            </section>
            </div>
        }
        .into_any()
    }
}

fn table(rows: Vec<FailedMail>) -> AnyView {
    let texts = TEXTS.here();
    let head = view! {
        <Column name=texts.mail/>
        <Column name=texts.organisation/>
        <Column name=texts.reason/>
        <Column name=texts.tries may_hide=true/>
        <Column name=texts.when/>
        <Column name=texts.acts tight=true/>
    };
    let row = move |mail: FailedMail| {
        let (at, label) = (mail.ended_at, (texts.acts_for)(&mail.to));
        view! {
            <tr role="row">
                <Lead><b>{(texts.kind)(mail.kind)}</b><small class="wrap-any">{mail.to}</small></Lead>
                <Cell of=texts.organisation>{mail.organisation}</Cell>
                <Cell of=texts.reason>{(texts.why)(mail.why)}</Cell>
                <Cell of=texts.tries may_hide=true>{number(mail.tries.into())}</Cell>
                <Cell of=texts.when><time datetime=at.iso.clone()>{(TIME.here().alone)(&at)}</time></Cell>
                <Acts>
                    {if mail.is_stale {
                        view! { <small class="soft">{texts.stale}</small> }.into_any()
                    } else {
                        view! {
                            <MoreMenu label>
                                <li>
                                    <button form="again" name="id" value=mail.id.to_string()>
                                        <Icon name="send"/>{texts.again}
                                    </button>
                                </li>
                            </MoreMenu>
                        }
                        .into_any()
                    }}
                </Acts>
            </tr>
        }
    };
    view! { <Table label=texts.given_up head=head.into_any()>{rows.into_iter().map(row).collect_view()}</Table> }
        .into_any()
}
