//! The states of a contract.
use crate::words::language::Translated;
use portvakt_model::tenant::Contract;

/// A contract's state, in one word.
pub static CONTRACT: Translated<fn(Contract) -> &'static str> = Translated {
    swedish: |contract| match contract {
        Contract::Active => "Aktiv",
        Contract::Suspended => "Avstängd",
        Contract::Ending => "Avslutas",
        Contract::Ended => "Avslutad",
    },
    english: |contract| match contract {
        Contract::Active => "Active",
        Contract::Suspended => "Suspended",
        Contract::Ending => "Ending",
        Contract::Ended => "Ended",
    },
};
