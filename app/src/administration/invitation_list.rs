//! The page that invites many people. It reads a list, shows the list with its faults, and sends it when the
//! administrator confirms.
use crate::administration::rooms::administration;
use crate::shell::work::WorkShell;
use crate::ui::fault::PageFault;
use crate::ui::form::field::described_by;
use crate::ui::form::state::{FormOf, FormState};
use crate::ui::form::{ForField, Form, FormFault, Submit};
use crate::ui::notice::Notice;
use crate::ui::page_head::PageHead;
use crate::ui::panel::Panel;
use crate::ui::select::Select;
use crate::ui::table::{Cell, Column, Lead, Table};
use crate::ui::text_area::TextArea;
use crate::ui::tone::Tone;
use crate::web::api::ApiError;
use crate::web::load::{Loaded, load};
use crate::words::language::Translated;
use crate::words::role::ROLE;
use leptos::prelude::*;
use portvakt_model::duration::in_words;
use portvakt_model::frame::Frame;
use portvakt_model::invitation_list::{Draft, Faulty, InvitationList, LineOutcome, LineRule, ListLine};
use portvakt_model::language::Language;
use portvakt_model::page::Page;
use portvakt_model::role::Role;

/// The address that a list is posted to.
pub const LIST_FORM: &str = "/upload/invitation-list";
/// The address of the page.
pub const PATH: &str = Page::InvitationList.path();

struct Texts {
    title: &'static str,
    above: &'static str,
    list: &'static str,
    about: fn(&str) -> String,
    people: &'static str,
    people_hint: &'static str,
    file: &'static str,
    file_hint: &'static str,
    role: &'static str,
    language: &'static str,
    usual_hint: &'static str,
    preview: &'static str,
    nothing_sent: &'static str,
    ready: fn(usize) -> String,
    whole: &'static str,
    faulty: fn(usize) -> String,
    faulty_about: &'static str,
    row: &'static str,
    text: &'static str,
    wrong: &'static str,
    rule: fn(LineRule) -> String,
    person: &'static str,
    outcome: &'static str,
    said: fn(LineOutcome) -> &'static str,
    waits: &'static str,
    send: fn(usize) -> String,
    send_rest: fn(usize) -> String,
    discard: &'static str,
    another: &'static str,
    done: &'static str,
    half: &'static str,
    counts: fn(usize, usize, usize) -> String,
    none: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Bjud in flera",
        above: "Inbjudningar",
        list: "Lista",
        about: |lifetime| {
            format!(
                "Var och en får ett eget mejl med en länk som gäller i {lifetime}. Inget skickas förrän du har granskat listan."
            )
        },
        people: "Personer",
        people_hint: "En per rad: en adress, Namn <adress>, eller e-post, namn, roll och språk med komma eller \
                      semikolon mellan. Högst 1 000 rader.",
        file: "Eller en CSV-fil",
        file_hint: "I formatet CSV UTF-8, högst 256 kB. En fil används i stället för det som står i rutan.",
        role: "Roll",
        language: "Mejlens språk",
        usual_hint: "Används när raden inte anger något annat.",
        preview: "Visa vad som skickas",
        nothing_sent: "Inget har skickats än",
        ready: |count| match count {
            1 => "1 person bjuds in".to_owned(),
            _ => format!("{count} personer bjuds in"),
        },
        whole: "Listan",
        faulty: |count| match count {
            1 => "1 rad används inte".to_owned(),
            _ => format!("{count} rader används inte"),
        },
        faulty_about: "Rätta dem i listan ovan och visa den igen, eller skicka till de andra.",
        row: "Rad",
        text: "Innehåll",
        wrong: "Fel",
        rule: |rule| match rule {
            LineRule::NotAnEmail => "Ingen e-postadress".to_owned(),
            LineRule::Name => "Namnet är för långt eller har osynliga tecken".to_owned(),
            LineRule::UnknownRole => "Rollen finns inte".to_owned(),
            LineRule::RoleNotGiven => "Den rollen kan du inte ge".to_owned(),
            LineRule::UnknownLanguage => "Språket finns inte: skriv sv eller en".to_owned(),
            LineRule::Twice(line) => format!("Adressen står redan på rad {line}"),
            LineRule::TooManyColumns => "För många kolumner".to_owned(),
            LineRule::OpenQuote => "Ett citattecken saknas".to_owned(),
        },
        person: "Person",
        outcome: "Inbjudan",
        said: |outcome| match outcome {
            LineOutcome::Invited => "Skickad",
            LineOutcome::Belongs => "Finns redan i organisationen",
            LineOutcome::NotTheirs => "Har en inbjudan som du inte kan ändra",
            LineOutcome::OverLimit => "Har fått för många mejl, försök senare",
        },
        waits: "Väntar",
        send: |count| match count {
            1 => "Skicka 1 inbjudan".to_owned(),
            _ => format!("Skicka {count} inbjudningar"),
        },
        send_rest: |count| format!("Skicka de {count} som är kvar"),
        discard: "Ta bort listan",
        another: "Börja på en ny lista",
        done: "Listan är skickad",
        half: "En del av listan är skickad",
        counts: |invited, belong, over| {
            format!("Inbjudna: {invited}. Finns redan i organisationen: {belong}. Har fått för många mejl: {over}.")
        },
        none: "Ingen rad i listan går att använda",
    },
    english: Texts {
        title: "Invite several people",
        above: "Invitations",
        list: "List",
        about: |lifetime| {
            format!(
                "Each person gets their own email with a link that is valid for {lifetime}. Nothing is sent until you have checked the list."
            )
        },
        people: "People",
        people_hint: "One per line: an address, Name <address>, or email, name, role and language separated by commas \
                      or semicolons. At most 1,000 lines.",
        file: "Or a CSV file",
        file_hint: "As CSV UTF-8, at most 256 kB. A file is used instead of what is in the box.",
        role: "Role",
        language: "Language of the emails",
        usual_hint: "Used when the line says nothing else.",
        preview: "Show what will be sent",
        nothing_sent: "Nothing has been sent yet",
        ready: |count| match count {
            1 => "1 person will be invited".to_owned(),
            _ => format!("{count} people will be invited"),
        },
        whole: "The list",
        faulty: |count| match count {
            1 => "1 line is not used".to_owned(),
            _ => format!("{count} lines are not used"),
        },
        faulty_about: "Correct them in the list above and show it again, or send it to the others.",
        row: "Line",
        text: "Content",
        wrong: "Problem",
        rule: |rule| match rule {
            LineRule::NotAnEmail => "Not an email address".to_owned(),
            LineRule::Name => "The name is too long, or has invisible characters".to_owned(),
            LineRule::UnknownRole => "There is no such role".to_owned(),
            LineRule::RoleNotGiven => "You can’t give that role".to_owned(),
            LineRule::UnknownLanguage => "There is no such language: enter sv or en".to_owned(),
            LineRule::Twice(line) => format!("The address is already on line {line}"),
            LineRule::TooManyColumns => "Too many columns".to_owned(),
            LineRule::OpenQuote => "A quotation mark is missing".to_owned(),
        },
        person: "Person",
        outcome: "Invitation",
        said: |outcome| match outcome {
            LineOutcome::Invited => "Sent",
            LineOutcome::Belongs => "Already in the organisation",
            LineOutcome::NotTheirs => "Has an invitation that you can’t change",
            LineOutcome::OverLimit => "Sent too many emails, try later",
        },
        waits: "Waiting",
        send: |count| match count {
            1 => "Send 1 invitation".to_owned(),
            _ => format!("Send {count} invitations"),
        },
        send_rest: |count| format!("Send the remaining {count}"),
        discard: "Discard the list",
        another: "Start a new list",
        done: "List sent",
        half: "Part of the list was sent",
        counts: |invited, belong, over| {
            format!("Invited: {invited}. Already in the organisation: {belong}. Sent too many emails: {over}.")
        },
        none: "No line in the list can be used",
    },
};

/// The data of the page.
///
/// # Errors
/// As [`portvakt_core::invitation_list::load`].
#[server(prefix = "/rpc", endpoint = "load_invitation_list")]
pub async fn load_invitation_list() -> Result<InvitationList, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::invitation_list::load(&core, &person).await?)
}

/// Sends the waiting list.
///
/// # Errors
/// As [`portvakt_core::invitation_list::send`].
#[server(prefix = "/rpc", endpoint = "send_invitation_list")]
pub async fn send_invitation_list(id: String) -> Result<(), ApiError> {
    use portvakt_model::fault::Refusal;
    use portvakt_model::id::InvitationListId;
    let (core, person) = crate::web::request::signed_in()?;
    let id = InvitationListId::parse(&id).ok_or(Refusal::NotFound)?;
    Ok(portvakt_core::invitation_list::send(&core, &person, id).await?)
}

/// Discards the waiting list.
///
/// # Errors
/// As [`portvakt_core::invitation_list::discard`].
#[server(prefix = "/rpc", endpoint = "discard_invitation_list")]
pub async fn discard_invitation_list() -> Result<(), ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::invitation_list::discard(&core, &person).await?)
}

/// Reads a list, shows it and sends it.
#[derive(Clone, Copy)]
pub(crate) struct InvitationListPage {
    list: Loaded<Result<InvitationList, ApiError>>,
    read: FormState,
    send: FormOf<SendInvitationList>,
    discard: FormOf<DiscardInvitationList>,
}

impl InvitationListPage {
    pub(crate) fn new() -> Self {
        let (send, discard) = (FormOf::new(), FormOf::new());
        let discarded = discard.changes();
        // A refusal loads the list again: part of a long list may have been sent before the refusal.
        let list = load(move || (send.answers(), discarded.get()), |_| load_invitation_list());
        Self { list, read: FormState::of_plain(LIST_FORM), send, discard }
    }

    pub(crate) fn view(self) -> AnyView {
        let texts = TEXTS.here();
        view! {
            <WorkShell area=administration()>
                <PageHead title=texts.title above=vec![(Page::Invitations.path(), texts.above.into())]/>
                <Transition>
                    {move || Suspend::new(async move {
                        match self.list.await {
                            Ok(list) => self.shown(list),
                            Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                        }
                    })}
                </Transition>
            </WorkShell>
        }
        .into_any()
    }
}

impl InvitationListPage {
    fn shown(self, InvitationList { roles, language, lifetime_secs, draft }: InvitationList) -> AnyView {
        let texts = TEXTS.here();
        let about = (texts.about)(&in_words(lifetime_secs, expect_context::<Frame>().language));
        let roles = roles.into_iter().map(|role| (role.as_str().to_owned(), ROLE.here()(role).to_owned())).collect();
        let (text, role, language) = match &draft {
            // A list that was sent completely is not put back into the field.
            Some(draft) if left(draft) > 0 || draft.lines.is_empty() => {
                (draft.text.clone(), draft.role, draft.language)
            }
            Some(draft) => (String::new(), draft.role, draft.language),
            None => (String::new(), Role::Member, language),
        };
        view! {
            <div class="stack" data-gap="5">
                <Panel id="list-panel" title=texts.list about=about.into_any()>
                    <div class="body measure">{self.form(text, roles, role.as_str(), language)}</div>
                </Panel>
                {draft.map(|draft| self.preview(draft))}
            </div>
        }
        .into_any()
    }

    fn form(self, text: String, roles: Vec<(String, String)>, role: &'static str, language: Language) -> AnyView {
        let texts = TEXTS.here();
        let of = self.read;
        let languages = Language::ALL.map(|l| (l.tag().to_owned(), l.own_name().to_owned()));
        view! {
            // A plain post: the server's layer for all other forms takes no files, and its limit is lower than a
            // list's.
            <form class="stack" method="post" action=LIST_FORM enctype="multipart/form-data" novalidate>
                <ForField/>
                <FormFault of/>
                <TextArea of name="list" label=texts.people hint=texts.people_hint rows=8 value=text/>
                <div class="field">
                    <label for="file">{texts.file}</label>
                    <p class="hint" id="file-hint">{texts.file_hint}</p>
                    <input
                        class="input"
                        id="file"
                        name="file"
                        type="file"
                        accept=".csv,.txt,text/csv,text/plain"
                        aria-describedby=described_by("file", true, false)
                    />
                </div>
                <Select of name="role" label=texts.role hint=texts.usual_hint options=roles chosen=role/>
                <Select of name="language" label=texts.language hint=texts.usual_hint options=languages.into() chosen=language.tag()/>
                <div class="form-actions"><button class="button">{texts.preview}</button></div>
            </form>
        }
        .into_any()
    }

    fn preview(self, draft: Draft) -> AnyView {
        let texts = TEXTS.here();
        let Self { send, discard, .. } = self;
        let left = left(&draft);
        let Draft { id, lines, faulty, .. } = draft;
        let tried = lines.len() - left;
        let count = |outcome| lines.iter().filter(|line| line.outcome == Some(outcome)).count();
        let counts =
            (texts.counts)(count(LineOutcome::Invited), count(LineOutcome::Belongs), count(LineOutcome::OverLimit));
        let (tone, title) = match (lines.len(), tried, left) {
            (0, ..) => (Tone::Warn, texts.none),
            (_, 0, _) => (Tone::Info, texts.nothing_sent),
            (.., 0) => (Tone::Ok, texts.done),
            _ => (Tone::Warn, texts.half),
        };
        let words = if tried == 0 { (texts.send)(left) } else { (texts.send_rest)(left) };
        let aside = if left == 0 && tried > 0 { texts.another } else { texts.discard };
        view! {
            <section class="stack" data-gap="5" id="preview">
                <Notice tone title alert=true>{(tried > 0).then(|| view! { <p>{counts}</p> })}</Notice>
                <div>
                <Form of=discard id="discard"/>
                <Form of=send>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <div class="form-actions">
                        {(left > 0).then(|| view! { <Submit of=send fill=false>{words}</Submit> })}
                        <button class="button" form="discard">{aside}</button>
                    </div>
                </Form>
                </div>
                {(!faulty.is_empty() && (left > 0 || lines.is_empty())).then(|| view! { <FaultyLines faulty/> })}
                {(!lines.is_empty()).then(|| view! { <Lines lines tried/> })}
            </section>
        }
        .into_any()
    }
}

/// The number of lines that were not tried yet.
fn left(draft: &Draft) -> usize {
    draft.lines.iter().filter(|line| line.outcome.is_none()).count()
}

#[component]
fn FaultyLines(faulty: Vec<Faulty>) -> impl IntoView {
    let texts = TEXTS.here();
    let title = (texts.faulty)(faulty.len());
    let head = view! { <Column name=texts.row/><Column name=texts.wrong/><Column name=texts.text/> };
    let row = move |Faulty { number, text, rule }| {
        view! {
            <tr role="row">
                <Lead><span class="num">{texts.row}" "{number}</span></Lead>
                <Cell of=texts.wrong>{(texts.rule)(rule)}</Cell>
                <Cell of=texts.text><span class="wrap-any">{text}</span></Cell>
            </tr>
        }
    };
    view! {
        <Panel id="faulty" title=title.clone() about=texts.faulty_about.into_any()>
            <Table label=title head=head.into_any() bare=true>{faulty.into_iter().map(row).collect_view()}</Table>
        </Panel>
    }
    .into_any()
}

#[component]
fn Lines(lines: Vec<ListLine>, tried: usize) -> impl IntoView {
    let texts = TEXTS.here();
    let tried = tried > 0;
    let title = if tried { texts.whole.to_owned() } else { (texts.ready)(lines.len()) };
    let head = view! {
        <Column name=texts.person/>
        <Column name=texts.role/>
        <Column name=texts.language may_hide=true/>
        {tried.then(|| view! { <Column name=texts.outcome/> })}
        <Column name=texts.row may_hide=true/>
    };
    let row = move |ListLine { number, email, name, role, language, outcome }| {
        view! {
            <tr role="row">
                <Lead>
                    {if name.is_empty() {
                        view! { <b class="wrap-any">{email}</b> }.into_any()
                    } else {
                        view! { <b class="wrap-any">{name}</b><small class="wrap-any">{email}</small> }.into_any()
                    }}
                </Lead>
                <Cell of=texts.role>{ROLE.here()(role)}</Cell>
                <Cell of=texts.language may_hide=true>{language.own_name()}</Cell>
                {tried.then(|| view! { <Cell of=texts.outcome>{outcome.map_or(texts.waits, texts.said)}</Cell> })}
                <Cell of=texts.row may_hide=true><span class="num">{number}</span></Cell>
            </tr>
        }
    };
    view! {
        <Panel id="lines" title=title.clone()>
            <Table label=title head=head.into_any() bare=true>{lines.into_iter().map(row).collect_view()}</Table>
        </Panel>
    }
    .into_any()
}
