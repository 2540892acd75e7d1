//! What events are called and how they are told, in a log and in somebody's own activity.
use crate::words::device::DEVICE;
use crate::words::language::Translated;
use crate::words::role::ROLE;
use portvakt_model::audit::Action;
use portvakt_model::audit::reading::{Actor, Changed, Entry, Seen, Who};
use portvakt_model::device::Device;
use portvakt_model::id::AccountId;
use portvakt_model::role::Role;

/// Words for events.
pub struct Words {
    /// An action in two or three words, as the head of its event.
    pub title: fn(Action) -> &'static str,
    /// An event as a sentence without its full stop. Who did it and to whom it was done are in the form that stands in it:
    /// `You` and `you`.
    sentence: fn(Action, &Entry, &str, &str) -> String,
    /// The same of an action that this version has no name for.
    pub unknown: &'static str,
    you: (&'static str, &'static str),
    claimant: &'static str,
    command: &'static str,
    system: &'static str,
    /// Somebody who was erased, where they begin a sentence and where they do not.
    erased: (&'static str, &'static str),
    /// What a field is called. `None` of one that has no words: its own name is shown.
    pub field: fn(&str) -> Option<&'static str>,
    lane: (&'static str, &'static str),
    truth: (&'static str, &'static str),
    factor: fn(&str) -> &'static str,
    device: fn(Device) -> String,
    /// In the place of where somebody was.
    pub seen_erased: &'static str,
    /// In the place of what was tampered with.
    pub seen_altered: &'static str,
}

impl Words {
    /// Who did it, as the beginning of a sentence.
    #[must_use]
    pub fn actor(&self, entry: &Entry) -> String {
        match &entry.actor {
            Actor::Person(who) => named(who, self.erased.0),
            Actor::Claimant => self.claimant.to_owned(),
            Actor::Command => self.command.to_owned(),
            Actor::System => self.system.to_owned(),
        }
    }

    /// To whom it was done, as the beginning of a sentence.
    #[must_use]
    pub fn target(&self, entry: &Entry) -> Option<String> {
        entry.target.as_ref().map(|who| named(who, self.erased.0))
    }

    /// What happened, told to whoever has this account, or to somebody else.
    #[must_use]
    pub fn told(&self, entry: &Entry, to: Option<AccountId>) -> String {
        let Some(action) = entry.action else { return self.unknown.to_owned() };
        let is_told = |who: &Who| to == Some(who.account);
        let who = match &entry.actor {
            Actor::Person(who) if is_told(who) => self.you.0.to_owned(),
            _ => self.actor(entry),
        };
        let whom = match &entry.target {
            Some(whom) if is_told(whom) => self.you.1.to_owned(),
            Some(whom) => named(whom, self.erased.1),
            None => String::new(),
        };
        (self.sentence)(action, entry, &who, &whom)
    }

    /// What a field of a change says.
    #[must_use]
    pub fn value(&self, field: &str, value: &str) -> String {
        match field {
            "role" => Role::parse(value).map_or_else(|| value.to_owned(), |role| ROLE.here()(role).to_owned()),
            "lane" => (if value == "known_device" { self.lane.0 } else { self.lane.1 }).to_owned(),
            "factor" => (self.factor)(value).to_owned(),
            _ if field.ends_with("second_factor") => match value {
                "0" => self.truth.1,
                "2" => (self.factor)("passkey"),
                _ => self.truth.0,
            }
            .to_owned(),
            "passwordless" => (if value == "1" { self.truth.0 } else { self.truth.1 }).to_owned(),
            "weaker" | "signed_in" | "copied" => (if value == "true" { self.truth.0 } else { self.truth.1 }).to_owned(),
            _ => value.to_owned(),
        }
    }

    /// What changed, in words: field, before, after.
    #[must_use]
    pub fn change(&self, change: &Changed) -> (String, Option<String>, Option<String>) {
        let field = (self.field)(&change.field).map_or_else(|| change.field.clone(), str::to_owned);
        let value = |value: &Option<String>| value.as_deref().map(|value| self.value(&change.field, value));
        (field, value(&change.before), value(&change.after))
    }

    /// Where from: the address, and the browser in words.
    #[must_use]
    pub fn seen(&self, seen: &Seen) -> Option<(String, String)> {
        match seen {
            Seen::From { network, device } => Some((network.clone(), (self.device)(*device))),
            Seen::Erased => Some((String::new(), self.seen_erased.to_owned())),
            Seen::Altered => Some((String::new(), self.seen_altered.to_owned())),
            Seen::Nowhere => None,
        }
    }
}

fn named(who: &Who, erased: &str) -> String {
    who.name.clone().unwrap_or_else(|| erased.to_owned())
}

/// Whether somebody did it to themselves.
#[must_use]
pub fn by_themselves(entry: &Entry) -> bool {
    matches!((&entry.actor, &entry.target), (Actor::Person(who), Some(whom)) if who.account == whom.account)
}

/// What a field is now, or nothing.
fn now<'a>(entry: &'a Entry, field: &str) -> &'a str {
    entry.after(field).unwrap_or_default()
}

/// The role that an event is about, in the middle of a sentence.
fn role(entry: &Entry) -> String {
    let role = Role::parse(now(entry, "role"));
    role.map_or_else(String::new, |role| ROLE.here()(role).to_lowercase())
}

/// Words for events.
pub static EVENT: Translated<Words> = Translated {
    swedish: Words {
        title: |action| match action {
            Action::PortalSetUp => "Portalen är igång",
            Action::SessionStarted => "Inloggning",
            Action::SessionEnded => "Utloggning",
            Action::SessionsEnded => "Utloggning på annan enhet",
            Action::ResetLinkIssued => "Länk för nytt lösenord",
            Action::PasswordChanged => "Lösenord bytt",
            Action::SignInFailed => "Inloggning nekad",
            Action::AccountLocked => "Inloggning låst",
            Action::AccountUnlocked => "Inloggning upplåst",
            Action::UnknownNamesTried => "Försök med okända adresser",
            Action::TenantCreated => "Organisation skapad",
            Action::MemberAdded => "Person tillagd",
            Action::MembersImported => "Personer importerade",
            Action::ProductAdded => "Produkt tillagd",
            Action::TenantEntitled => "Produkt kopplad",
            Action::MemberInvited => "Inbjudan skickad",
            Action::InvitationWithdrawn => "Inbjudan tillbakadragen",
            Action::MemberJoined => "Tackade ja till inbjudan",
            Action::RoleChanged => "Roll ändrad",
            Action::MemberSuspended => "Person avstängd",
            Action::MemberRestored => "Avstängning hävd",
            Action::MemberRemoved => "Gäst borttagen",
            Action::UsersExported => "Personlista exporterad",
            Action::ProfileChanged => "Profil ändrad",
            Action::AddressChangeAsked => "Adressbyte begärt",
            Action::AddressChanged => "Adress bytt",
            Action::AddressChangeStopped => "Adressbyte stoppat",
            Action::NotificationAddressAsked => "Andra adress begärd",
            Action::NotificationAddressChanged => "Andra adress ändrad",
            Action::DataDownloaded => "Egna uppgifter nedladdade",
            Action::ErasureAsked => "Radering begärd",
            Action::ErasureStopped => "Radering stoppad",
            Action::AccountErased => "Konto raderat",
            Action::OrganisationChanged => "Organisation ändrad",
            Action::PolicyChanged => "Säkerhetsregler ändrade",
            Action::NewPasswordAsked => "Nytt lösenord krävdes",
            Action::PasswordRenewed => "Nytt lösenord valt",
            Action::LogoChanged => "Logotyp ändrad",
            Action::InvitationListSent => "Lista med inbjudningar skickad",
            Action::OrganisationSwitched => "Byte av organisation",
            Action::TenantSuspended => "Organisation avstängd",
            Action::TenantRestored => "Organisation öppnad igen",
            Action::TenantEnding => "Avtal avslutas",
            Action::TenantEnded => "Avtal avslutat",
            Action::MailSentAgain => "Mejl skickade igen",
            Action::MailTested => "Testmejl skickat",
            Action::SecondFactorAsked => "Rätt lösenord, kod krävdes",
            Action::SecondFactorDemanded => "Tvåfaktorsinloggning krävdes",
            Action::CodeRefused => "Kod nekad",
            Action::CodeAppAdded => "Kodapp tillagd",
            Action::CodeAppRemoved => "Kodapp borttagen",
            Action::RecoveryCodesMade => "Nya reservkoder",
            Action::PasskeyAdded => "Nyckel tillagd",
            Action::PasskeyRenamed => "Namn på nyckel bytt",
            Action::PasskeyRemoved => "Nyckel borttagen",
            Action::PasskeyRefused => "Nyckel nekad",
            Action::PasswordRemoved => "Lösenord borttaget",
            Action::SecondFactorReset => "Tvåfaktorsinloggning återställd",
            Action::ProvenAgain => "Extra kontroll klarad",
        },
        sentence: |action, entry, who, whom| match action {
            Action::PortalSetUp => format!("{who} satte igång portalen"),
            Action::SessionStarted => format!("{who} loggade in"),
            Action::SessionEnded => format!("{who} loggade ut"),
            Action::SessionsEnded => {
                let devices = match now(entry, "sessions_ended") {
                    "1" => "en annan enhet".to_owned(),
                    n => format!("{n} andra enheter"),
                };
                if by_themselves(entry) {
                    format!("{who} loggade ut {devices}")
                } else {
                    format!("{who} loggade ut {whom} överallt")
                }
            }
            Action::ResetLinkIssued => format!("En länk för nytt lösenord skapades åt {whom}"),
            Action::PasswordChanged => format!("{who} bytte lösenord"),
            Action::SignInFailed => format!("Någon försökte logga in som {whom} med fel lösenord"),
            Action::AccountLocked => {
                format!("Inloggningen låstes för {whom} efter {} felaktiga försök", now(entry, "failures"))
            }
            Action::AccountUnlocked => format!("{who} låste upp inloggningen för {whom}"),
            Action::UnknownNamesTried => {
                format!("{} försök gjordes med okända adresser", now(entry, "tries"))
            }
            Action::TenantCreated => format!("{who} skapade organisationen {}", now(entry, "organisation")),
            Action::MemberAdded => format!("{who} lade till {whom} som {}", role(entry)),
            Action::MembersImported => format!("{who} importerade {} personer", now(entry, "people")),
            Action::ProductAdded => format!("{who} lade till produkten {}", now(entry, "name")),
            Action::TenantEntitled => format!("{who} kopplade produkten {}", now(entry, "product")),
            Action::MemberInvited => format!("{who} bjöd in någon som {}", role(entry)),
            Action::InvitationWithdrawn => format!("{who} drog tillbaka en inbjudan"),
            Action::MemberJoined => format!("{who} tackade ja till en inbjudan som {}", role(entry)),
            Action::RoleChanged => format!("{who} gav {whom} rollen {}", role(entry)),
            Action::MemberSuspended => format!("{who} stängde av {whom}"),
            Action::MemberRestored => format!("{who} hävde avstängningen av {whom}"),
            Action::MemberRemoved => format!("{who} tog bort {whom} som gäst"),
            Action::UsersExported => format!("{who} exporterade en lista med {} personer", now(entry, "people")),
            Action::ProfileChanged => format!("{who} ändrade profilen"),
            Action::AddressChangeAsked => format!("{who} begärde att byta adress"),
            Action::AddressChanged => format!("Adressen byttes för {whom}"),
            Action::AddressChangeStopped => format!("Adressbytet stoppades för {whom}"),
            Action::NotificationAddressAsked => format!("{who} begärde en andra adress för meddelanden"),
            Action::NotificationAddressChanged => format!("Den andra adressen för meddelanden ändrades för {whom}"),
            Action::DataDownloaded => format!("{who} laddade ner kontots uppgifter"),
            Action::ErasureAsked if by_themselves(entry) => format!("{who} begärde att det egna kontot raderas"),
            Action::ErasureAsked => format!("{who} begärde att kontot raderas för {whom}"),
            Action::ErasureStopped if by_themselves(entry) => format!("{who} stoppade raderingen av det egna kontot"),
            Action::ErasureStopped => format!("{who} stoppade raderingen av kontot för {whom}"),
            Action::AccountErased => format!("{who} raderade kontot för {whom}"),
            Action::OrganisationChanged => format!("{who} ändrade organisationens uppgifter"),
            Action::PolicyChanged => format!("{who} ändrade säkerhetsreglerna"),
            Action::NewPasswordAsked => format!("{who} skrev rätt lösenord för {whom} och ombads välja ett nytt"),
            Action::PasswordRenewed => format!("{who} valde ett nytt lösenord enligt reglerna och loggade in"),
            Action::LogoChanged => format!("{who} ändrade organisationens logotyp"),
            Action::InvitationListSent => format!("{who} bjöd in {} personer med en lista", now(entry, "invited")),
            Action::OrganisationSwitched => format!("{who} bytte organisation"),
            Action::TenantSuspended => format!("{who} stängde av organisationen"),
            Action::TenantRestored => format!("{who} öppnade organisationen igen"),
            Action::TenantEnding => format!("{who} avslutade organisationens avtal"),
            Action::TenantEnded => "Organisationens avtal är slut och allt utom loggen är raderat".to_owned(),
            Action::MailSentAgain => format!("{who} skickade {} mejl igen", now(entry, "mails")),
            Action::MailTested => format!("{who} skickade ett testmejl"),
            Action::SecondFactorDemanded => {
                format!("{who} skrev rätt lösenord för {whom} och ombads slå på tvåfaktorsinloggning")
            }
            Action::SecondFactorAsked => format!("Någon skrev rätt lösenord för {whom} och ombads skriva en kod"),
            Action::CodeRefused => format!("En felaktig kod skrevs för {whom}"),
            Action::CodeAppAdded => format!("{who} lade till en kodapp"),
            Action::CodeAppRemoved => format!("{who} tog bort kodappen"),
            Action::RecoveryCodesMade => format!("{who} skapade nya reservkoder"),
            Action::PasskeyAdded => format!("{who} lade till en nyckel"),
            Action::PasskeyRenamed => format!("{who} bytte namn på en nyckel"),
            Action::PasskeyRemoved => format!("{who} tog bort en nyckel"),
            Action::PasskeyRefused if now(entry, "copied") == "true" => {
                format!("En nyckel som kan vara kopierad nekades för {whom}")
            }
            Action::PasskeyRefused => format!("En nyckel nekades för {whom}"),
            Action::PasswordRemoved => format!("{who} tog bort lösenordet och loggar in med nyckel"),
            Action::SecondFactorReset => format!("{who} återställde tvåfaktorsinloggningen för {whom}"),
            Action::ProvenAgain => format!("{who} klarade en extra kontroll"),
        },
        unknown: "Okänd händelse",
        you: ("Du", "dig"),
        claimant: "Någon",
        command: "Serverns kommandorad",
        system: "Portvakt",
        erased: ("En raderad person", "en raderad person"),
        field: |field| {
            Some(match field {
                "version" => "Version",
                "weaker" => "Svagare än förut",
                "may_be_locked_out" => "Kan bli utestängda",
                "signed_in" => "Ledde till inloggning",
                "copied" => "Kan vara kopierad",
                "passwordless" => "Får vara utan lösenord",
                "second_factor" => "Tvåfaktorsinloggning krävs",
                "elevated_second_factor" => "Tvåfaktorsinloggning krävs, granskare",
                "administrative_second_factor" => "Tvåfaktorsinloggning krävs, administratörer",
                "grace_days" => "Tid att slå på tvåfaktorsinloggning, dagar",
                "min_length_alone" => "Minsta längd",
                "min_length_with_second" => "Minsta längd med tvåfaktorsinloggning",
                "min_digits" => "Minsta antal siffror",
                "min_specials" => "Minsta antal specialtecken",
                "min_upper" => "Minsta antal stora bokstäver",
                "min_lower" => "Minsta antal små bokstäver",
                "history" => "Tidigare lösenord som inte får användas igen",
                "max_age_days" => "Högsta ålder, dagar",
                "lockout_threshold" => "Felaktiga lösenord före låsning",
                "lockout_minutes" => "Låsningens längd, minuter",
                "idle_minutes" => "Utloggning vid inaktivitet, minuter",
                "absolute_hours" => "Utloggning senast efter, timmar",
                "invitation_days" => "Inbjudans giltighet, dagar",
                "reset_minutes" => "Lösenordslänkens giltighet, minuter",
                "elevated_min_length_alone" => "Minsta längd, granskare",
                "elevated_min_length_with_second" => "Minsta längd med tvåfaktorsinloggning, granskare",
                "elevated_idle_minutes" => "Utloggning vid inaktivitet, granskare",
                "elevated_absolute_hours" => "Utloggning senast efter, granskare",
                "administrative_min_length_alone" => "Minsta längd, administratörer",
                "administrative_min_length_with_second" => "Minsta längd med tvåfaktorsinloggning, administratörer",
                "administrative_idle_minutes" => "Utloggning vid inaktivitet, administratörer",
                "administrative_absolute_hours" => "Utloggning senast efter, administratörer",
                "accent" => "Färg",
                "belong" => "Finns redan i organisationen",
                "domains" => "Domäner",
                "invited" => "Inbjudna",
                "list" => "Lista",
                "logo" => "Logotyp",
                "not_theirs" => "Har en inbjudan till en högre roll",
                "over_limit" => "Har fått för många mejl",
                "security_contact" => "Säkerhetskontakt",
                "address" => "Adress",
                "due" => "Datum",
                "email" => "E-post",
                "ends_at" => "Upphör",
                "factor" => "Med",
                "failures" => "Felaktiga försök",
                "invitation" => "Inbjudan",
                "language" => "Språk",
                "lane" => "Varifrån",
                "mails" => "Mejl",
                "name" => "Namn",
                "notification_email" => "Andra adress",
                "organisation" => "Organisation",
                "people" => "Personer",
                "product" => "Produkt",
                "reason" => "Skäl",
                "role" => "Roll",
                "sessions_ended" => "Avslutade sessioner",
                "slug" => "Kortnamn",
                "tenant" => "Organisationens id",
                "time_zone" => "Tidszon",
                "tries" => "Försök",
                _ => return None,
            })
        },
        truth: ("Ja", "Nej"),
        factor: |factor| match factor {
            "code_app" => "Kodapp",
            "recovery_code" => "Reservkod",
            "passkey" => "Nyckel",
            "passkey_alone" => "Nyckel, utan lösenord",
            _ => "Lösenord",
        },
        lane: ("En enhet som personen har loggat in på förut", "En okänd enhet"),
        device: DEVICE.swedish,
        seen_erased: "Raderat",
        seen_altered: "Ändrat i efterhand",
    },
    english: Words {
        title: |action| match action {
            Action::PortalSetUp => "Portal set up",
            Action::SessionStarted => "Signed in",
            Action::SessionEnded => "Signed out",
            Action::SessionsEnded => "Signed out elsewhere",
            Action::ResetLinkIssued => "Password reset link created",
            Action::PasswordChanged => "Password changed",
            Action::SignInFailed => "Sign-in refused",
            Action::AccountLocked => "Sign-in locked",
            Action::AccountUnlocked => "Sign-in unlocked",
            Action::UnknownNamesTried => "Unknown addresses tried",
            Action::TenantCreated => "Organisation created",
            Action::MemberAdded => "Person added",
            Action::MembersImported => "People imported",
            Action::ProductAdded => "Product added",
            Action::TenantEntitled => "Product connected",
            Action::MemberInvited => "Invitation sent",
            Action::InvitationWithdrawn => "Invitation withdrawn",
            Action::MemberJoined => "Invitation accepted",
            Action::RoleChanged => "Role changed",
            Action::MemberSuspended => "Person suspended",
            Action::MemberRestored => "Suspension lifted",
            Action::MemberRemoved => "Guest removed",
            Action::UsersExported => "List of people exported",
            Action::ProfileChanged => "Profile changed",
            Action::AddressChangeAsked => "Change of address requested",
            Action::AddressChanged => "Address changed",
            Action::AddressChangeStopped => "Change of address stopped",
            Action::NotificationAddressAsked => "Second address requested",
            Action::NotificationAddressChanged => "Second address changed",
            Action::DataDownloaded => "Own data downloaded",
            Action::ErasureAsked => "Deletion requested",
            Action::ErasureStopped => "Deletion stopped",
            Action::AccountErased => "Account deleted",
            Action::OrganisationChanged => "Organisation changed",
            Action::PolicyChanged => "Security policy changed",
            Action::NewPasswordAsked => "New password required",
            Action::PasswordRenewed => "New password chosen",
            Action::LogoChanged => "Logo changed",
            Action::InvitationListSent => "List of invitations sent",
            Action::OrganisationSwitched => "Organisation switched",
            Action::TenantSuspended => "Organisation suspended",
            Action::TenantRestored => "Organisation reopened",
            Action::TenantEnding => "Contract ending",
            Action::TenantEnded => "Contract ended",
            Action::MailSentAgain => "Email sent again",
            Action::MailTested => "Test email sent",
            Action::SecondFactorAsked => "Right password, code required",
            Action::SecondFactorDemanded => "Two-factor sign-in required",
            Action::CodeRefused => "Code refused",
            Action::CodeAppAdded => "Code app added",
            Action::CodeAppRemoved => "Code app removed",
            Action::RecoveryCodesMade => "New recovery codes",
            Action::PasskeyAdded => "Passkey added",
            Action::PasskeyRenamed => "Passkey renamed",
            Action::PasskeyRemoved => "Passkey removed",
            Action::PasskeyRefused => "Passkey refused",
            Action::PasswordRemoved => "Password removed",
            Action::SecondFactorReset => "Second factor reset",
            Action::ProvenAgain => "Extra check passed",
        },
        sentence: |action, entry, who, whom| match action {
            Action::PortalSetUp => format!("{who} set up the portal"),
            Action::SessionStarted => format!("{who} signed in"),
            Action::SessionEnded => format!("{who} signed out"),
            Action::SessionsEnded => {
                let devices = match now(entry, "sessions_ended") {
                    "1" => "another device".to_owned(),
                    n => format!("{n} other devices"),
                };
                if by_themselves(entry) {
                    format!("{who} signed out {devices}")
                } else {
                    format!("{who} signed {whom} out everywhere")
                }
            }
            Action::ResetLinkIssued => format!("A password reset link was created for {whom}"),
            Action::PasswordChanged => format!("{who} changed the password"),
            Action::SignInFailed => format!("Someone tried to sign in as {whom} with a wrong password"),
            Action::AccountLocked => {
                format!("Sign-in was locked for {whom} after {} wrong attempts", now(entry, "failures"))
            }
            Action::AccountUnlocked => format!("{who} unlocked sign-in for {whom}"),
            Action::UnknownNamesTried => {
                format!("{} attempts were made with unknown addresses", now(entry, "tries"))
            }
            Action::TenantCreated => format!("{who} created the organisation {}", now(entry, "organisation")),
            Action::MemberAdded => format!("{who} added {whom} as {}", role(entry)),
            Action::MembersImported => format!("{who} imported {} people", now(entry, "people")),
            Action::ProductAdded => format!("{who} added the product {}", now(entry, "name")),
            Action::TenantEntitled => format!("{who} connected the product {}", now(entry, "product")),
            Action::MemberInvited => format!("{who} invited someone as {}", role(entry)),
            Action::InvitationWithdrawn => format!("{who} withdrew an invitation"),
            Action::MemberJoined => format!("{who} accepted an invitation as {}", role(entry)),
            Action::RoleChanged => format!("{who} gave {whom} the role {}", role(entry)),
            Action::MemberSuspended => format!("{who} suspended {whom}"),
            Action::MemberRestored => format!("{who} lifted the suspension for {whom}"),
            Action::MemberRemoved => format!("{who} removed {whom} as a guest"),
            Action::UsersExported => format!("{who} exported a list of {} people", now(entry, "people")),
            Action::ProfileChanged => format!("{who} changed the profile"),
            Action::AddressChangeAsked => format!("{who} requested a change of address"),
            Action::AddressChanged => format!("The address was changed for {whom}"),
            Action::AddressChangeStopped => format!("The change of address was stopped for {whom}"),
            Action::NotificationAddressAsked => format!("{who} requested a second address for notices"),
            Action::NotificationAddressChanged => format!("The second address for notices was changed for {whom}"),
            Action::DataDownloaded => format!("{who} downloaded the account’s data"),
            Action::ErasureAsked if by_themselves(entry) => format!("{who} requested deletion of the account"),
            Action::ErasureAsked => format!("{who} requested deletion of the account for {whom}"),
            Action::ErasureStopped if by_themselves(entry) => format!("{who} stopped the deletion of the account"),
            Action::ErasureStopped => format!("{who} stopped the deletion of the account for {whom}"),
            Action::AccountErased => format!("{who} deleted the account for {whom}"),
            Action::OrganisationChanged => format!("{who} changed the organisation’s details"),
            Action::PolicyChanged => format!("{who} changed the security policy"),
            Action::NewPasswordAsked => {
                format!("{who} entered the right password for {whom} and was asked to choose a new one")
            }
            Action::PasswordRenewed => format!("{who} chose a new password that meets the rules and signed in"),
            Action::LogoChanged => format!("{who} changed the organisation’s logo"),
            Action::InvitationListSent => format!("{who} invited {} people from a list", now(entry, "invited")),
            Action::OrganisationSwitched => format!("{who} switched organisation"),
            Action::TenantSuspended => format!("{who} suspended the organisation"),
            Action::TenantRestored => format!("{who} reopened the organisation"),
            Action::TenantEnding => format!("{who} ended the organisation’s contract"),
            Action::TenantEnded => "The organisation’s contract has ended and everything except its log has been \
                                    deleted"
                .to_owned(),
            Action::MailSentAgain => format!("{who} sent {} emails again", now(entry, "mails")),
            Action::MailTested => format!("{who} sent a test email"),
            Action::SecondFactorDemanded => {
                format!("{who} entered the right password for {whom} and was asked to turn on two-factor sign-in")
            }
            Action::SecondFactorAsked => {
                format!("Someone entered the right password for {whom} and was asked for a code")
            }
            Action::CodeRefused => format!("A wrong code was entered for {whom}"),
            Action::CodeAppAdded => format!("{who} added a code app"),
            Action::CodeAppRemoved => format!("{who} removed the code app"),
            Action::RecoveryCodesMade => format!("{who} created new recovery codes"),
            Action::PasskeyAdded => format!("{who} added a passkey"),
            Action::PasskeyRenamed => format!("{who} renamed a passkey"),
            Action::PasskeyRemoved => format!("{who} removed a passkey"),
            Action::PasskeyRefused if now(entry, "copied") == "true" => {
                format!("A passkey that may have been copied was refused for {whom}")
            }
            Action::PasskeyRefused => format!("A passkey was refused for {whom}"),
            Action::PasswordRemoved => format!("{who} removed the password in favour of a passkey"),
            Action::SecondFactorReset => format!("{who} reset the second factor for {whom}"),
            Action::ProvenAgain => format!("{who} passed an extra check"),
        },
        unknown: "Unknown event",
        you: ("You", "you"),
        claimant: "Someone",
        command: "The server’s command line",
        system: "Portvakt",
        erased: ("A deleted person", "a deleted person"),
        field: |field| {
            Some(match field {
                "version" => "Version",
                "weaker" => "Weaker than before",
                "may_be_locked_out" => "May be locked out",
                "signed_in" => "Led to a sign-in",
                "copied" => "May have been copied",
                "passwordless" => "May go without a password",
                "second_factor" => "Two-factor sign-in required",
                "elevated_second_factor" => "Two-factor sign-in required, auditors",
                "administrative_second_factor" => "Two-factor sign-in required, administrators",
                "grace_days" => "Time to turn on two-factor sign-in, days",
                "min_length_alone" => "Minimum length",
                "min_length_with_second" => "Minimum length with two-factor sign-in",
                "min_digits" => "Minimum digits",
                "min_specials" => "Minimum special characters",
                "min_upper" => "Minimum capital letters",
                "min_lower" => "Minimum lower-case letters",
                "history" => "Earlier passwords that can’t be used again",
                "max_age_days" => "Maximum age, days",
                "lockout_threshold" => "Wrong passwords before locking",
                "lockout_minutes" => "Time locked, minutes",
                "idle_minutes" => "Signed out when idle, minutes",
                "absolute_hours" => "Signed out at the latest, hours",
                "invitation_days" => "Invitation valid for, days",
                "reset_minutes" => "Password reset link valid for, minutes",
                "elevated_min_length_alone" => "Minimum length, auditors",
                "elevated_min_length_with_second" => "Minimum length with two-factor sign-in, auditors",
                "elevated_idle_minutes" => "Signed out when idle, auditors",
                "elevated_absolute_hours" => "Signed out at the latest, auditors",
                "administrative_min_length_alone" => "Minimum length, administrators",
                "administrative_min_length_with_second" => "Minimum length with two-factor sign-in, administrators",
                "administrative_idle_minutes" => "Signed out when idle, administrators",
                "administrative_absolute_hours" => "Signed out at the latest, administrators",
                "accent" => "Colour",
                "belong" => "Already in the organisation",
                "domains" => "Domains",
                "invited" => "Invited",
                "list" => "List",
                "logo" => "Logo",
                "not_theirs" => "Have an invitation to a higher role",
                "over_limit" => "Sent too many emails",
                "security_contact" => "Security contact",
                "address" => "Address",
                "due" => "Date",
                "email" => "Email",
                "ends_at" => "Ends",
                "factor" => "With",
                "failures" => "Wrong attempts",
                "invitation" => "Invitation",
                "language" => "Language",
                "lane" => "From where",
                "mails" => "Emails",
                "name" => "Name",
                "notification_email" => "Second address",
                "organisation" => "Organisation",
                "people" => "People",
                "product" => "Product",
                "reason" => "Reason",
                "role" => "Role",
                "sessions_ended" => "Sessions ended",
                "slug" => "Short name",
                "tenant" => "Organisation ID",
                "time_zone" => "Time zone",
                "tries" => "Attempts",
                _ => return None,
            })
        },
        truth: ("Yes", "No"),
        factor: |factor| match factor {
            "code_app" => "Code app",
            "recovery_code" => "Recovery code",
            "passkey" => "Passkey",
            "passkey_alone" => "Passkey, without a password",
            _ => "Password",
        },
        lane: ("A device the person has signed in on before", "An unknown device"),
        device: DEVICE.english,
        seen_erased: "Deleted",
        seen_altered: "Altered afterwards",
    },
};

/// Every field that an event can have has words in both languages: the log's writer names them as text.
#[test]
fn every_field_of_an_event_has_words() {
    use portvakt_model::language::Language;
    let source =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../server/core/src/evidence/audit/record.rs"))
            .unwrap();
    // Wherever a field is named.
    let literals = ["Change::new(\"", "Change::between(\"", "field: \"", "moved(\"", "count(\""]
        .into_iter()
        .flat_map(|before| source.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()));
    let fields: Vec<_> = literals.filter(|field| !["network", "device"].contains(field)).collect();
    assert!(fields.len() > 10, "{fields:?}");
    for field in fields {
        for language in Language::ALL {
            assert!((EVENT.of(language).field)(field).is_some(), "{field}");
        }
    }
}
