//! Secrets that somebody carries: a session's, a link's.
use crate::random::Random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits. It cannot be printed by accident; the database holds its SHA-256 alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; Self::BYTES]);

impl Token {
    const BYTES: usize = 32;

    /// A new one.
    #[must_use]
    pub fn new(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// `None` for what no token looks like.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The 43 characters that its holder keeps.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

#[test]
fn a_token_is_read_back_and_nothing_else_is_one() {
    let token = Token::new(&Random::new(|bytes| bytes.fill(7)));
    assert_eq!(token.reveal().len(), 43);
    assert!(Token::parse(&token.reveal()) == Some(token.clone()));
    for bad in ["", "x", &token.reveal()[1..], &format!("{}A", token.reveal()), "../../../../etc/passwd"] {
        assert!(Token::parse(bad).is_none(), "{bad}");
    }
}
