use portvakt_core::caller::{Caller, Person};
use portvakt_core::each_database;
use portvakt_core::member;
use portvakt_core::organisation::{OrganisationForm, change, change_logo, find_branding, find_logo, load, remove_logo};
use portvakt_core::testing::{CLARA, NORDHAMN, World, new_person, refusal};
use portvakt_model::fault::{FieldRule, Refusal};
use portvakt_model::language::Language;
use portvakt_model::role::Role;

/// A picture of 2 by 1 pixels.
const PICTURE: &[u8] = include_bytes!("../picture.png");

/// Adds an organisation and returns its owner.
async fn owner(world: &World, name: &str, email: &str) -> Person {
    world.customer(name, "Clara Ström", email).await.person
}

/// Two organisations, each with its owner.
async fn two(world: &World) -> (Person, Person) {
    world.owner().await;
    let nordhamn = owner(world, NORDHAMN, CLARA).await;
    (nordhamn, owner(world, "Region Västmark", "eva@vastmark.example").await)
}

fn form() -> OrganisationForm<'static> {
    OrganisationForm {
        name: "Nordhamns kommun",
        accent: "#1A5998",
        language: "en",
        domains: "Nordhamn.example\n@åmål.example",
        security_contact: "it@nordhamn.example",
        version: 0,
    }
}

each_database!(
    async fn saved_settings_are_stored_and_each_save_is_logged(world: World) {
        let (owner, _) = two(&world).await;
        change(&world.core, &owner, form()).await.unwrap();
        let now = load(&world.core, &owner).await.unwrap();
        assert_eq!(
            (now.name.as_str(), now.accent.as_str(), now.language),
            ("Nordhamns kommun", "#1a5998", Language::English)
        );
        assert_eq!(now.domains, ["nordhamn.example", "xn--ml-xiab.example"]);
        assert_eq!((now.security_contact.as_str(), now.version), ("it@nordhamn.example", 1));
        // Portvakt's own colour is stored as none, and a removed domain is free again.
        let plain = OrganisationForm {
            accent: "#125e45",
            domains: "nordhamn.example",
            security_contact: " ",
            version: 1,
            ..form()
        };
        change(&world.core, &owner, plain).await.unwrap();
        let now = load(&world.core, &owner).await.unwrap();
        assert_eq!(
            (now.domains, now.security_contact, now.version),
            (vec!["nordhamn.example".to_owned()], String::new(), 2)
        );
        assert_eq!(world.number("SELECT count(*) FROM tenant WHERE accent IS NOT NULL").await, 0);
        assert_eq!(
            world.actions(owner.tenant).await,
            ["tenant.created", "member.joined", "organisation.changed", "organisation.changed"]
        );
    }
);

each_database!(
    async fn the_second_of_two_saves_of_the_settings_is_a_conflict(world: World) {
        let (owner, _) = two(&world).await;
        change(&world.core, &owner, form()).await.unwrap();
        let stale = OrganisationForm { name: "Något annat", domains: "", ..form() };
        assert_eq!(refusal(change(&world.core, &owner, stale).await), Some(Refusal::Conflict));
        let now = load(&world.core, &owner).await.unwrap();
        assert_eq!((now.name.as_str(), now.domains.len(), now.version), ("Nordhamns kommun", 2, 1));
        let first = OrganisationForm { version: 1, security_contact: "a@nordhamn.example", ..form() };
        let second = OrganisationForm { version: 1, security_contact: "b@nordhamn.example", ..form() };
        let (first, second) = tokio::join!(change(&world.core, &owner, first), change(&world.core, &owner, second));
        let refused: Vec<_> = [refusal(first), refusal(second)].into_iter().flatten().collect();
        assert_eq!(refused, [Refusal::Conflict]);
        assert_eq!(world.actions(owner.tenant).await.len(), 4);
    }
);

each_database!(
    async fn a_domain_belongs_to_one_organisation_and_a_public_one_to_none(world: World) {
        let (nordhamn, vastmark) = two(&world).await;
        change(&world.core, &nordhamn, form()).await.unwrap();
        let theirs =
            OrganisationForm { name: "Region Västmark", domains: "vastmark.example\nnordhamn.example", ..form() };
        let taken = refusal(change(&world.core, &vastmark, theirs).await);
        assert_eq!(taken, Some(Refusal::Fields(vec![FieldRule::DomainTaken(2).of("domains")])));
        let now = load(&world.core, &vastmark).await.unwrap();
        assert_eq!((now.domains.len(), now.version), (0, 0), "nothing of a refused save is kept");
        let many = OrganisationForm {
            name: "",
            accent: "red",
            language: "de",
            domains: "gmail.com",
            security_contact: "x",
            ..form()
        };
        let faults = [
            FieldRule::Empty.of("name"),
            FieldRule::NoColour.of("accent"),
            FieldRule::Empty.of("language"),
            FieldRule::PublicDomain(1).of("domains"),
            FieldRule::NotAnEmail.of("security_contact"),
        ];
        assert_eq!(refusal(change(&world.core, &vastmark, many).await), Some(Refusal::Fields(faults.into())));
    }
);

each_database!(
    async fn a_logo_is_drawn_anew_and_found_by_its_name_alone(world: World) {
        let (owner, other) = two(&world).await;
        change_logo(&world.core, &owner, PICTURE.to_vec()).await.unwrap();
        let address = load(&world.core, &owner).await.unwrap().logo.unwrap();
        let [slug, name] = parts(&address);
        let kept = find_logo(&world.core, slug, name).await.unwrap().unwrap();
        assert!(kept.starts_with(b"\x89PNG") && kept != PICTURE);
        let theirs = load(&world.core, &other).await.unwrap();
        assert_eq!(theirs.logo, None);
        let their_slug = theirs.sign_in.trim_start_matches("/sign-in?tenant=");
        for (slug, name) in [(their_slug, name), (slug, "0123"), ("nowhere", name), (slug, "")] {
            assert_eq!(find_logo(&world.core, slug, name).await.unwrap(), None, "{slug} {name}");
        }
        let text = refusal(change_logo(&world.core, &owner, b"GIF89a".to_vec()).await);
        assert_eq!(text, Some(Refusal::Fields(vec![FieldRule::NoPng.of("logo")])));
        assert_eq!(load(&world.core, &owner).await.unwrap().logo.as_ref(), Some(&address), "the earlier one stays");

        remove_logo(&world.core, &owner).await.unwrap();
        remove_logo(&world.core, &owner).await.unwrap();
        assert_eq!(find_logo(&world.core, slug, name).await.unwrap(), None);
        let branding = find_branding(&world.core, slug).await.unwrap().unwrap();
        assert_eq!((branding.name.as_str(), branding.logo), (NORDHAMN, None));
        let logo = "organisation.logo_changed";
        assert_eq!(world.actions(owner.tenant).await, ["tenant.created", "member.joined", logo, logo, logo]);
    }
);

/// The slug and the name in a logo's address.
fn parts(address: &str) -> [&str; 2] {
    let (slug, name) = address.strip_prefix("/theme/").unwrap().split_once("/logo/").unwrap();
    [slug, name.strip_suffix(".png").unwrap()]
}

each_database!(
    async fn only_administrators_find_the_organisations_settings(world: World) {
        let (owner, other) = two(&world).await;
        let mut elsewhere = other.clone();
        elsewhere.tenant = owner.tenant;
        let mut strangers = vec![elsewhere];
        for (n, role) in [Role::Auditor, Role::Member].into_iter().enumerate() {
            let new = new_person("Karim Bensaid", &format!("karim{n}@nordhamn.example"));
            let id = member::add(&world.core, &Caller::Command, owner.tenant, &new, role).await.unwrap();
            strangers.push(world.signed_in(owner.tenant, id));
        }
        for person in strangers {
            assert_eq!(refusal(load(&world.core, &person).await), Some(Refusal::NotFound));
            let wrong = OrganisationForm { name: "", ..form() };
            assert_eq!(refusal(change(&world.core, &person, wrong).await), Some(Refusal::NotFound));
            assert_eq!(refusal(change(&world.core, &person, form()).await), Some(Refusal::NotFound));
            assert_eq!(refusal(change_logo(&world.core, &person, PICTURE.to_vec()).await), Some(Refusal::NotFound));
            assert_eq!(refusal(remove_logo(&world.core, &person).await), Some(Refusal::NotFound));
        }
        assert_eq!(load(&world.core, &owner).await.unwrap().version, 0);
    }
);
