//! How long somebody stays signed in.

/// Seconds without a request after which a session ends. NIST SP 800-63B-4, section 2.2.3: at most one hour at AAL2.
pub const IDLE_SECS: i64 = 60 * 60;
/// Seconds after signing in when a session ends whatever happens. NIST SP 800-63B-4, section 2.2.3: 24 hours at AAL2.
pub const ABSOLUTE_SECS: i64 = 24 * 60 * 60;
