//! Audit logs keep these names for ever.
use portvakt_model::audit::{Action, Field};
use portvakt_model::policy::Setting;

#[test]
fn names_in_audit_logs_are_appended_and_never_renamed() {
    let actions = Action::ALL.iter().map(|action| format!("action {}", action.name()));
    let fields = Field::ALL.iter().map(|field| format!("field {}", field.name()));
    let settings = Setting::everywhere().map(|(level, setting)| format!("setting {}", setting.name(level)));
    let mut now: Vec<_> = actions.chain(fields).chain(settings).collect();
    let mut kept: Vec<_> = include_str!("stored_names.txt").lines().collect();
    now.sort_unstable();
    kept.sort_unstable();
    assert_eq!(now, kept, "each name that the code has and the file lacks is new: append it to the file");
}

#[test]
fn a_field_is_read_back_by_its_name() {
    for field in Field::ALL {
        assert_eq!(Field::parse(field.name()), Some(*field));
        assert_eq!(Setting::parse(field.name()), None, "a setting has the name {}", field.name());
    }
    for (level, setting) in Setting::everywhere() {
        assert_eq!(Setting::parse(setting.name(level)), Some((level, setting)));
    }
}
