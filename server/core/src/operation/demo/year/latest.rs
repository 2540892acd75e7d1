//! The minutes before the visit, after the year has ended: they leave a person in every state.
use super::deeds::LOCKED_AT;
use super::{MINUTE_SECS, STRANGER, Year};
use crate::account::store as accounts;
use crate::audit::Event;
use crate::caller::Caller;
use crate::error::CoreError;
use crate::identifier::Identifier;
use crate::invitation::{self, Invitee};
use crate::lockout::{self, Claim};
use crate::password::store as passwords;
use crate::{policy, policy_editor, user};
use portvakt_model::fault::Refusal;
use portvakt_model::policy::{Setting, TenantPolicy};
use portvakt_model::role::{PrivilegeLevel, Role};
use portvakt_model::time::Timestamp;
use portvakt_model::user::Act;
use std::collections::BTreeMap;

/// The organisation that a visitor looks at first, and its administrator.
const PLACE: usize = 1;
const ADMINISTRATOR: (usize, usize) = (PLACE, 1);
/// The person whom the administrator has suspended, and the person who has just mistyped their password too often.
const SUSPENDED: (usize, usize) = (PLACE, 9);
const LOCKED: (usize, usize) = (PLACE, 6);
/// Settings by name, with their values.
type Rules = &'static [(&'static str, &'static str)];
/// The organisations' rules, by the organisation's number, with the reason; without settings the classic profile. A
/// guest from the last organisation is in the first: the strictest of each rule holds for him.
const RULES: [(usize, &str, Rules); 5] = [
    (1, "Beslut KS 2026/418", &[("min_length_alone", "16"), ("idle_minutes", "30"), ("elevated_idle_minutes", "15")]),
    (2, "NIS2", &[("second_factor", "1"), ("grace_days", "14")]),
    (4, "Som i den förra portalen", &[]),
    (5, "Insurer’s condition", &[("administrative_second_factor", "2"), ("grace_days", "7")]),
    (8, "Vi delar dator", &[("idle_minutes", "20"), ("history", "5")]),
];
/// The people who are invited.
const INVITED: [(&str, &str, Role); 3] = [
    ("Linnéa Wikander", "linnea.wikander@nordhamn.example", Role::Member),
    ("Johannes Sandin", "johannes.sandin@nordhamn.example", Role::Auditor),
    ("Tove Mellgren", "tove.mellgren@nordhamn.example", Role::Member),
];

impl Year<'_> {
    /// Lets the last minutes happen, up to shortly before `now`.
    pub(super) async fn latest(&mut self, now: Timestamp) -> Result<(), CoreError> {
        self.hand.set(now.plus_secs(-25 * MINUTE_SECS));
        for (place, reason, rules) in RULES {
            self.set_rules(place, reason, rules).await?;
        }
        self.let_a_guest_in().await?;
        let tenant = self.places[PLACE].tenant;
        let person = self.sign_in(ADMINISTRATOR).await?;
        let (_, suspended) = self.ids(SUSPENDED);
        user::act(self.core, &person, Act::Suspend, &[suspended], "Har slutat hos oss").await?;
        let caller = Caller::from(person);
        for (name, email, role) in INVITED {
            let invitee = Invitee::parse(email, name, role.as_str(), self.places[PLACE].organisation.language.tag())?;
            invitation::invite(self.core, &caller, tenant, &invitee).await?;
        }
        self.lock_out(now).await
    }

    async fn set_rules(&mut self, place: usize, reason: &str, rules: Rules) -> Result<(), CoreError> {
        let person = self.sign_in((place, 0)).await?;
        let start = if rules.is_empty() { TenantPolicy::CLASSIC } else { TenantPolicy::RECOMMENDED };
        let text =
            |(level, setting): (PrivilegeLevel, Setting)| (setting.name(level).to_owned(), start.text(level, setting));
        let rules = rules.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let rules: BTreeMap<_, _> = Setting::everywhere().map(text).chain(rules).collect();
        policy_editor::change(
            self.core,
            &person,
            policy_editor::PolicyForm { rules: &rules, reason, version: 0, confirmed: 0 },
        )
        .await
        .map(drop)
    }

    /// Makes the owner of the last organisation a guest in the first one.
    async fn let_a_guest_in(&mut self) -> Result<(), CoreError> {
        let (tenant, guest) = (self.places[PLACE].tenant, (self.places.len() - 1, 0));
        let person = self.sign_in(guest).await?;
        let (name, email, _) = accounts::known(self.core, person.home, person.account).await?;
        let (role, caller) = (Role::Auditor, Caller::from(person.clone()));
        self.core
            .store
            .write(async |mut tx| {
                accounts::add_member(&mut tx, tenant, person.account, role).await?;
                let invitation = tx.random().id(tx.now());
                let account = (person.home, person.account);
                let event = Event::member_joined(tenant, account, (invitation, role), &name, &email);
                Ok(((), tx.commit(&caller, event).await?))
            })
            .await
    }

    /// Locks an account so late that the lock still lasts when a visitor looks.
    async fn lock_out(&mut self, now: Timestamp) -> Result<(), CoreError> {
        let (home, account) = self.ids(LOCKED);
        let (_, email, _) = accounts::known(self.core, home, account).await?;
        let identifier = Identifier::of(&email);
        let stored = passwords::find_credential(self.core, &identifier).await?.ok_or(Refusal::NotFound)?;
        let policy = policy::platform(self.core).await?.lockout;
        let origin = self.origin_of(STRANGER);
        let mut at = now.plus_secs(-super::deeds::TRIES.iter().sum::<i64>() - 10);
        for secs in super::deeds::TRIES {
            at = at.plus_secs(secs);
            self.hand.set(at);
            let owner = Some((home, account));
            let claim = Claim { identifier: &identifier, account: owner, device: None, unlocks: stored.unlocks };
            let attempt = lockout::admit(self.core, policy, &claim, &origin).await?;
            lockout::fail(self.core, &attempt, owner, &origin).await?;
        }
        debug_assert_eq!(policy.threshold, LOCKED_AT);
        Ok(())
    }
}
