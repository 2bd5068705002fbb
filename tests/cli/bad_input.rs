//! Wrong input of every kind: one clear line that names file, line and remedy, a documented exit
//! code, and nothing lost that was good.

use std::fmt::Write as _;

use super::support::{ARTICLE, Scratch, demarche, line, run, run_with, text};

#[test]
fn an_empty_file_is_named() {
    let scratch = Scratch::new();
    let path = scratch.file("empty.txt", "");
    let run = run(&["score", &path]);
    run.complains(4, &[&path, "empty"]);
    assert_eq!(run.stdout, "");
}

#[test]
fn a_binary_file_is_named_with_its_kind() {
    let scratch = Scratch::new();
    let path = scratch.file("report.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\0\0\0");
    run(&["score", &path]).complains(4, &[&path, "binary", "PDF", "convert"]);
}

#[test]
fn a_hundred_megabytes_of_one_line_are_refused_without_being_held() {
    let scratch = Scratch::new();
    let path = scratch.file("line.txt", vec![b'a'; 100 << 20]);
    run(&["score", &path]).complains(4, &[&path, "16777216 bytes", "--max-article-size"]);
}

#[test]
fn a_hundred_megabyte_record_does_not_stop_the_next() {
    let scratch = Scratch::new();
    let mut content = line("first", "We are ready to talk").into_bytes();
    content.extend_from_slice(b"{\"text\": \"");
    content.resize(content.len() + (100 << 20), b'a');
    content.extend_from_slice(b"\"}\n");
    content.extend_from_slice(line("last", "We will not talk").as_bytes());
    let path = scratch.file("long.jsonl", content);
    let run = run(&["score", &path]);
    run.complains(4, &[&format!("{path}:2:"), "--max-article-size"]);
    let ids: Vec<_> = run.records().iter().map(|it| it["article"]["id"].clone()).collect();
    assert_eq!(ids, ["first", "last"]);
}

#[test]
fn bad_json_on_line_seven_costs_only_line_seven() {
    let scratch = Scratch::new();
    let mut content = String::new();
    for number in 1..=9 {
        if number == 7 {
            content.push_str("{\"id\": \"a7\", \"text\": \n");
        } else {
            content.push_str(&line(&format!("a{number}"), "We are ready to talk"));
        }
    }
    let path = scratch.file("articles.jsonl", content);
    let run = run(&["score", &path]);
    run.complains(4, &[&format!("{path}:7:"), "JSON"]);
    assert_eq!(run.records().len(), 8);
}

#[test]
fn a_missing_text_column_is_named_with_the_columns_there_are() {
    let scratch = Scratch::new();
    let csv = scratch.file("articles.csv", "id,body\n1,Hello\n");
    run(&["score", &csv]).complains(4, &[&csv, "'text'", "body", "--text-column"]);
    let jsonl = scratch.file("articles.jsonl", "{\"id\": 1, \"body\": \"Hello\"}\n");
    run(&["score", &jsonl]).complains(4, &[&format!("{jsonl}:1:"), "'text'", "body", "--text-column"]);
}

#[test]
fn a_path_that_does_not_exist_is_named_and_the_rest_goes_on() {
    let scratch = Scratch::new();
    let good = scratch.file("good.txt", ARTICLE);
    let run = run(&["score", &text(&scratch.path("nothing.txt")), &good]);
    run.complains(4, &["nothing.txt"]);
    assert_eq!(run.records().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_is_named() {
    // Reading a process's memory from the start fails for every user, root included.
    let scratch = Scratch::new();
    let path = scratch.path("memory.txt");
    std::os::unix::fs::symlink("/proc/self/mem", &path).unwrap();
    run(&["score", &text(&path)]).complains(4, &[&text(&path), "cannot be read"]);
}

#[test]
fn in_a_folder_of_good_and_bad_files_the_good_ones_are_scored() {
    let scratch = Scratch::new();
    scratch.file("a.txt", ARTICLE);
    scratch.file("b.txt", "");
    scratch.file("c.txt", b"\x7fELF\x02\x01\x01\0\0\0\0");
    scratch.file("d.html", format!("<html><body><article><p>{ARTICLE}</p></article></body></html>"));
    scratch.file("e.jsonl", format!("{}not json\n", line("e", "We are ready to talk")));
    scratch.file("f.txt.gz", b"\x1f\x8bnot really");
    scratch.file("g.pdf", b"%PDF-1.7");
    let run = run(&["score", &scratch.folder()]);
    for bad in ["b.txt", "c.txt", "e.jsonl:2", "f.txt.gz"] {
        run.complains(4, &["rejected: ", bad]);
    }
    assert_eq!(run.records().len(), 3);
    run.complains(4, &["3 articles · 3 quotes · 4 rejected", "1 files of unknown type skipped"]);
    let last_lines: Vec<_> = run.stderr.lines().rev().take(5).collect();
    assert!(last_lines[1..].iter().all(|line| line.starts_with("rejected: ")), "{}", run.stderr);
}

#[test]
fn an_unknown_label_is_named_with_the_known_ones() {
    let scratch = Scratch::new();
    let mut rows = String::new();
    for (number, stance) in ["hawkish", "dovish", "neutral", "martial"].iter().enumerate() {
        writeln!(
            rows,
            "{{\"id\": \"r{number}\", \"text\": \"We will see about that\", \"stance\": \"{stance}\"}}"
        )
        .unwrap();
    }
    let path = scratch.file("rows.jsonl", rows);
    for command in [
        vec!["train", &path, "--check"],
        vec!["train", &path, "--out", "target/never"],
        vec!["evaluate", &path],
    ] {
        let run = run(&command);
        let known = ["hawkish, diplomatic, neutral", "--label-map"];
        run.complains(1, &[&[&format!("{path}:2:"), "'dovish'"], &known[..]].concat());
        run.complains(1, &[&format!("{path}:4:"), "'martial'"]);
    }
    let run = run(&["evaluate", &path, "--label-map", "dovish=diplomatic", "--label-map", "martial=hawkish"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn a_missing_label_column_is_named() {
    let scratch = Scratch::new();
    let path = scratch.file("rows.csv", "text,label\nWe will see,hawkish\n");
    run(&["train", &path, "--check"]).complains(1, &[&path, "'stance'", "label"]);
}

#[test]
fn bad_json_in_training_data_is_named_with_its_line() {
    let scratch = Scratch::new();
    let good = "{\"text\": \"We will see about that\", \"stance\": \"neutral\"}\n";
    let path = scratch.file("rows.jsonl", format!("{}{{\"text\": 7\n{good}", good.repeat(6)));
    run(&["train", &path, "--check"]).complains(1, &[&format!("{path}:7:"), "JSON"]);
}

#[test]
fn a_bad_roster_is_named_with_its_line() {
    let scratch = Scratch::new();
    let roster = scratch.file("roster.csv", "name,role\nA. Person,minister\n");
    let article = scratch.file("a.txt", ARTICLE);
    run(&["quotes", &article, "--roster", &roster]).complains(1, &[&roster, "column"]);
}

#[test]
fn wrong_arguments_are_usage_errors() {
    for arguments in [
        &["score"][..],
        &["score", "examples", "--min-confidence", "2"],
        &["score", "examples", "--threads", "0"],
        &["train", "training_data"],
        &["evaluate", "training_data", "--fail-under", "macro_f1"],
        &["fly"],
    ] {
        assert_eq!(run(arguments).code, Some(2), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure_that_is_said() {
    let scratch = Scratch::new();
    let article = scratch.file("a.txt", ARTICLE);
    run(&["score", &article, "-o", "/dev/full"]).complains(1, &["/dev/full", "No space left"]);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_demarche"));
    let output = command.args(["score", &article]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("standard output") && stderr.contains("No space left"), "{stderr}");
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let scratch = Scratch::new();
    let article = scratch.file("a.jsonl", line("a", "We are ready to talk").repeat(20_000));
    let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["quotes", &article])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with('{'));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("error"));
}

#[test]
fn standard_input_that_is_empty_is_named() {
    let run = run_with(demarche(&["score", "-"]).write_stdin(""));
    run.complains(4, &["<stdin>", "empty"]);
}
