//! Secret tokens that a person's browser or link carries: a session's, a reset link's.
use crate::random::Random;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits. The type has no `Debug` or `Display`, so that no code prints a token by accident. The database
/// holds only the token's SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; Self::BYTES]);

impl Token {
    const BYTES: usize = 32;

    /// A new token.
    #[must_use]
    pub fn new(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// Reads a token's text. `None` if the text has not a token's form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The 43 characters that the browser or the link carries.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The 8 characters that tell the token from the browser's other ones. They are no secret: nobody can find the token
    /// or its stored hash from them.
    #[must_use]
    pub fn handle(&self) -> String {
        let hash = Sha256::new().chain_update("handle").chain_update(self.0).finalize();
        URL_SAFE_NO_PAD.encode(hash.iter().copied().take(6).collect::<Vec<_>>())
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

#[test]
fn a_token_is_read_back_and_nothing_else_is_one() {
    let token = Token::new(&Random::new(|bytes| bytes.fill(7)));
    assert_eq!((token.reveal().len(), token.handle().len()), (43, 8));
    assert!(Token::parse(&token.reveal()) == Some(token.clone()));
    for bad in ["", "x", &token.reveal()[1..], &format!("{}A", token.reveal()), "../../../../etc/passwd"] {
        assert!(Token::parse(bad).is_none(), "{bad}");
    }
}
