//! Makes an organisation of many people and measures how long their list, a search and the last page take, and the
//! count of the effects of other rules. Prints a line for each figure: its name, its milliseconds, and a dash if it has
//! no budget, separated by tabs. `cargo xtask bench` prints the figures beside their budget.
//!
//! The first argument is the number of people. The second is `SQLite`, or `PostgreSQL` for the server that
//! `TEST_POSTGRES` names.
#![expect(clippy::unwrap_used, reason = "a measurement ends where something goes wrong")]
use portvakt_core::policy_editor::show;
use portvakt_core::testing::{World, new_person};
use portvakt_core::user::list;
use portvakt_model::policy::{Setting, TenantPolicy};
use portvakt_model::role::Role;
use portvakt_model::user::{Sort, UserQuery, UserState, Where};
use std::env;
use std::time::Instant;

const GIVEN: &str = "Agnes Albin Alma Anders Anna Annika Arvid Astrid Axel Birgitta Björn Carl Cecilia Dagny Ebba Einar Elin \
    Elsa Emil Erik Eva Fredrik Frida Greta Gunnar Gustav Hanna Hedda Henrik Hugo Ida Ingrid Jakob Johan Karin Klara Lars \
    Lennart Linnéa Lotta Magnus Maja Märta Mikael Moa Nils Olle Oskar Per Rasmus Saga Signe Sixten Stina Tove Vera Viktor Åsa";
const FAMILY: &str = "Ahlgren Almqvist Bergdahl Bergström Blom Björklund Boman Brodin Dahlgren Edlund Ek Ekberg Eklöf \
    Engström Fors Forsberg Frisk Granlund Hallberg Hedlund Hellström Holm Hägglund Isaksson Kjellberg Kvist Lantz Lind \
    Lindahl Lindqvist Ljung Lundin Löfgren Malm Moberg Nordin Norling Nyholm Oskarsson Palm Rask Rydell Sandell Sjöberg Skog \
    Stenmark Ström Sundin Svedberg Tallberg Wallin Westerlund Wikström Åberg Öberg Östlund";
/// The searches that are typed, a letter at a time: a common name, a rare one, a whole address, the domain of every
/// person, and letters with which only given names begin, at the end of the alphabet.
const TYPED: [&str; 7] =
    ["anna lindqvist", "viktor", "åsa öberg", "karin.ek4711@nordhamn.example", "nordhamn ek", "v", "s m"];
const TIMES: usize = 40;

#[tokio::main]
async fn main() {
    let people = env::args().nth(1).map_or(100_000, |count| count.parse().unwrap());
    let on_postgres = env::args().nth(2).is_some_and(|name| name == "PostgreSQL");
    let world = if on_postgres { World::postgres().await } else { World::sqlite().await };
    let owner = world.owner().await.person;
    let [given, family] = [GIVEN, FAMILY].map(|names| names.split_whitespace().collect::<Vec<_>>());
    let plain = |name: &str| name.to_lowercase().replace(['å', 'ä'], "a").replace('ö', "o").replace('é', "e");
    let all = (0..people).map(|n: usize| {
        let (given, family) = (given[n % given.len()], family[n * 7 / 11 % family.len()]);
        let email = format!("{}.{}{n}@nordhamn.example", plain(given), plain(family));
        let role = if n % 400 == 1 { Role::Administrator } else { Role::Member };
        (new_person(&format!("{given} {family}"), &email), role)
    });
    world.crowd(owner.home, all).await;
    world
        .sql(
            "INSERT INTO password (tenant_id, account_id, sealed, set_at, tries, unlocks, imported, accepted, is_nobodys)
             SELECT a.tenant_id, a.id, p.sealed, p.set_at, 0, 0, 0, p.accepted, 0 FROM account a JOIN password p ON 1 = 1
              WHERE a.id <> p.account_id",
        )
        .await;
    if on_postgres {
        // PostgreSQL would do this by itself, a minute later.
        world.sql("VACUUM ANALYZE").await;
    }

    let measure = async |what: &str, queries: &[UserQuery]| {
        let mut took = Vec::new();
        for query in queries.iter().cycle().take(TIMES.max(queries.len() * 5)) {
            let begun = Instant::now();
            list(&world.core, &owner, query).await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        println!("{what}\t{:.2}", took[took.len() * 95 / 100]);
    };
    let sorted = |page: Where| {
        let by = |sort| {
            [false, true].map(|descending| UserQuery { sort, descending, page: page.clone(), ..UserQuery::default() })
        };
        Sort::ALL.into_iter().flat_map(by).collect::<Vec<_>>()
    };
    measure("first page", &sorted(Where::First)).await;
    measure("last page", &sorted(Where::Last)).await;
    let middle = list(&world.core, &owner, &UserQuery::default()).await.unwrap().next.unwrap();
    measure("next page", &[UserQuery { page: middle, ..UserQuery::default() }]).await;
    let letters = |text: &'static str| text.char_indices().map(move |(at, c)| text[..at + c.len_utf8()].to_owned());
    let typed: Vec<_> = TYPED.into_iter().flat_map(letters).map(|q| UserQuery { q, ..UserQuery::default() }).collect();
    measure("search, as it is typed", &typed).await;
    let role = |role| UserQuery { role: Some(role), ..UserQuery::default() };
    let state = |state| UserQuery { state: Some(state), ..UserQuery::default() };
    let filters = [
        role(Role::Owner),
        role(Role::Administrator),
        role(Role::Member),
        state(UserState::Active),
        state(UserState::Locked),
    ];
    measure("filters", &filters).await;

    // The effects that the page counts beside the rules' form, after each change of the form.
    let everything = TenantPolicy::CLASSIC;
    let rules =
        Setting::everywhere().map(|(level, of)| (of.name(level).to_owned(), everything.text(level, of))).collect();
    let mut took = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        let shown = show(&world.core, &owner, &rules).await.unwrap();
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(shown.passwords.count, u64::try_from(people).unwrap() + 1);
    }
    took.sort_by(f64::total_cmp);
    println!("what rules would do\t{:.2}\t-", took[took.len() * 95 / 100]);
}
