//! Parts that pages share, one file a part.
pub mod fault;
pub mod form;
pub mod gate;
pub mod icon;
pub mod mark;
pub mod password_field;
pub mod person_shell;
pub mod time;
pub mod words;
