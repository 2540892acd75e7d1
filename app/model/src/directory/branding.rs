//! What the pages of an organisation wear.
use crate::accent::Accent;

/// An organisation as the head of a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branding {
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its colour, if it has set one.
    pub accent: Option<Accent>,
    /// The name of its logo's file, if it has one: another logo has another name.
    pub logo: Option<String>,
}

impl Branding {
    /// The address of the style sheet that sets its colour. Another colour has another address, so that a browser may keep it.
    #[must_use]
    pub fn stylesheet(&self) -> Option<String> {
        let Self { slug, accent, .. } = self;
        accent.map(|accent| format!("/theme/{slug}.css?{}", accent.to_string().trim_start_matches('#')))
    }

    /// The address of its logo.
    #[must_use]
    pub fn logo(&self) -> Option<String> {
        self.logo.as_ref().map(|logo| format!("/theme/{}/logo/{logo}.png", self.slug))
    }
}

#[test]
fn another_colour_and_another_logo_have_another_address() {
    let plain = Branding { name: "Nordhamn kommun".to_owned(), slug: "nordhamn".to_owned(), accent: None, logo: None };
    assert_eq!((plain.stylesheet(), plain.logo()), (None, None));
    let worn = Branding { accent: Accent::parse("#004F8B"), logo: Some("0123".to_owned()), ..plain };
    assert_eq!(worn.stylesheet().as_deref(), Some("/theme/nordhamn.css?004f8b"));
    assert_eq!(worn.logo().as_deref(), Some("/theme/nordhamn/logo/0123.png"));
}
