use crate::kit::{HOUR_SECS, full};
use portvakt_core::caller::Caller;
use portvakt_core::hasher::HashFault;
use portvakt_core::import::{Checked, Faulty, Fields, ImportLine, LineFault, check, write};
use portvakt_core::testing::{EMAIL, PASSWORD, World, is_wrong, new_person, origin, refusal, sign_in, stranger};
use portvakt_core::{CoreSettings, each_database, member, on_sqlite};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::id::TenantId;
use portvakt_model::role::Role;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The hash of `granit fyr vinterljus 7`: see the tests of `hasher/scheme.rs`.
pub const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu73GOz4ocV2pWhsODTNEDFJSVeRa2FgK";
const HASHES: [(&str, &str); 5] = [
    ("bcrypt", BCRYPT),
    ("pbkdf2", "$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$JOSFBdH7oGfZzJihCHsuyqoodlEdv1ygznnHPEaOKZ8"),
    (
        "pbkdf2-sha512",
        "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0c2FsdA$Zpl2q4VpotI7wR+EugOxCQLMposIMh3hy9ebi9aVFkUwn6hduflcTREOpYvecU4416T1wM/rot+MUIEW+Oga+Q",
    ),
    ("scrypt", "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$tWct1R6MCCVq0hzJ+laGyunwp5Ti4ua8Z+vm7/4Sk90"),
    ("argon2", "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$N4MusPeaAvHiRSJW4sm4+V8gukOILRCqkdpIDNZyG5s"),
];

pub fn fields(email: &str, hash: &str) -> Fields {
    Fields {
        email: email.to_owned(),
        name: "Karim Bensaid".to_owned(),
        role: "Member".to_owned(),
        language: "sv".to_owned(),
        password_hash: hash.to_owned(),
    }
}

pub fn line(number: u64, fields: Fields) -> ImportLine {
    ImportLine { number, fields: Ok(fields) }
}

async fn nordhamn(world: &World) -> TenantId {
    world.owner().await;
    world.nordhamn().await.person.home
}

pub async fn import(world: &World, tenant: TenantId, lines: Vec<ImportLine>) {
    let Checked { people, faults } = check(&world.core, lines).await.unwrap();
    assert_eq!(faults, []);
    write(&world.core, &Caller::Command, tenant, &people, |_| {}).await.unwrap();
}

each_database!(
    async fn people_sign_in_with_their_imported_passwords_which_are_hashed_anew(world: World) {
        let tenant = nordhamn(&world).await;
        let lines =
            HASHES.iter().zip(2..).map(|((name, hash), n)| line(n, fields(&format!("{name}@nordhamn.example"), hash)));
        import(&world, tenant, lines.collect()).await;
        assert_eq!(world.actions(tenant).await.last().unwrap(), "member.imported");
        for (left, (name, _)) in (0..HASHES.len()).rev().zip(HASHES) {
            let email = format!("{name}@nordhamn.example");
            assert!(is_wrong(sign_in(&world.core, &origin(), &stranger(), &email, "granit fyr vinterljus 8").await));
            let person = sign_in(&world.core, &origin(), &stranger(), &email, PASSWORD).await.unwrap().person;
            assert_eq!((person.home, person.tenant), (tenant, tenant));
            let imported = world.number("SELECT count(*) FROM password WHERE imported = 1").await;
            assert_eq!(usize::try_from(imported).unwrap(), left, "{name} has an Argon2id hash now");
            // The next sign-in computes one hash to verify, and does not hash the password again.
            let before = world.hashes();
            sign_in(&world.core, &origin(), &stranger(), &email, PASSWORD).await.unwrap();
            assert_eq!(world.hashes() - before, 1, "{name}");
        }
    }
);

each_database!(
    async fn an_account_imported_without_a_hash_cannot_sign_in_yet(world: World) {
        let tenant = nordhamn(&world).await;
        import(&world, tenant, vec![line(2, fields("karim@nordhamn.example", ""))]).await;
        assert!(is_wrong(sign_in(&world.core, &origin(), &stranger(), "karim@nordhamn.example", "x").await));
        assert_eq!(world.number("SELECT count(*) FROM membership WHERE role = 'member'").await, 1);
    }
);

on_sqlite!(
    /// bcrypt ignores the end of the password. The sign-in did not prove it, so it must not enter the new hash.
    async fn a_password_longer_than_bcrypt_reads_keeps_its_bcrypt_hash(world: World) {
        let tenant = nordhamn(&world).await;
        let seen = "åäö vid hamnen i en lugn vinterkväll, med granit och fyr och ljus å";
        let hash = "$2b$04$abcdefghijklmnopqrstuuBfsLMnLkgiN0xd8B666EyzDQXSqAJSm";
        import(&world, tenant, vec![line(2, fields("karim@nordhamn.example", hash))]).await;
        let imported = async || world.number("SELECT count(*) FROM password WHERE imported = 1").await;
        let sign = async |password: &str| {
            sign_in(&world.core, &origin(), &stranger(), "karim@nordhamn.example", password).await
        };
        let longer = format!("{seen} och mer");
        sign(&longer).await.unwrap();
        assert_eq!(imported().await, 1);
        sign(seen).await.unwrap();
        assert_eq!(imported().await, 0);
        assert!(is_wrong(sign(&longer).await));
    }
);

each_database!(
    async fn each_fault_is_named_with_its_line_and_nothing_is_written(world: World) {
        nordhamn(&world).await;
        let with = |change: fn(&mut Fields)| {
            let mut fields = fields("karim@nordhamn.example", BCRYPT);
            change(&mut fields);
            fields
        };
        let lines = [
            with(|_| {}),
            with(|f| f.email = "karim".to_owned()),
            with(|f| f.email = " KARIM@Nordhamn.example".to_owned()),
            with(|f| f.email = EMAIL.to_uppercase()),
            with(|f| f.name = String::new()),
            with(|f| f.role = "root".to_owned()),
            with(|f| f.language = "de".to_owned()),
            with(|f| f.password_hash = "hunter2".to_owned()),
            with(|f| f.password_hash = BCRYPT[..59].to_owned()),
            with(|f| f.password_hash = BCRYPT.replace("$04$", "$15$")),
        ];
        let mut lines: Vec<_> = lines.into_iter().zip(2..).map(|(fields, n)| line(n, fields)).collect();
        lines.push(ImportLine { number: 12, fields: Err(LineFault::Columns(7, 5)) });
        let before = world.number("SELECT count(*) FROM account").await;
        let checked = check(&world.core, lines).await.unwrap();
        let expected = [
            (3, LineFault::Field("email", FieldRule::NotAnEmail)),
            (4, LineFault::Twice(2)),
            (5, LineFault::Exists),
            (6, LineFault::Field("name", FieldRule::Empty)),
            (7, LineFault::Role),
            (8, LineFault::Language),
            (9, LineFault::Hash(HashFault::Unknown)),
            (10, LineFault::Hash(HashFault::Malformed)),
            (11, LineFault::Hash(HashFault::TooCostly)),
            (12, LineFault::Columns(7, 5)),
        ];
        assert_eq!(checked.faults, expected.map(|(line, fault)| Faulty { line, fault }));
        assert_eq!(checked.people.len(), 1);
        assert_eq!(world.number("SELECT count(*) FROM account").await, before);
    }
);

each_database!(
    async fn nobody_imports_into_another_organisation_or_above_their_own_role(world: World) {
        let tenant = nordhamn(&world).await;
        let eva = new_person("Eva Lund", "eva@nordhamn.example");
        let eva = member::add(&world.core, &Caller::Command, tenant, &eva, Role::Administrator).await.unwrap();
        let elsewhere = Caller::from(world.second_person().await.person);
        let owner = Fields { role: "owner".to_owned(), ..fields("karim@nordhamn.example", "") };
        let lines = |fields: Fields| vec![line(2, fields)];
        let before = world.number("SELECT count(*) FROM account").await;
        for (caller, lines) in [
            (Caller::from(world.signed_in(tenant, eva)), lines(owner)),
            (elsewhere, lines(fields("karim@nordhamn.example", ""))),
        ] {
            let people = check(&world.core, lines).await.unwrap().people;
            let refused = write(&world.core, &caller, tenant, &people, |_| {}).await;
            assert_eq!(refusal(refused), Some(Refusal::NotFound));
        }
        assert_eq!(world.number("SELECT count(*) FROM account").await, before);
    }
);

each_database!(
    async fn more_people_than_one_transaction_holds_are_all_written_and_counted(world: World) {
        let tenant = nordhamn(&world).await;
        let (count, parts) = if full() { (1201, &[500, 1000, 1201][..]) } else { (501, &[500, 501][..]) };
        let lines = (0..count).map(|n| line(n + 2, fields(&format!("p{n}@nordhamn.example"), BCRYPT))).collect();
        let people = check(&world.core, lines).await.unwrap().people;
        let heard = Mutex::new(Vec::new());
        write(&world.core, &Caller::Command, tenant, &people, |n| heard.lock().unwrap().push(n)).await.unwrap();
        assert_eq!(*heard.lock().unwrap(), parts);
        assert_eq!(world.number("SELECT count(*) FROM password WHERE imported = 1").await, count.cast_signed());
        let events = world.actions(tenant).await.iter().filter(|action| *action == "member.imported").count();
        assert_eq!(events, parts.len());
    }
);

each_database!(
    /// Every refusal is slow while any imported hash remains, and none afterwards.
    async fn the_time_of_a_refusal_does_not_reveal_imported_hashes(world: World) {
        const STEP: Duration = Duration::from_millis(60);
        let tenant = nordhamn(&world).await;
        import(&world, tenant, vec![line(2, fields("karim@nordhamn.example", BCRYPT))]).await;
        let core = world.again(&CoreSettings { refused_after: STEP, ..world.settings.clone() }).await.unwrap();
        let names = [EMAIL, "karim@nordhamn.example", "nobody@nordhamn.example"];
        let takes = async |email: &str, least: Duration, most: Duration| {
            for _ in 0..3 {
                // The earlier tries no longer count.
                world.clock.advance_secs(HOUR_SECS);
                let begun = Instant::now();
                assert!(is_wrong(sign_in(&core, &origin(), &stranger(), email, "wrong").await), "{email}");
                let took = begun.elapsed();
                assert!(took >= least, "{email}: {took:?}");
                // Another program may delay one of the tries.
                if took < most {
                    return;
                }
            }
            panic!("{email}: always longer than {most:?}");
        };
        for email in names {
            for _ in 0..if full() { 2 } else { 1 } {
                takes(email, 4 * STEP, 8 * STEP).await;
            }
        }
        sign_in(&core, &origin(), &stranger(), "karim@nordhamn.example", PASSWORD).await.unwrap();
        for email in names {
            takes(email, STEP, 4 * STEP).await;
        }
    }
);
