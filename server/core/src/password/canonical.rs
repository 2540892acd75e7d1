//! The form in which a password is compared with what would be guessed: what people do to a weak one to get it past a
//! rule is undone. Always the whole password: that it contains a common word is no fault (NIST SP 800-63B-4, 3.1.1.2).
use icu_casemap::CaseMapper;
use icu_normalizer::DecomposingNormalizerBorrowed;

const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();

/// Case folded, accents taken off, digits and symbols at both ends stripped, common substitutions undone:
/// `Passw0rd!2026!!` is `password`. A text without letters is only folded.
#[must_use]
pub fn canonical(text: &str) -> String {
    let folded = folded(text);
    let bare = folded.trim_matches(|c: char| !c.is_alphabetic());
    unified(if bare.is_empty() { &folded } else { bare })
}

/// The forms in which a password is looked up: a letter may also stand at its beginning as a symbol (`$ecret`).
pub(super) fn forms(text: &str) -> [String; 2] {
    let folded = folded(text);
    let led = unified(folded.trim_end_matches(|c: char| !c.is_alphabetic()));
    [canonical(text), led]
}

fn folded(text: &str) -> String {
    let plain: String = NFKD.normalize(text).chars().filter(|c| !matches!(c, '\u{300}'..='\u{36F}')).collect();
    CaseMapper::new().fold_string(&plain).into_owned()
}

/// `l`, `1`, `!` and `|` stand for `i` as well as for each other, so all of them are one letter.
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

/// Its letters alone.
fn letters(text: &str) -> String {
    unified(&folded(text)).chars().filter(|c| c.is_alphabetic()).collect()
}

/// Fewest letters of a word that a password may not be made of: initials and `AB` stand in too much.
const SHORTEST_WORD: usize = 3;

/// The words of a name, an address or an organisation, in canonical letters.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(letters);
    words.filter(|word| word.chars().count() >= SHORTEST_WORD).collect()
}

/// Whether the letters of a text are nothing but these words, one after the other, whatever stands between them. What
/// stands at its ends may be there for show (`Anna1987!`) or for a letter (`4nn4`), and an `@` for an `a` or for itself.
pub(super) fn is_made_of(text: &str, words: &[String]) -> bool {
    let bare = canonical(text).chars().filter(|c| c.is_alphabetic()).collect();
    let plain = unified(&folded(text).chars().filter(|c| c.is_alphabetic()).collect::<String>());
    [bare, plain, letters(text)].iter().any(|letters| is_a_row_of(letters, words))
}

fn is_a_row_of(letters: &str, words: &[String]) -> bool {
    // Which beginnings of the text are a row of words.
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

/// The shortest part whose repetition a text is; the text itself if it is none.
pub(super) fn repeated(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1).take_while(|at| at * 2 <= text.len());
    let mut parts = ends.filter(|at| text.len().is_multiple_of(*at)).map(|at| &text[..at]);
    parts.find(|part| part.repeat(text.len() / part.len()) == text).unwrap_or(text)
}

/// Whether each character follows the one before it, upwards or downwards, as in `23456789012` or `zyxwvut`.
pub(super) fn is_a_run(text: &str) -> bool {
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
    fn what_is_done_to_a_weak_password_is_undone() {
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
        assert_eq!(forms("$ecret2026")[1], "secret");
        assert_ne!(canonical("correct horse battery staple"), canonical("correcthorse"));
    }

    #[test]
    fn a_password_of_nothing_but_known_words_is_made_of_them() {
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
    fn repetitions_and_runs_are_seen() {
        assert_eq!(repeated("passwordpassword"), "password");
        assert_eq!(repeated("aaaa"), "a");
        assert_eq!(repeated("åäåäåä"), "åä");
        assert_eq!(repeated("abcab"), "abcab");
        for run in ["123456789012345", "987654321098765", "abcdefghijklmno", "ponmlkjihgfedcba"] {
            assert!(is_a_run(run), "{run}");
        }
        assert!(!is_a_run("abcdefghijklmnp") && !is_a_run("aa") && !is_a_run("132435465768798"));
    }
}
