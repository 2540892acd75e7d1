//! Random rules.
use portvakt_model::policy::Setting;

/// A random generator with the same results in each run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(below)).unwrap()
    }

    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.roll(u32::try_from(all.len()).unwrap())).unwrap()]
    }

    /// Random rules within their bounds. Some roles get rules of their own.
    pub fn rules(&mut self) -> Vec<(&'static str, String)> {
        let mut rules = Vec::new();
        for (level, setting) in Setting::everywhere() {
            let is_always = matches!(setting, Setting::SecondFactor | Setting::Grace);
            if !is_always && self.roll(3) > 0 {
                continue;
            }
            let (least, most) = setting.bounds();
            let is_length = matches!(setting, Setting::MinLengthAlone | Setting::MinLengthWithSecond);
            let value = match setting {
                Setting::MaxAge => 30 + self.roll(300),
                Setting::Grace => self.of(&[0, 0, 2, 30]),
                setting if Setting::COUNTED.contains(&setting) => self.roll(2),
                _ => least + self.roll(if is_length { 24 } else { most } - least + 1),
            };
            rules.push((setting.name(level), value.to_string()));
        }
        rules
    }
}
