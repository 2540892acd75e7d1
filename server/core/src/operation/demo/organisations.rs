//! The organisations of the demonstration. None of them exists. Their addresses are of a top level that cannot be
//! registered (RFC 2606).
use portvakt_model::language::Language::{self, English, Swedish};
use portvakt_model::role::Role::{self, Administrator, Auditor, Member, Owner};

/// A made-up organisation.
pub(super) struct Organisation {
    pub(super) name: &'static str,
    pub(super) domain: &'static str,
    pub(super) language: Language,
    pub(super) people: usize,
    /// The day of the year on which it began to use the portal.
    pub(super) since: i64,
    /// The slugs of the products that it uses.
    pub(super) products: &'static [&'static str],
    /// The people as whom a visitor may want to sign in. The first one is the owner.
    pub(super) shown: &'static [(&'static str, Role)],
}

/// The operator's products: slug and name.
pub(super) const PRODUCTS: [(&str, &str); 5] = [
    ("avtal", "Avtal"),
    ("dataskydd", "Dataskydd"),
    ("visselblasning", "Visselblåsning"),
    ("diarium", "Diarium"),
    ("upphandling", "Upphandling"),
];

/// The operator, then its customers.
pub(super) const ORGANISATIONS: [Organisation; 9] = [
    Organisation {
        name: "Mårdby Systems AB",
        domain: "mardby.example",
        language: Swedish,
        people: 16,
        since: 0,
        products: &["avtal", "diarium"],
        shown: &[("Maja Ekwall", Owner), ("Oskar Lindmark", Administrator)],
    },
    Organisation {
        name: "Nordhamn kommun",
        domain: "nordhamn.example",
        language: Swedish,
        people: 2500,
        since: 3,
        products: &["avtal", "dataskydd", "visselblasning", "diarium", "upphandling"],
        shown: &[
            ("Anna Lindqvist", Owner),
            ("Petra Nyholm", Administrator),
            ("Birgitta Fors", Auditor),
            ("Erik Sandell", Member),
        ],
    },
    Organisation {
        name: "Region Västmark",
        domain: "vastmark.example",
        language: Swedish,
        people: 760,
        since: 20,
        products: &["avtal", "dataskydd", "diarium", "upphandling"],
        shown: &[("Gunilla Åkesson", Owner), ("Johan Bergqvist", Member)],
    },
    Organisation {
        name: "Brightwater Housing Trust",
        domain: "brightwater.example",
        language: English,
        people: 340,
        since: 45,
        products: &["avtal", "dataskydd", "visselblasning"],
        shown: &[("Tom Ashworth", Owner), ("Harriet Pemberton", Administrator)],
    },
    Organisation {
        name: "Signalfyr Oy",
        domain: "signalfyr.example",
        language: Swedish,
        people: 130,
        since: 80,
        products: &["avtal", "visselblasning"],
        shown: &[("Henrik Sjöholm", Owner)],
    },
    Organisation {
        name: "Larkmoor Logistics Ltd",
        domain: "larkmoor.example",
        language: English,
        people: 64,
        since: 120,
        products: &["avtal", "dataskydd"],
        shown: &[("Grace Holloway", Owner)],
    },
    Organisation {
        name: "Kråkviks Hamn AB",
        domain: "krakvik.example",
        language: Swedish,
        people: 24,
        since: 180,
        products: &["diarium", "upphandling"],
        shown: &[],
    },
    Organisation {
        name: "Aldermoor Clinic",
        domain: "aldermoor.example",
        language: English,
        people: 9,
        since: 230,
        products: &["dataskydd"],
        shown: &[],
    },
    Organisation {
        name: "Tre Tallar Arkitekter HB",
        domain: "tretallar.example",
        language: Swedish,
        people: 3,
        since: 300,
        products: &["avtal"],
        shown: &[("Karim Bensaid", Owner)],
    },
];

impl Organisation {
    /// The role of the organisation's `n`th person, from 0.
    pub(super) fn role(&self, n: usize) -> Role {
        if let Some((_, role)) = self.shown.get(n) {
            return *role;
        }
        match n {
            0 => Owner,
            1 if self.people > 3 => Administrator,
            2 if self.people > 3 => Auditor,
            // A large organisation has a few more administrators.
            3.. if n < self.shown.len().max(3) + self.people / 400 => Administrator,
            _ => Member,
        }
    }
}
