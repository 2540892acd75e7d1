//! The look of an organisation's pages.
use crate::accent::Accent;

/// The name, colour and logo that the head of a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branding {
    /// The organisation's name.
    pub name: String,
    /// The organisation's short name.
    pub slug: String,
    /// The organisation's accent colour, if it has set one.
    pub accent: Option<Accent>,
    /// The file name of the organisation's logo, if it has one. A new logo has a new name.
    pub logo: Option<String>,
}

impl Branding {
    /// The address of the style sheet that sets the accent colour. A new colour has a new address, so that browsers
    /// may cache it.
    #[must_use]
    pub fn stylesheet(&self) -> Option<String> {
        let Self { slug, accent, .. } = self;
        accent.map(|accent| format!("/theme/{slug}.css?{}", accent.to_string().trim_start_matches('#')))
    }

    /// The address of the logo.
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
