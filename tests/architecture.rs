//! Who may import whom, who may open files, who may print: reads every file under `src` and fails on
//! a breach, naming file, line and rule.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

/// Which modules each module may import besides itself. `cli` may import everything.
const IMPORTS: [(&str, &[&str]); 10] = [
    ("types", &[]),
    ("articles", &["types"]),
    ("quotes", &["types"]),
    ("encode", &["types"]),
    ("records", &["types"]),
    ("model", &["encode", "types"]),
    ("training", &["encode", "model", "records", "types"]),
    ("evaluation", &["model", "records", "types"]),
    ("brief", &["model", "records", "types"]),
    ("pipeline", &["articles", "encode", "model", "quotes", "records", "types"]),
];

/// The only places that may open files, as beginnings of paths under `src`.
const OPENS_FILES: [&str; 8] = [
    "articles/read",
    "model/folder",
    "model/load",
    "model/save",
    "training/read",
    "training/spill",
    "records/output",
    "cli/",
];

/// The only places that may print, as beginnings of paths under `src`.
const PRINTS: [&str; 2] = ["cli/", "main.rs"];

#[test]
fn modules_keep_to_their_rules() {
    let files = sources().unwrap();
    assert!(files.iter().any(|(path, _)| path == "lib.rs"), "src/lib.rs was not found");
    let test_files: BTreeSet<String> =
        files.iter().flat_map(|(path, source)| Scan::of(path, source).test_files).collect();
    let breaches: Vec<String> =
        files.iter().flat_map(|(path, source)| breaches(path, source, test_files.contains(path))).collect();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

/// Every Rust file under `src`: its path from there, with forward slashes, and its text.
fn sources() -> io::Result<Vec<(String, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![(root, String::new())];
    let mut files = Vec::new();
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                let prefix = format!("{prefix}{name}/");
                folders.push((path, prefix));
            } else if name.ends_with(".rs") {
                files.push((format!("{prefix}{name}"), fs::read_to_string(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// What breaks a rule in one file, as `file:line: rule`.
fn breaches(path: &str, source: &str, is_test_file: bool) -> Vec<String> {
    let scan = Scan::of(path, source);
    let module = module_of(path);
    let mut found = Vec::new();
    let mut breach = |line: usize, rule: String| found.push(format!("src/{path}:{line}: {rule}"));
    if let Some(module) = module.filter(|module| *module != "cli") {
        match IMPORTS.iter().find(|(name, _)| *name == module) {
            None => {
                breach(1, format!("`{module}` has no rule; say in tests/architecture.rs what it may import"))
            }
            Some((_, allowed)) => {
                for used in &scan.paths {
                    let Some(target) = used.target() else { continue };
                    if target == "*" || target.is_empty() {
                        breach(used.line, format!("`{module}` imports the crate root; name the module"));
                    } else if target != module && !allowed.contains(&target) {
                        let allowed = if allowed.is_empty() { "nothing".into() } else { allowed.join(", ") };
                        breach(used.line, format!("`{module}` imports `{target}`; it may import {allowed}"));
                    }
                }
            }
        }
    }
    if !is_test_file && !OPENS_FILES.iter().any(|place| path.starts_with(place)) {
        for used in scan.paths.iter().filter(|used| !used.in_test && used.opens_files()) {
            let name = used.segments.join("::");
            breach(used.line, format!("`{name}` opens files; only {} may", OPENS_FILES.join(", ")));
        }
    }
    if !is_test_file && !PRINTS.iter().any(|place| path.starts_with(place)) {
        for (line, name) in scan.prints {
            breach(line, format!("`{name}!` prints; only {} may", PRINTS.join(", ")));
        }
    }
    found
}

/// The top-level module a file belongs to; `None` for the roots `lib.rs` and `main.rs`.
fn module_of(path: &str) -> Option<&str> {
    let module = path.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "main"].contains(&module)).then_some(module)
}

/// A path in the code, with `self` and `super` resolved: `["crate", "types", "Span"]`.
#[derive(Debug, PartialEq)]
struct UsedPath {
    segments: Vec<String>,
    line: usize,
    in_test: bool,
}

impl UsedPath {
    /// The top-level module of this crate that the path leads into; empty for the root itself, `None`
    /// for paths into other crates and local names.
    fn target(&self) -> Option<&str> {
        match self.segments.split_first() {
            Some((first, rest)) if first == "crate" => Some(rest.first().map_or("", String::as_str)),
            _ => None,
        }
    }

    fn opens_files(&self) -> bool {
        let at = |index: usize| self.segments.get(index).map(String::as_str);
        let file_function = |pair: &[String]| {
            pair[0] == "File" && ["open", "create", "create_new", "options"].contains(&pair[1].as_str())
        };
        (at(0) == Some("std") && at(1) == Some("fs"))
            || (at(0) == Some("fs") && at(1).is_some())
            || at(0) == Some("tempfile")
            || self.segments.iter().any(|segment| segment == "OpenOptions")
            || self.segments.windows(2).any(file_function)
    }
}

/// What a file uses.
#[derive(Default)]
struct Scan {
    paths: Vec<UsedPath>,
    /// Line and name of each printing macro outside tests.
    prints: Vec<(usize, String)>,
    /// Files that the file declares as `#[cfg(test)] mod name;`.
    test_files: Vec<String>,
}

impl Scan {
    fn of(path: &str, source: &str) -> Self {
        let tokens = tokens(source);
        let mut scan = Self::default();
        let mut modules = file_modules(path);
        // Brace depths at which inline modules end, and where test code ends.
        let (mut depth, mut open_modules, mut test_end) = (0_usize, Vec::new(), 0);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let in_test = at < test_end;
            let text = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
            match token.text.as_str() {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if open_modules.last() == Some(&depth) {
                        open_modules.pop();
                        modules.pop();
                    }
                }
                "#" if is_test_attribute(&tokens[at..]) => test_end = test_end.max(item_end(&tokens, at)),
                "mod" if text(2) == "{" => {
                    modules.push(text(1).to_owned());
                    open_modules.push(depth);
                }
                "mod" if text(2) == ";" && in_test => {
                    let folder = modules.join("/");
                    let folder = if folder.is_empty() { folder } else { format!("{folder}/") };
                    scan.test_files.push(format!("{folder}{}.rs", text(1)));
                    scan.test_files.push(format!("{folder}{}/mod.rs", text(1)));
                }
                "use" if text(1) != "<" => {
                    at = scan.use_tree(&tokens, at + 1, &[], &modules, in_test);
                    continue;
                }
                name @ ("println" | "eprintln" | "print" | "eprint" | "dbg")
                    if text(1) == "!" && !in_test =>
                {
                    scan.prints.push((token.line, name.to_owned()));
                }
                name if is_name(name) => {
                    let mut segments = vec![name.to_owned()];
                    while tokens.get(at + 1).is_some_and(|token| token.text == "::")
                        && tokens.get(at + 2).is_some_and(|token| is_name(&token.text))
                    {
                        segments.push(tokens[at + 2].text.clone());
                        at += 2;
                    }
                    // A lone `crate`, `self` or `super` is a visibility or a value.
                    if segments.len() > 1 {
                        scan.add(&segments, token.line, &modules, in_test);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        scan
    }

    /// Takes in one tree of a `use`, from token `at`; gives the token after it.
    fn use_tree(
        &mut self,
        tokens: &[Token],
        mut at: usize,
        prefix: &[String],
        modules: &[String],
        in_test: bool,
    ) -> usize {
        let mut segments = prefix.to_vec();
        let line = tokens.get(at).map_or(0, |token| token.line);
        while let Some(token) = tokens.get(at) {
            match token.text.as_str() {
                "{" => {
                    at += 1;
                    while tokens.get(at).is_some_and(|token| token.text != "}") {
                        let next = self.use_tree(tokens, at, &segments, modules, in_test);
                        // A comma, or a token that no tree begins with.
                        at = if tokens.get(next).is_some_and(|token| token.text == "}") {
                            next
                        } else {
                            next + 1
                        };
                    }
                    return at + 1;
                }
                "::" => {}
                "as" => at += 1,
                name if is_name(name) || name == "*" => segments.push(name.to_owned()),
                _ => break,
            }
            at += 1;
        }
        self.add(&segments, line, modules, in_test);
        at
    }

    fn add(&mut self, segments: &[String], line: usize, modules: &[String], in_test: bool) {
        let mut resolved: Vec<String> = match segments.first().map(String::as_str) {
            Some("self" | "super") => {
                ["crate"].into_iter().map(str::to_owned).chain(modules.to_vec()).collect()
            }
            _ => Vec::new(),
        };
        for segment in segments {
            match segment.as_str() {
                "self" => {}
                "super" if resolved.len() > 1 => {
                    resolved.pop();
                }
                name => resolved.push(name.to_owned()),
            }
        }
        self.paths.push(UsedPath { segments: resolved, line, in_test });
    }
}

/// The modules that a file's contents stand in: `["quotes", "find"]` for `quotes/find.rs`.
fn file_modules(path: &str) -> Vec<String> {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').filter(|part| !["lib", "main"].contains(part)).map(str::to_owned).collect()
}

/// Whether tokens begin with `#[cfg(test)]` or `#[cfg(all(test, …))]`.
fn is_test_attribute(tokens: &[Token]) -> bool {
    let begins = |expected: &[&str]| {
        tokens.len() >= expected.len() && tokens.iter().zip(expected).all(|(token, text)| token.text == *text)
    };
    begins(&["#", "[", "cfg", "(", "test", ")", "]"])
        || begins(&["#", "[", "cfg", "(", "all", "(", "test", ","])
}

/// The token after the item whose attributes begin at token `start`: after its `;` or its closing brace.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.text == "}" {
                    return index + 1;
                }
            }
            ";" if depth == 0 => return index + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// A word, `::`, or a single other character.
#[derive(Debug, PartialEq)]
struct Token {
    text: String,
    line: usize,
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The tokens of Rust source without comments, strings, characters, lifetimes and numbers.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let get = |at: usize| chars.get(at).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (mut found, mut line, mut at) = (Vec::new(), 1, 0);
    while at < chars.len() {
        let start = at;
        match get(at) {
            '/' if get(at + 1) == '/' => {
                while at < chars.len() && get(at) != '\n' {
                    at += 1;
                }
            }
            '/' if get(at + 1) == '*' => {
                let mut depth = 0;
                while at < chars.len() {
                    match (get(at), get(at + 1)) {
                        ('/', '*') => (depth, at) = (depth + 1, at + 2),
                        ('*', '/') => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => at = string_end(&chars, at),
            '\'' => {
                // A character closes after one (escaped) character; else it is a lifetime.
                if get(at + 1) == '\\' {
                    at += 3;
                    while at < chars.len() && get(at) != '\'' {
                        at += 1;
                    }
                    at += 1;
                } else if get(at + 2) == '\'' {
                    at += 3;
                } else {
                    at += 1;
                    while is_word(get(at)) {
                        at += 1;
                    }
                }
            }
            c if is_word(c) => {
                while is_word(get(at)) {
                    at += 1;
                }
                let word: String = chars[start..at].iter().collect();
                let hashes = (at..).take_while(|&index| get(index) == '#').count();
                let is_raw = ["r", "br", "cr"].contains(&word.as_str());
                if is_raw && get(at + hashes) == '"' {
                    at = raw_string_end(&chars, at + hashes, hashes);
                } else if word == "r" && hashes == 1 && is_word(get(at + 1)) {
                    // `r#type`: the word itself comes next.
                    at += 1;
                } else if is_name(&word) && !(["b", "c"].contains(&word.as_str()) && "\"'".contains(get(at)))
                {
                    found.push(Token { text: word, line });
                }
            }
            ':' if get(at + 1) == ':' => {
                found.push(Token { text: "::".to_owned(), line });
                at += 2;
            }
            c => {
                if !c.is_whitespace() {
                    found.push(Token { text: c.to_string(), line });
                }
                at += 1;
            }
        }
        line += chars[start..at.min(chars.len())].iter().filter(|&&c| c == '\n').count();
    }
    found
}

/// The place after a string whose opening mark is at `at`.
fn string_end(chars: &[char], mut at: usize) -> usize {
    at += 1;
    while let Some(&c) = chars.get(at) {
        match c {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// The place after a raw string whose opening mark is at `at`, with that many hashes before it.
fn raw_string_end(chars: &[char], at: usize, hashes: usize) -> usize {
    let ends = |&index: &usize| {
        chars[index] == '"' && chars[index + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes
    };
    (at + 1..chars.len()).find(ends).map_or(chars.len(), |index| index + 1 + hashes)
}

mod checker {
    use super::{breaches, tokens};

    /// Each expected breach is its line and words of its message.
    fn check(path: &str, source: &str, expected: &[(usize, &str)]) {
        let found = breaches(path, source, false);
        assert_eq!(found.len(), expected.len(), "{path}: {source}\n{found:#?}");
        for (found, (line, words)) in found.iter().zip(expected) {
            assert!(found.starts_with(&format!("src/{path}:{line}: ")) && found.contains(words), "{found}");
        }
    }

    #[test]
    fn forbidden_imports_are_found() {
        check(
            "types/a.rs",
            "use crate::records::mark;",
            &[(1, "`types` imports `records`; it may import nothing")],
        );
        check("encode/a.rs", "\n\nuse crate::model;", &[(3, "`encode` imports `model`")]);
        check("model/mod.rs", "fn f(x: &crate::training::Row) {}", &[(1, "`training`")]);
        check("quotes.rs", "pub use crate::articles as a;", &[(1, "`articles`")]);
        check("evaluation/a.rs", "use crate::encode::Encoder;", &[(1, "`encode`")]);
        check("pipeline/a.rs", "use crate::evaluation::evaluate;", &[(1, "`evaluation`")]);
        check(
            "records/a.rs",
            "impl<T: crate::cli::X> Y<crate::model::Z> for T {}",
            &[(1, "`cli`"), (1, "`model`")],
        );
        check("model/a.rs", "let x = Vec::<crate::cli::Plan>::new();", &[(1, "`cli`")]);
        check("types/a.rs", "m!($crate::model::X);", &[(1, "`model`")]);
        check("types/a.rs", "#[cfg(test)]\nmod tests {\n use crate::model::X;\n}", &[(3, "`model`")]);
    }

    #[test]
    fn nested_trees_are_taken_apart() {
        let source = "use crate::{\n types::{self, Span},\n r#cli::{args::{A, B as C}, *},\n model::M,\n};";
        let expected = [(3, "`cli`"), (3, "`cli`"), (3, "`cli`"), (4, "`model`")];
        check("articles/a.rs", source, &expected);
        check("articles/a.rs", "use crate::{types::{Span, Quote,},};", &[]);
        check("types/a.rs", "use {std::io, crate::{quotes}};", &[(1, "`quotes`")]);
    }

    #[test]
    fn relative_paths_lead_out_too() {
        check("types/a.rs", "use super::super::records::X;", &[(1, "`records`")]);
        check("types/mod.rs", "use super::records::X;", &[(1, "`records`")]);
        check("types/a.rs", "mod b { use super::super::super::model::X; }", &[(1, "`model`")]);
        check("types/a.rs", "mod b { use super::super::model::X; }", &[]);
        check("types/a.rs", "mod b {}\nfn f() { super::super::model::g() }", &[(2, "`model`")]);
        check("types/mod.rs", "use super::*;", &[(1, "crate root")]);
        check("types/a.rs", "use crate::*;", &[(1, "crate root")]);
        check("types/a.rs", "use crate as all;", &[(1, "`types` imports")]);
    }

    #[test]
    fn permitted_imports_pass() {
        check(
            "types/a.rs",
            "use super::Span; use crate::types::Quote; use std::model::X; pub(crate) fn f() {}",
            &[],
        );
        check("training/a.rs", "use crate::{encode::E, model::M, records::R, types::T};", &[]);
        check("evaluation/a.rs", "use crate::model; fn f(&self) -> impl I + use<'_> { self.x() }", &[]);
        check("cli/a.rs", "use crate::{articles, brief, evaluation, pipeline, training};", &[]);
        check("lib.rs", "pub mod types; pub use crate::model::Model;", &[]);
    }

    #[test]
    fn a_module_without_rule_is_named() {
        check("extra/mod.rs", "", &[(1, "`extra` has no rule")]);
    }

    #[test]
    fn comments_and_strings_do_not_count() {
        for source in [
            "/// See [`crate::cli`] and println!.\nstruct A;",
            "/* crate::cli /* std::fs::read */ crate::cli */ struct A;",
            r#"const A: &str = "\" crate::cli"; const B: char = '"'; const C: &str = "crate::cli";"#,
            "const A: &str = r#\"\" crate::cli \"#; const B: &[u8] = br\"crate::cli\"; const C: &[u8] = b\"crate::cli\";",
            r"fn f<'a>(x: &'a str) { g('\'', '\u{1F600}', b'\\', '{') }",
        ] {
            check("types/a.rs", source, &[]);
        }
        check("types/a.rs", "const A: &str = \"\n\"; /*\n*/ use crate::model::M;", &[(3, "`model`")]);
        check("types/a.rs", "fn f<'a>(x: &'a crate::model::M) { 'x' }", &[(1, "`model`")]);
    }

    #[test]
    fn files_are_opened_in_few_places() {
        for source in [
            "use std::fs;",
            "use std::{io, fs::File};",
            "fn f() { std::fs::read(p) }",
            "fn f() { File::open(p) }",
            "fn f() { fs::read(p) }",
            "fn f() { x::OpenOptions::new() }",
            "use tempfile::NamedTempFile;",
            "#[cfg(test)] mod a { fn b() {} }\nfn f() { File::create(p) }",
            "#[cfg(not(test))] mod a { fn f() { File::options() } }",
        ] {
            let line = source.lines().count();
            check("types/a.rs", source, &[(line, "opens files")]);
            for place in
                ["articles/read/a.rs", "articles/read.rs", "model/load.rs", "records/output.rs", "cli/a.rs"]
            {
                check(place, source, &[]);
            }
        }
        check("model/card.rs", "use std::fs::write;", &[(1, "opens files")]);
        check("types/a.rs", "use std::fmt; struct File; fn f(fs: File) {}", &[]);
        check("types/a.rs", "#[cfg(test)]\nmod tests { use std::fs; fn f() { fs::read(p) } }", &[]);
    }

    #[test]
    fn printing_is_for_the_command_line() {
        check("model/a.rs", "fn f() {\n println!(\"x\");\n}", &[(2, "`println!` prints")]);
        check("lib.rs", "fn f() { eprintln!(\"x\"); dbg!(x) }", &[(1, "`eprintln!`"), (1, "`dbg!`")]);
        check("cli/a.rs", "fn f() { println!(\"x\"); }", &[]);
        check("main.rs", "fn main() { eprintln!(\"x\"); }", &[]);
        check("model/a.rs", "#[cfg(test)]\nmod tests { fn f() { println!(\"x\") } }", &[]);
    }

    #[test]
    fn test_modules_in_files_of_their_own_are_known() {
        let files = |path, source| super::Scan::of(path, source).test_files;
        assert_eq!(files("a/mod.rs", "#[cfg(test)]\nmod tests;"), ["a/tests.rs", "a/tests/mod.rs"]);
        assert_eq!(files("a/b.rs", "#[cfg(test)] #[path_free] mod t;")[0], "a/b/t.rs");
        assert!(files("a/mod.rs", "#[cfg(test)] use x;\nmod tests;").is_empty());
        assert!(!breaches("types/tests.rs", "use std::fs;", false).is_empty());
        assert!(breaches("types/tests.rs", "use std::fs; fn f() { println!() }", true).is_empty());
    }

    #[test]
    fn unfinished_source_ends() {
        for source in
            ["\"", "'", "/*", "r#\"", "use crate::{", "'\\", "b'", "use", "#[cfg(test)]", "mod", "}}"]
        {
            let _ = (tokens(source), breaches("types/a.rs", source, false));
        }
    }
}
