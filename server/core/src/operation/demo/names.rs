//! The names of made-up people, and a dice that falls the same way each time.
use portvakt_model::language::Language;
use std::collections::HashSet;

/// A generator of numbers that makes the same people each time. Never use it for a secret.
pub(super) struct Dice(fastrand::Rng);

impl Dice {
    /// A dice that falls the same way for the same text.
    pub(super) fn of(seed: &str) -> Self {
        // FNV-1a, 64 bits.
        let hash = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        Self(fastrand::Rng::with_seed(seed.bytes().fold(0xCBF2_9CE4_8422_2325, hash)))
    }

    /// A number from 0 to before `end`, or 0 if `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.0.usize(..end) }
    }

    /// A number from `first` to before `end`.
    pub(super) fn between(&mut self, first: i64, end: i64) -> i64 {
        let span = usize::try_from(end - first).unwrap_or_default();
        first + i64::try_from(self.below(span)).unwrap_or_default()
    }

    /// Whether an event with this chance in a hundred happens.
    pub(super) fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these values.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Names and addresses for the people of one organisation.
pub(super) struct Names {
    dice: Dice,
    language: Language,
    domain: &'static str,
    taken: HashSet<String>,
}

impl Names {
    pub(super) fn new(language: Language, domain: &'static str) -> Self {
        Self { dice: Dice::of(domain), language, domain, taken: HashSet::new() }
    }

    /// A name in the organisation's language, or now and then in the other one.
    pub(super) fn next(&mut self) -> String {
        let is_swedish = (self.language == Language::Swedish) == self.dice.happens(92);
        let (given, family) =
            if is_swedish { (SWEDISH_GIVEN, SWEDISH_FAMILY) } else { (ENGLISH_GIVEN, ENGLISH_FAMILY) };
        let mut pick = |names: &'static str| self.dice.pick(&names.split(' ').collect::<Vec<_>>());
        format!("{} {}", pick(given), pick(family))
    }

    /// An address for this name that no other person here has: the second Anna Ek is `anna.ek2`.
    pub(super) fn address(&mut self, name: &str) -> String {
        let plain: String = name.chars().flat_map(char::to_lowercase).map(plain).collect();
        let mut address = format!("{plain}@{}", self.domain);
        let mut number = 1;
        while !self.taken.insert(address.clone()) {
            number += 1;
            address = format!("{plain}{number}@{}", self.domain);
        }
        address
    }
}

/// The letter in an address for a letter of a name.
fn plain(c: char) -> char {
    match c {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        'é' => 'e',
        ' ' => '.',
        other => other,
    }
}

const SWEDISH_GIVEN: &str = "\
    Agnes Albin Alma Anders Anna Annika Arvid Astrid Axel Birgitta Björn Carl Cecilia Dagny Ebba Einar Elin Elsa \
    Emil Erik Eva Fredrik Frida Greta Gunnar Gustav Hanna Hedda Henrik Hugo Ida Ingrid Jakob Johan Karin Klara Lars \
    Lennart Linnéa Lotta Love Magnus Maja Märta Mikael Moa Nils Olle Oskar Per Rasmus Saga Signe Sixten Stina Tove \
    Ture Vera Viktor Åsa";

const SWEDISH_FAMILY: &str = "\
    Ahlgren Almqvist Bergdahl Bergström Blom Björklund Boman Brodin Dahlgren Edlund Ek Ekberg Eklöf Engström Fors \
    Forsberg Frisk Granlund Gren Hallberg Hedlund Hellström Holm Hägglund Isaksson Kjellberg Kvist Lantz Lind \
    Lindahl Lindgård Lindqvist Ljung Lundin Löfgren Malm Moberg Nordin Norling Nyholm Näslund Oskarsson Palm Rask \
    Rydell Sandell Sjöberg Skog Stenmark Ström Sundin Svedberg Tallberg Viklund Wallin Westerlund Wikström Åberg \
    Öberg Östlund";

const ENGLISH_GIVEN: &str = "\
    Alice Amelia Arthur Beatrice Ben Charlotte Daisy Daniel Dorothy Edward Eleanor Ella Florence Freya George Grace \
    Hannah Harriet Harry Imogen Isaac Jack James Lily Lucy Martha Matilda Nathan Nora Oliver Phoebe Poppy Reuben \
    Rose Samuel Sophie Theo Thomas Violet William";

const ENGLISH_FAMILY: &str = "\
    Abbott Ashworth Barlow Bennett Blackwood Bradshaw Burton Chandler Clarke Cooper Dalton Ellison Fairfax Fletcher \
    Gardner Hartley Hawkins Holloway Kendall Kirby Lawson Marlow Mercer Norris Osborne Parker Pemberton Quinn \
    Radley Sawyer Shepherd Stanton Tanner Thornton Turner Underhill Walker Wells Whitaker Wright";

#[test]
fn the_second_of_a_name_gets_a_number_and_letters_an_address_can_do_without_marks() {
    let mut names = Names::new(Language::Swedish, "nordhamn.example");
    assert_eq!(names.address("Åsa Öberg"), "asa.oberg@nordhamn.example");
    assert_eq!(names.address("Åsa Öberg"), "asa.oberg2@nordhamn.example");
    assert_eq!(names.address("Asa Oberg"), "asa.oberg3@nordhamn.example");
    assert_eq!(names.address("Linnéa Hägglund"), "linnea.hagglund@nordhamn.example");
}

#[test]
fn the_dice_falls_the_same_way_each_time_and_on_every_side() {
    let falls = |seed| {
        std::iter::repeat_with({
            let mut dice = Dice::of(seed);
            move || dice.below(6)
        })
        .take(200)
        .collect::<Vec<_>>()
    };
    assert_eq!(falls("a"), falls("a"));
    assert_ne!(falls("a"), falls("b"));
    assert_eq!(falls("a").into_iter().collect::<HashSet<_>>().len(), 6);
}
