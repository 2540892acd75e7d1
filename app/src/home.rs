//! The start page of a signed-in person.
use crate::shell::person::PersonShell;
use crate::shell::switch::SwitchOrganisation;
use crate::ui::empty_state::EmptyState;
use crate::ui::fault::PageFault;
use crate::ui::form::Form;
use crate::ui::form::state::FormOf;
use crate::ui::icon::Icon;
use crate::ui::mark::organisation;
use crate::ui::notice::Notice;
use crate::ui::time::TIME;
use crate::ui::tone::Tone;
use crate::web::address::{JOINED, use_query};
use crate::web::api::ApiError;
use crate::web::load::load;
use crate::words::language::Translated;
use leptos::prelude::*;
use portvakt_model::device::Device;
use portvakt_model::frame::Frame;
use portvakt_model::home::{Due, Home, PartOfDay};
use portvakt_model::page::Page;
use portvakt_model::product::Product;
use portvakt_model::profile::given_name;
use portvakt_model::tenant::Place;

struct Texts {
    title: &'static str,
    greeting: fn(PartOfDay, &str) -> String,
    last: &'static str,
    with: fn(Device) -> String,
    first: &'static str,
    joined: fn(&str) -> String,
    joined_next: &'static str,
    go_to: fn(&str) -> String,
    products: &'static str,
    none: &'static str,
    next_for_owner: &'static str,
    next_for_customer: fn(&str) -> String,
    next_for_member: fn(&str) -> String,
    /// The demand: `true` for a passkey, `false` for any second factor.
    turn_on: fn(bool) -> &'static str,
    demanded: fn(&str, i32) -> String,
    demanded_by: fn(&str) -> String,
    few_codes: fn(u32) -> String,
    make_codes: &'static str,
    erased_on: fn(&str) -> String,
    stop: &'static str,
}

static TEXTS: Translated<Texts> = Translated {
    swedish: Texts {
        title: "Hem",
        greeting: |part, name| match part {
            PartOfDay::Morning => format!("God morgon, {name}"),
            PartOfDay::Day => format!("Hej, {name}"),
            PartOfDay::Evening => format!("God kväll, {name}"),
        },
        last: "Senast inloggad ",
        with: |device| match (device.browser, device.system) {
            (Some(browser), Some(system)) => format!(" med {} på {}.", browser.as_str(), system.as_str()),
            (Some(name), None) | (None, Some(name)) => format!(" med {}.", name.as_str()),
            (None, None) => ".".to_owned(),
        },
        first: "Det här är din första inloggning.",
        joined: |organisation| format!("Du är nu gäst hos {organisation}"),
        joined_next: "Du byter organisation i menyn bakom ditt namn, eller här:",
        go_to: |organisation| format!("Gå till {organisation}"),
        products: "Dina produkter",
        none: "Inga produkter än",
        next_for_owner: "Produkter som kopplas till portalen visas här. Lägg under tiden en kopia av huvudnyckeln på ett \
                         annat ställe än servern: utan den går databasen inte att läsa.",
        next_for_customer: |operator| format!("Produkter som {operator} kopplar till din organisation visas här."),
        next_for_member: |organisation| {
            format!("Saknar du en produkt? Be en administratör hos {organisation} om åtkomst.")
        },
        turn_on: |passkey| if passkey { "Lägg till en nyckel" } else { "Slå på tvåfaktorsinloggning" },
        demanded: |what, days| match days {
            ..=0 => format!("{what} i dag"),
            1 => format!("{what} senast i morgon"),
            days => format!("{what} inom {days} dagar"),
        },
        demanded_by: |day| {
            format!("Din organisation kräver det senast {day}. Därefter kan du inte logga in utan det. ")
        },
        few_codes: |left| format!("Du har {left} av 10 reservkoder kvar"),
        make_codes: "Skapa nya, så att du kan logga in även om telefonen är borta",
        erased_on: |day| format!("Ditt konto raderas {day}"),
        stop: "Se varför, eller stoppa det",
    },
    english: Texts {
        title: "Home",
        greeting: |part, name| match part {
            PartOfDay::Morning => format!("Good morning, {name}"),
            PartOfDay::Day => format!("Hello, {name}"),
            PartOfDay::Evening => format!("Good evening, {name}"),
        },
        last: "Last signed in ",
        with: |device| match (device.browser, device.system) {
            (Some(browser), Some(system)) => format!(" with {} on {}.", browser.as_str(), system.as_str()),
            (Some(name), None) | (None, Some(name)) => format!(" with {}.", name.as_str()),
            (None, None) => ".".to_owned(),
        },
        first: "This is the first time you sign in.",
        joined: |organisation| format!("You are now a guest at {organisation}"),
        joined_next: "Switch organisation in the menu behind your name, or here:",
        go_to: |organisation| format!("Go to {organisation}"),
        products: "Your products",
        none: "No products yet",
        next_for_owner: "Products connected to the portal appear here. Meanwhile, keep a copy of the master key \
                         somewhere other than on the server: without it, the database can’t be read.",
        next_for_customer: |operator| format!("Products that {operator} connects for your organisation appear here."),
        next_for_member: |organisation| {
            format!("Missing a product? Ask an administrator at {organisation} for access.")
        },
        turn_on: |passkey| if passkey { "Add a passkey" } else { "Turn on two-factor sign-in" },
        demanded: |what, days| match days {
            ..=0 => format!("{what} today"),
            1 => format!("{what} by tomorrow"),
            days => format!("{what} within {days} days"),
        },
        demanded_by: |day| {
            format!("Your organisation requires it. The deadline is {day}; after that, you can’t sign in without it. ")
        },
        few_codes: |left| format!("You have {left} of 10 recovery codes left"),
        make_codes: "Create new ones, so that you can sign in even if your phone is gone",
        erased_on: |day| format!("Your account will be deleted on {day}"),
        stop: "See why, or stop it",
    },
};

/// The data of the caller's start page.
///
/// # Errors
/// If the caller is not signed in, or the database fails.
#[server(prefix = "/rpc", endpoint = "home")]
pub async fn load_home() -> Result<Home, ApiError> {
    let (core, person) = crate::web::request::signed_in()?;
    Ok(portvakt_core::home::home(&core, &person).await?)
}

/// The start page: greets the person and shows their products.
#[component]
pub fn HomePage() -> impl IntoView {
    let home = load(|| (), |()| load_home());
    view! {
        <PersonShell title=TEXTS.here().title>
            <Suspense>
                {move || Suspend::new(async move {
                    match home.await {
                        Ok(home) => view! { <Shown home/> }.into_any(),
                        Err(ApiError(fault)) => view! { <PageFault fault/> }.into_any(),
                    }
                })}
            </Suspense>
        </PersonShell>
    }
}

#[component]
fn Shown(home: Home) -> impl IntoView {
    let texts = TEXTS.here();
    let name = expect_context::<Frame>().person.unwrap_or_default();
    let last = match home.last_sign_in {
        None => texts.first.into_any(),
        Some(last) => view! {
            {texts.last}
            <time datetime=last.at.iso.clone()>{(TIME.here().moment)(&last.at)}</time>
            {(texts.with)(last.device)}
        }
        .into_any(),
    };
    let frame = expect_context::<Frame>();
    let switch = FormOf::<SwitchOrganisation>::new();
    let joined = use_query().get_untracked().text(JOINED);
    let joined = frame.elsewhere.iter().find(|place| place.id.to_string() == joined).cloned();
    let next = match (home.owner, frame.in_operator) {
        (true, true) => texts.next_for_owner.to_owned(),
        (true, false) => (texts.next_for_customer)(&frame.operator.unwrap_or_default()),
        (false, _) => (texts.next_for_member)(&organisation()),
    };
    view! {
        <header class="greeting">
            <h1>{(texts.greeting)(home.part_of_day, given_name(&name))}</h1>
            <p>{last}</p>
        </header>
        <div class="stack" data-gap="6">
            {joined.map(|Place { id, name }| view! {
                <Notice tone=Tone::Ok title=(texts.joined)(&name)>
                    <p>{texts.joined_next}</p>
                    <Form of=switch>
                        <button class="button" name="to" value=id.to_string()>{(texts.go_to)(&name)}</button>
                    </Form>
                </Notice>
            })}
            {home.second_factor_due.map(|Due { at, passkey }| view! {
                <Notice tone=Tone::Warn title=(texts.demanded)((texts.turn_on)(passkey), -at.days_ago)>
                    <p>
                        {(texts.demanded_by)(&(TIME.here().moment)(&at))}
                        <a href=Page::Security.path()>{(texts.turn_on)(passkey)}</a>
                    </p>
                </Notice>
            })}
            {home.few_recovery_codes.map(|left| view! {
                <Notice tone=Tone::Warn title=(texts.few_codes)(left)>
                    <p><a href=Page::Security.path()>{texts.make_codes}</a></p>
                </Notice>
            })}
            {home.erasure.map(|erasure| view! {
                <Notice tone=Tone::Warn title=(texts.erased_on)(&(TIME.here().day)(&erasure.due_at))>
                    <p><a href=Page::MyData.path()>{texts.stop}</a></p>
                </Notice>
            })}
            <section class="stack" data-gap="3" aria-labelledby="products">
                <h2 id="products">{texts.products}</h2>
                {if home.products.is_empty() {
                    view! {
                        <div class="panel">
                            <EmptyState icon="door" title=texts.none><p>{next}</p></EmptyState>
                        </div>
                    }
                    .into_any()
                } else {
                    let doors = home.products.into_iter().map(|product| view! { <Door product/> }).collect_view();
                    view! { <ul class="doors" role="list">{doors}</ul> }.into_any()
                }}
            </section>
        </div>
    }
}

/// A product. The link covers the whole door.
#[component]
fn Door(product: Product) -> impl IntoView {
    view! {
        <li>
            <article class="door">
                <span class="arch" data-size="large"><Icon name=glyph(product.slug())/></span>
                <div>
                    <h3><a href=product.address().to_owned() rel="external">{product.name().to_owned()}</a></h3>
                    <p>{product.short_address().to_owned()}</p>
                </div>
            </article>
        </li>
    }
}

/// The icon of a product, by its slug. A product without an icon of its own gets a door.
fn glyph(slug: &str) -> &'static str {
    match slug {
        "avtal" => "contract",
        "dataskydd" => "shield",
        "visselblasning" => "whistle",
        "diarium" => "archive",
        "upphandling" => "gavel",
        _ => "door",
    }
}
