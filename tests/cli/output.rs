//! Where records go, and that they get there whole.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};

use super::support::{ARTICLE, Scratch, demarche, line, run, run_with, text};

#[test]
fn a_run_killed_half_way_leaves_no_file_under_the_final_name() {
    let scratch = Scratch::new();
    let target = scratch.path("quotes.jsonl");
    let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["score", "-", "-o", &text(&target)])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let article = line("a", "We are ready to talk");
    // Feed until the first batch is on disk: from then on the run is half way.
    while !half_written(&scratch) {
        stdin.write_all(article.as_bytes()).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(half_written(&scratch));
    assert!(!target.exists());
}

/// Whether some file in the folder has bytes in it.
fn half_written(scratch: &Scratch) -> bool {
    let entries = std::fs::read_dir(scratch.path("")).unwrap();
    entries.flatten().any(|entry| entry.metadata().is_ok_and(|it| it.len() > 0))
}

#[test]
fn the_extension_of_the_output_chooses_the_format() {
    let scratch = Scratch::new();
    let article = scratch.file("a.txt", ARTICLE);
    let csv = text(&scratch.path("quotes.csv"));
    assert_eq!(run(&["score", &article, "-o", &csv]).code, Some(0));
    let mut reader = csv::Reader::from_path(&csv).unwrap();
    let columns = reader.headers().unwrap().clone();
    assert!(columns.iter().any(|column| column == "stance.score"), "{columns:?}");
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1);
    let words = columns.iter().position(|column| column == "quote.text").unwrap();
    assert_eq!(&rows[0][words], "We will sign as soon as the survey is finished,");
}

#[test]
fn csv_without_scores_has_no_score_columns() {
    let run = run(&["quotes", "examples", "--format", "csv"]);
    let header = run.stdout.lines().next().unwrap();
    assert!(header.starts_with("article.id,article.title"));
    assert!(!header.contains("stance") && !header.contains("model"), "{header}");
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let scratch = Scratch::new();
    let mut articles = String::new();
    for number in 0..500 {
        articles
            .push_str(&line(&format!("a{number}"), &format!("We met {number} times and will meet again")));
    }
    let path = scratch.file("articles.jsonl", articles);
    let one = run(&["score", &path, "--threads", "1"]);
    assert_eq!(one.records().len(), 500);
    for threads in ["2", "7"] {
        assert!(
            run(&["score", &path, "--threads", threads]).stdout == one.stdout,
            "{threads} threads differ"
        );
    }
}

#[test]
fn results_come_while_the_input_is_still_open() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["quotes", "-", "--input-format", "jsonl", "--threads", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    // More than the reader looks at to know the encoding, and more than one batch.
    let articles = line("a", "We are ready to talk").repeat(2000);
    let (say_go_on, go_on) = std::sync::mpsc::channel::<()>();
    let feeder = std::thread::spawn(move || {
        stdin.write_all(articles.as_bytes()).unwrap();
        // Standard input stays open until the first result has been seen.
        go_on.recv().unwrap();
    });
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    assert!(first.contains("We are ready to talk"));
    say_go_on.send(()).unwrap();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    feeder.join().unwrap();
    assert_eq!(rest.lines().count(), 1999);
    assert!(child.wait().unwrap().success());
}

#[test]
fn control_characters_of_an_article_do_not_reach_the_terminal() {
    let article = "“We \u{1b}[31mare ready\u{7} to talk about it,” said Marta Quintela.\n";
    let run = run_with(demarche(&["score", "-", "--format", "table"]).write_stdin(article));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("ready"), "{}", run.stdout);
    assert!(!run.stdout.contains(['\u{1b}', '\u{7}']), "{:?}", run.stdout);
}
