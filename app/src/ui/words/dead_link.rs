//! What happened to a link that does not work, and what its holder does next. The portal tells every holder the same, so
//! that nobody learns whether there ever was such a link.
use portvakt_model::link::LinkKind;

pub(super) const fn swedish(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Reset => {
            "Den är redan använd, har ersatts av en nyare eller har gått ut. Om du har fått flera mejl gäller det \
             senaste. Annars ber du om en ny länk."
        }
        LinkKind::Invitation => {
            "Om du redan har tackat ja är det bara att logga in. Om du har fått flera mejl gäller det senaste. Annars \
             ber du den som bjöd in dig att skicka en ny inbjudan."
        }
        LinkKind::Email | LinkKind::Notification => {
            "Den är redan använd, har ersatts av en nyare eller har gått ut. Logga in och be om en ny på din profil."
        }
        LinkKind::EmailStop => {
            "Den är redan använd, eller så är bytet äldre än sju dagar. Om det inte var du som bytte adress: be en \
             administratör i din organisation om hjälp."
        }
        LinkKind::Setup => {
            "Om portalen redan är igång loggar du in. Annars har länken gått ut: Portvakt skriver ut en ny vid varje \
             start."
        }
    }
}

pub(super) const fn english(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Reset => {
            "It has been used already, was replaced by a newer one or has expired. If you received several emails, use \
             the newest one. Otherwise, ask for a new link."
        }
        LinkKind::Invitation => {
            "If you have already accepted, just sign in. If you received several emails, use the newest one. Otherwise, \
             ask the person who invited you for a new invitation."
        }
        LinkKind::Email | LinkKind::Notification => {
            "It has been used already, was replaced by a newer one or has expired. Sign in and ask for a new one on \
             your profile."
        }
        LinkKind::EmailStop => {
            "It has been used already, or the change is more than seven days old. If you did not change the address, \
             ask an administrator in your organisation for help."
        }
        LinkKind::Setup => {
            "If the portal is set up already, sign in. Otherwise the link has expired: Portvakt prints a new one each \
             time it starts."
        }
    }
}
