//! A timer of the page. Set anew or dropped with its component, it does not go off.
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// Set in the browser alone. The server, whose threads share a component, only ever holds the empty one.
#[derive(Clone, Copy)]
pub struct Timer(StoredValue<Option<SendWrapper<Timeout>>>);

impl Timer {
    /// Not set.
    #[must_use]
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Runs `act` once after `millis` milliseconds, in the place of an earlier act that has not run.
    pub fn set(self, millis: u32, act: impl FnOnce() + 'static) {
        self.0.set_value(Some(SendWrapper::new(Timeout::new(millis, act))));
    }

    /// Does not go off any more.
    pub fn clear(self) {
        self.0.set_value(None);
    }
}

impl Default for Timer {
    fn default() -> Self {
        Self::new()
    }
}
