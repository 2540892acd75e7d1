//! The frames around pages: the gate, a person's own pages, the work pages, the pages of text.
pub mod account_menu;
pub mod gate;
pub mod language_menu;
pub mod paper;
pub mod person;
pub mod profile;
pub mod sign_out;
pub mod site_links;
pub mod switch;
pub mod work;
