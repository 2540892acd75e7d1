//! What every handler may need.
use crate::base::Base;
use crate::config::Proxy;
use leptos::config::LeptosOptions;
use portvakt_core::Core;

/// What every handler may need.
pub(crate) struct Site {
    pub(crate) core: Core,
    pub(crate) base: Base,
    pub(crate) proxy: Proxy,
    pub(crate) options: LeptosOptions,
}
