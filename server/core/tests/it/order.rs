//! The order of the domains, and the circles between modules, read from the paths that the sources name. A method on
//! another module's type names no path, so it counts for nothing here; the import of its type does.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module may use its own domain and the domains before it.
const DOMAINS: [&str; 9] =
    ["platform", "evidence", "directory", "rules", "post", "authentication", "person", "administration", "operation"];

/// A change carries its evidence: the store writes the event of a transaction, sealed with its people's keys, before it
/// commits. So the store uses the log, of a later domain, and the log uses the store and its keys.
const EVIDENCE: [&str; 5] =
    ["evidence::audit", "evidence::audit::part", "evidence::audit::store", "platform::store", "platform::vault::store"];

/// The uses of a later domain's module that are allowed.
const AGAINST_THE_ORDER: [(&str, &str); 2] =
    [("platform::store", "evidence::audit"), ("platform::store", "evidence::audit::store")];

/// Circles left to disentangle: sign-ins and resets both ask for a passkey and accept one. Remove names from this list;
/// add none.
const TANGLED: [&str; 14] = [
    "authentication::passkey",
    "authentication::passkey::enrolment",
    "authentication::reset",
    "authentication::second_factor",
    "authentication::second_factor::enrolment",
    "authentication::sign_in",
    "authentication::sign_in::advance",
    "authentication::sign_in::choose",
    "authentication::sign_in::enrol",
    "authentication::sign_in::passkey",
    "authentication::sign_in::second",
    "authentication::sign_in::store",
    "authentication::sign_in::waiting",
    "authentication::step_up",
];

/// The texts of the sources by the paths of their modules, such as `rules::policy::store`. Not `lib.rs`, whose `Core`
/// holds something of most modules, nor the `mod.rs` of a domain, which only lists its modules.
type Sources = BTreeMap<String, String>;

fn sources() -> Sources {
    fn walk(folder: &Path, module: &str, found: &mut Sources) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let module = format!("{module}{}{name}", if module.is_empty() { "" } else { "::" });
            if path.is_dir() {
                walk(&path, &module, found);
            } else if !["lib", "mod", "tests"].contains(&name) {
                found.insert(module, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = Sources::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut found);
    found
}

/// The tokens of a source with their lines, without comments, string literals and the tests at its end.
fn tokens(source: &str) -> Vec<(usize, &str)> {
    let mut rest = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let (mut found, mut line) = (Vec::new(), 1);
    while let Some(first) = rest.chars().next() {
        let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
        let (length, counts) = match first {
            '/' if rest.starts_with("//") => (until("\n", 0), false),
            'r' if rest.starts_with("r#\"") => (until("\"#", 3), false),
            '"' => {
                let mut at = 1;
                while !rest[at..].starts_with('"') {
                    at += if rest[at..].starts_with('\\') { 2 } else { rest[at..].chars().next().unwrap().len_utf8() };
                }
                (at + 1, false)
            }
            '\'' if rest.starts_with("'\\") => (until("'", 3), false),
            '\'' if rest.chars().nth(2) == Some('\'') => (until("'", 1 + usize::from(rest.starts_with("'''"))), false),
            ':' if rest.starts_with("::") => (2, true),
            c if c.is_alphanumeric() || c == '_' => {
                (rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()), true)
            }
            c => (c.len_utf8(), !c.is_whitespace()),
        };
        let (token, after) = rest.split_at(length);
        if counts {
            found.push((line, token));
        }
        line += token.matches('\n').count();
        rest = after;
    }
    found
}

/// A path of a source, and the name that the rest of the source may call it by if it is imported.
struct Named<'a> {
    line: usize,
    path: Vec<&'a str>,
    name: Option<&'a str>,
}

/// The paths of one `use`, which begins at the token `at`. Moves `at` behind them.
fn imports<'a>(tokens: &[(usize, &'a str)], at: &mut usize, before: &[&'a str], found: &mut Vec<Named<'a>>) {
    let (mut path, line) = (before.to_vec(), tokens[*at].0);
    loop {
        match tokens[*at].1 {
            "{" => {
                *at += 1;
                while tokens[*at].1 != "}" {
                    imports(tokens, at, &path, found);
                    *at += usize::from(tokens[*at].1 == ",");
                }
                *at += 1;
                return;
            }
            "self" if !path.is_empty() => {}
            word => path.push(word),
        }
        *at += 1;
        if tokens[*at].1 != "::" {
            break;
        }
        *at += 1;
    }
    let mut name = path.last().copied();
    if tokens[*at].1 == "as" {
        name = Some(tokens[*at + 1].1);
        *at += 2;
    }
    found.push(Named { line, path, name });
}

/// Every path of a source, in order.
fn paths(source: &str) -> Vec<Named<'_>> {
    let (tokens, mut found, mut at) = (tokens(source), Vec::new(), 0);
    while at < tokens.len() {
        let (line, word) = tokens[at];
        at += 1;
        if word == "use" {
            imports(&tokens, &mut at, &[], &mut found);
            continue;
        }
        let mut path = vec![word];
        while at + 1 < tokens.len() && tokens[at].1 == "::" {
            path.push(tokens[at + 1].1);
            at += 2;
        }
        if path.len() > 1 {
            found.push(Named { line, path, name: None });
        }
    }
    found
}

/// One use of a module by another, and its place in the source.
struct Use {
    user: String,
    used: String,
    at: String,
}

fn uses(sources: &Sources) -> Vec<Use> {
    let up = |module: &str| module.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned());
    // `crate::policy` is `crate::rules::policy`: lib.rs re-exports the modules of each domain.
    let domains: BTreeMap<&str, &str> = (sources.keys().filter_map(|module| module.split_once("::")))
        .filter(|(_, module)| !module.contains("::"))
        .map(|(domain, module)| (module, domain))
        .collect();
    let mut found = Vec::new();
    for (module, source) in sources {
        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        for Named { line, path, name } in paths(source) {
            let supers = path.iter().take_while(|word| **word == "super").count();
            let (base, rest) = match path[0] {
                "crate" => (String::new(), &path[1..]),
                "self" => (module.clone(), &path[1..]),
                "super" => ((0..supers).fold(module.clone(), |of, _| up(&of)), &path[supers..]),
                first if names.contains_key(first) => (names[first].clone(), &path[1..]),
                first if sources.contains_key(&format!("{module}::{first}")) => (module.clone(), &path[..]),
                _ => continue,
            };
            let domain = rest.first().filter(|_| base.is_empty()).and_then(|first| domains.get(first));
            let whole: Vec<&str> = (domain.into_iter().copied())
                .chain(Some(base.as_str()).filter(|base| !base.is_empty()))
                .chain(rest.iter().copied())
                .collect();
            let whole = whole.join("::");
            let mut used = whole.clone();
            while !used.is_empty() && !sources.contains_key(&used) {
                used = up(&used);
            }
            // A module that is imported is used where a path begins with its name.
            let is_only_named = name.is_some() && used == whole;
            if !used.is_empty() && used != *module && !is_only_named {
                let at = format!("{}.rs:{line}", module.replace("::", "/"));
                found.push(Use { user: module.clone(), used, at });
            }
            if let Some(name) = name {
                names.insert(name, whole);
            }
        }
    }
    assert!(found.len() > 1000, "{} uses were read", found.len());
    found
}

/// One line for each pair of modules.
fn told<'a>(uses: impl Iterator<Item = &'a Use>) -> String {
    let mut pairs = BTreeMap::new();
    for Use { user, used, at } in uses {
        pairs.entry((user, used)).or_insert(at);
    }
    let lines: Vec<_> = pairs.into_iter().map(|((user, used), at)| format!("{at}: {user} uses {used}")).collect();
    lines.join("\n")
}

#[test]
fn a_domain_uses_only_the_domains_before_it() {
    let place = |module: &str| {
        let domain = module.split("::").next().unwrap();
        DOMAINS.iter().position(|known| *known == domain).unwrap_or_else(|| panic!("{domain} has a place in the order"))
    };
    let uses = uses(&sources());
    let (excused, against): (Vec<_>, Vec<_>) = uses
        .iter()
        .filter(|each| place(&each.used) > place(&each.user))
        .partition(|each| AGAINST_THE_ORDER.contains(&(&each.user, &each.used)));
    assert!(against.is_empty(), "these use a later domain:\n{}", told(against.into_iter()));
    for (user, used) in AGAINST_THE_ORDER {
        assert!(
            excused.iter().any(|each| each.user == user && each.used == used),
            "{user} does not use {used} any more"
        );
    }
}

/// The modules that a module uses, directly or through others.
fn reached<'a>(arrows: &BTreeMap<&str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        open.extend(arrows.get(module).into_iter().flatten().filter(|used| reached.insert(**used)));
    }
    reached
}

/// A file that uses its own parent module makes no circle.
#[test]
fn modules_use_each_other_in_the_known_circles_only() {
    let mut uses = uses(&sources());
    uses.retain(|each| !each.user.starts_with(&format!("{}::", each.used)));
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Use { user, used, .. } in &uses {
        arrows.entry(user).or_default().insert(used);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|module| (*module, reached(&arrows, module))).collect();
    let circle = |module: &str| {
        let comes_back = |other: &&str| reached.get(other).is_some_and(|from_there| from_there.contains(module));
        reached[module].iter().copied().filter(comes_back).collect::<BTreeSet<_>>()
    };
    let circles: BTreeSet<_> = arrows.keys().map(|module| circle(module)).filter(|circle| !circle.is_empty()).collect();
    let known = [&EVIDENCE[..], &TANGLED[..]];
    for circle in &circles {
        let is_known = known.iter().any(|known| circle.iter().all(|module| known.contains(module)));
        let inside = |each: &&Use| [&each.user, &each.used].iter().all(|module| circle.contains(module.as_str()));
        assert!(is_known, "these use each other in a circle:\n{}", told(uses.iter().filter(inside)));
    }
    for module in known.concat() {
        let is_tied = circles.iter().any(|circle| circle.contains(module));
        assert!(is_tied, "{module} is in no circle any more: remove it from its list");
    }
}
