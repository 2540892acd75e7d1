//! The form in which a password is compared with common ones. It undoes the changes that people make to get a weak
//! password past a rule. The whole password is compared: a password may contain a common word (NIST SP 800-63B-4,
//! 3.1.1.2).
use icu_casemap::CaseMapper;
use icu_normalizer::DecomposingNormalizerBorrowed;

const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();

/// The fewest characters of a word. A shorter text between the ends is no disguised word, and is kept as it stands.
const SHORTEST_WORD: usize = 4;

/// Folds the case, removes accents, strips digits and symbols at both ends and undoes common substitutions:
/// `Passw0rd!2026!!` becomes `password`. If fewer than four characters remain, only symbols at the ends are stripped.
#[must_use]
pub fn canonical(text: &str) -> String {
    let folded = folded(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphabetic());
    unified(if bare.chars().count() < SHORTEST_WORD { without_symbols(&folded) } else { bare })
}

fn without_symbols(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The forms in which a password is looked up: its canonical form; the form that keeps a symbol at its beginning as a
/// letter (`$ecret`); its repeated part, with nothing (`Password1Password1`) or something between (`password
/// password`); and the form without a run at its end that only makes it longer (`abc123123456789`).
pub(super) fn forms(text: &str) -> Vec<String> {
    let folded = folded(text);
    let led = unified(folded.trim_end_matches(|c: char| !c.is_alphabetic()));
    let plain: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    let mut forms = vec![canonical(text)];
    for whole in [without_symbols(&folded), &plain, &canonical(text)] {
        let part = repeated(whole);
        if part.len() < whole.len() {
            forms.push(canonical(part));
        }
    }
    if led.chars().count() >= SHORTEST_WORD {
        forms.push(led);
    }
    let short = without_run(without_symbols(&folded));
    if !short.is_empty() {
        forms.push(canonical(short));
    }
    forms
}

/// A text without the longest run at its end.
fn without_run(text: &str) -> &str {
    let mut starts = text.char_indices().map(|(at, _)| at);
    starts.find(|at| is_a_run(&text[*at..])).map_or(text, |at| &text[..at])
}

/// Whether a text without the symbols at its ends, or its part from the first to the last digit or letter, repeats a
/// few characters or is a run.
pub(super) fn is_a_pattern(text: &str) -> bool {
    let folded = folded(text);
    let whole = without_symbols(&folded);
    let digits = whole.trim_matches(|c: char| !c.is_numeric());
    let letters = whole.trim_matches(|c: char| !c.is_alphabetic());
    let all = whole.chars().count();
    [whole, digits, letters].into_iter().any(|core| {
        // The part that is left out must be short: otherwise it decides how hard the password is to guess.
        let count = core.chars().count();
        count > 2 * FEW && all - count <= FEW && (repeated(core).chars().count() <= FEW || is_a_run(core))
    })
}

/// The number of characters that count as few: a part this short is guessed however often it is repeated.
const FEW: usize = 4;

fn folded(text: &str) -> String {
    let plain: String = NFKD.normalize(text).chars().filter(|c| !matches!(c, '\u{300}'..='\u{36F}')).collect();
    CaseMapper::new().fold_string(&plain).into_owned()
}

/// Replaces common substitutes with the letter that they stand for, and `l`, `1`, `!` and `|` with `i`: each of them
/// stands for the others.
fn unified(text: &str) -> String {
    let undone = |c| match c {
        '0' => 'o',
        '1' | '!' | '|' | 'l' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '6' | '9' => 'g',
        '7' | '+' => 't',
        '8' => 'b',
        '2' => 'z',
        other => other,
    };
    text.chars().map(undone).collect()
}

/// The letters of a text, unified, without anything else.
fn letters(text: &str) -> String {
    unified(&folded(text)).chars().filter(|c| c.is_alphabetic()).collect()
}

/// The fewest letters of a word of the context. Initials and `AB` occur in too many good passwords.
const SHORTEST_NAME: usize = 3;

/// The words of a name, an address or an organisation, in canonical letters.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(letters);
    words.filter(|word| word.chars().count() >= SHORTEST_NAME).collect()
}

/// Whether the letters of a text consist of these words only, one after the other, whatever stands between them.
/// Characters at the ends may be decoration (`Anna1987!`) or letters (`4nn4`), and an `@` may stand for an `a` or for
/// itself.
pub(super) fn is_made_of(text: &str, words: &[String]) -> bool {
    let bare = canonical(text).chars().filter(|c| c.is_alphabetic()).collect();
    let plain = unified(&folded(text).chars().filter(|c| c.is_alphabetic()).collect::<String>());
    [bare, plain, letters(text)].iter().any(|letters| is_a_row_of(letters, words))
}

fn is_a_row_of(letters: &str, words: &[String]) -> bool {
    // `row[n]`: whether the first `n` bytes of the text are a row of words.
    let mut row = vec![false; letters.len() + 1];
    row[0] = true;
    for at in 0..letters.len() {
        if row[at] {
            for word in words.iter().filter(|word| letters[at..].starts_with(word.as_str())) {
                row[at + word.len()] = true;
            }
        }
    }
    !letters.is_empty() && row[letters.len()]
}

/// The shortest part whose repetition is the text. The text itself if it does not repeat.
fn repeated(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1).take_while(|at| at * 2 <= text.len());
    let mut parts = ends.filter(|at| text.len().is_multiple_of(*at)).map(|at| &text[..at]);
    parts.find(|part| part.repeat(text.len() / part.len()) == text).unwrap_or(text)
}

/// Whether each character follows the one before it, upwards or downwards, as in `23456789012` or `zyxwvut`.
fn is_a_run(text: &str) -> bool {
    let chars: Vec<u32> = text.chars().map(u32::from).collect();
    let digits = text.chars().all(|c| c.is_ascii_digit());
    let follows = |one: u32, next: u32| next == one + 1 || (digits && one == u32::from('9') && next == u32::from('0'));
    chars.len() > 2
        && (chars.windows(2).all(|pair| follows(pair[0], pair[1]))
            || chars.windows(2).all(|pair| follows(pair[1], pair[0])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_undoes_the_disguises_of_a_weak_password() {
        for (typed, plain) in [
            ("Passw0rd!2026!!", "password"),
            ("P@$$w0rd123456789", "password"),
            ("123Hemligt456", "hemligt"),
            ("LÖSENORD2026!!", "losenord"),
            ("ｐａｓｓｗｏｒｄ", "password"),
        ] {
            assert_eq!(canonical(typed), unified(plain), "{typed}");
        }
        assert_eq!(canonical("1234567890"), unified("1234567890"));
        assert_eq!(canonical("8301 5526 9917 0042 k"), unified("8301 5526 9917 0042 k"));
        assert!(forms("$ecret2026").contains(&"secret".to_owned()));
        for again in ["password1password1", "Password123Password123", "password password", "PASSWORD-password!"] {
            assert!(forms(again).contains(&"password".to_owned()), "{again}: {:?}", forms(again));
        }
        assert_ne!(canonical("correct horse battery staple"), canonical("correcthorse"));
    }

    #[test]
    fn a_password_made_only_of_known_words_is_recognised() {
        let known: Vec<_> = ["Anna Lindqvist", "anna.lindqvist@nordhamn.example", "Nordhamn kommun"]
            .iter()
            .flat_map(|t| words(t))
            .collect();
        for made in ["AnnaLindqvist1987!", "nordhamn-kommun-2026", "4nn4 L1ndqv1st 4nn4", "Kommun.Anna.Kommun!"] {
            assert!(is_made_of(made, &known), "{made}");
        }
        for good in ["Anna gillar hamnen", "lindqvistare kommer", "granit fyr vinterljus 7", "1234567890123456"] {
            assert!(!is_made_of(good, &known), "{good}");
        }
        assert!(!is_made_of("abc", &[]));
    }

    #[test]
    fn repetitions_and_runs_are_recognised() {
        assert_eq!(repeated("passwordpassword"), "password");
        assert_eq!(repeated("aaaa"), "a");
        assert_eq!(repeated("åäåäåä"), "åä");
        assert_eq!(repeated("abcab"), "abcab");
        for run in ["123456789012345", "987654321098765", "abcdefghijklmno", "ponmlkjihgfedcba"] {
            assert!(is_a_run(run), "{run}");
        }
        assert!(!is_a_run("abcdefghijklmnp") && !is_a_run("aa") && !is_a_run("132435465768798"));
        for pattern in [
            "123456789012345!",
            "12345678901234?",
            "000000000000000!",
            "Abcdefghijklmno",
            "abcdefghijklmno1",
            "123456789012345a",
            "a!1a!1a!1a!1a!1a!1",
            "ZZZZZZZZZZZZZZZ2026",
        ] {
            assert!(is_a_pattern(pattern), "{pattern}");
        }
        for good in
            ["8301 5526 9917 0042 k", "4711-0815-2342-9931-x", "granit fyr vinterljus 7", "abcabc och något helt annat"]
        {
            assert!(!is_a_pattern(good), "{good}");
        }
    }
}
