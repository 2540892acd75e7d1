//! An organisation's accent colour. The style sheets derive every other colour from it and keep the contrast
//! readable.
use std::fmt;

/// An sRGB colour, in the form of HTML's `<input type="color">`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent([u8; 3]);

/// The lightness and chroma that the style sheets allow an accent on a light ground (`--accent` in `tokens.css`).
const LIGHTNESS: (f64, f64) = (0.36, 0.48);
const CHROMA: f64 = 0.15;

impl Accent {
    /// Portvakt's own accent: the style sheets use it if an organisation has set none.
    pub const PORTVAKT: Self = Self([0x12, 0x5e, 0x45]);

    /// Reads `#rrggbb`. `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// The same hue, as dark and as dull as the style sheets make it, so that white text on it is easy to read.
    #[must_use]
    pub fn below_white(self) -> Self {
        let [lightness, a, b] = oklab(self.0);
        let (chroma, hue) = (a.hypot(b), b.atan2(a));
        let lightness = lightness.clamp(LIGHTNESS.0, LIGHTNESS.1);
        // If no screen can show the colour at this lightness, it is made duller until one can.
        let mut chroma = chroma.min(CHROMA);
        loop {
            let linear = linear([lightness, chroma * hue.cos(), chroma * hue.sin()]);
            if chroma <= 0.0 || linear.iter().all(|c| (-0.000_1..=1.000_1).contains(c)) {
                return Self(linear.map(encoded));
            }
            chroma = (chroma - 0.002).max(0.0);
        }
    }

    /// The contrast ratio of white text on this colour, from 1 to 21 (WCAG 2.2).
    #[must_use]
    pub fn contrast_with_white(self) -> f64 {
        let [r, g, b] = self.0.map(decoded);
        1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

fn decoded(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 and 255 first")]
fn encoded(linear: f64) -> u8 {
    let c = if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (c * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Converts sRGB to Oklab (Björn Ottosson, 2020), the basis of CSS' `oklch()`, through the responses of the long,
/// medium and short cones.
fn oklab(channels: [u8; 3]) -> [f64; 3] {
    let [red, green, blue] = channels.map(decoded);
    let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
    let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
    let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
    [
        0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
        1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
        0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
    ]
}

fn linear([lightness, a, b]: [f64; 3]) -> [f64; 3] {
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ]
}

#[test]
fn a_colour_is_six_digits_and_nothing_else() {
    for good in ["#0a5840", "#FFFFFF"] {
        assert_eq!(Accent::parse(good).unwrap().to_string(), good.to_lowercase());
    }
    for bad in ["", "#", "0a5840", "#0a584", "#0a58400", "#0a584g", "red", "#+a5840", "#0a5840;}", "#åäö"] {
        assert_eq!(Accent::parse(bad), None, "{bad}");
    }
}

#[test]
fn white_text_is_read_easily_on_every_accent() {
    for step in 0..=u32::from(u16::MAX) {
        // Samples the whole cube: 65,536 colours, about 6 apart in each direction.
        let [_, r, g, b] = (step * 256 + step % 251).to_be_bytes();
        let accent = Accent([r, g, b]);
        let below = accent.below_white();
        assert!(below.contrast_with_white() >= 5.5, "{accent} becomes {below}");
    }
    for colour in ["#ffffff", "#ffff00", "#00ff00", "#00ffff", "#ff0000", "#000000"] {
        assert!(Accent::parse(colour).unwrap().below_white().contrast_with_white() >= 5.5, "{colour}");
    }
}

#[test]
fn a_dark_enough_accent_keeps_its_colour() {
    for colour in ["#125e45", "#1a5998"] {
        let before = Accent::parse(colour).unwrap();
        let after = before.below_white();
        assert!(before.0.iter().zip(after.0).all(|(one, other)| one.abs_diff(other) <= 2), "{before} becomes {after}");
    }
}
