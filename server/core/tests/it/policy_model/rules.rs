//! Random rules.
use portvakt_model::policy::Setting;

/// A random generator with the same results in each run.
pub struct RandomRules(fastrand::Rng);

impl RandomRules {
    pub fn seeded(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    pub fn below(&mut self, limit: u32) -> u32 {
        self.0.u32(..limit)
    }

    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        self.0.choice(all).copied().unwrap()
    }

    /// Random rules within their bounds. Some roles get rules of their own.
    pub fn rules(&mut self) -> Vec<(&'static str, String)> {
        let mut rules = Vec::new();
        for (level, setting) in Setting::everywhere() {
            let is_always = matches!(setting, Setting::SecondFactor | Setting::Grace);
            if !is_always && self.below(3) > 0 {
                continue;
            }
            let (least, most) = setting.bounds();
            let is_length = matches!(setting, Setting::MinLengthAlone | Setting::MinLengthWithSecond);
            let value = match setting {
                Setting::MaxAge => 30 + self.below(300),
                Setting::Grace => self.of(&[0, 0, 2, 30]),
                setting if Setting::COUNTED.contains(&setting) => self.below(2),
                _ => least + self.below(if is_length { 24 } else { most } - least + 1),
            };
            rules.push((setting.name(level), value.to_string()));
        }
        rules
    }
}
