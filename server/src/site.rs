//! The state that handlers share.
use crate::base::Base;
use crate::config::Proxy;
use leptos::config::LeptosOptions;
use portvakt_core::Core;

/// The state that handlers share.
pub(crate) struct Site {
    pub(crate) core: Core,
    pub(crate) base: Base,
    pub(crate) proxy: Proxy,
    pub(crate) options: LeptosOptions,
}
