//! What a line of the log holds, against the data map's register of its fields: in every call
//! of the program, and in what a server writes that is asked for everything.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::notice::LOG;
use http::StatusCode;
use server::logging::as_json;
use tracing_subscriber::EnvFilter;

use crate::northgate::{complete_form, fill, of_northgate};
use crate::persona::Served;

/// Where the program is that writes the log. What runs in browsers writes none.
const SOURCES: [&str; 7] = [
    "src",
    "../app/src",
    "datamap/src",
    "domain/src",
    "entity/src",
    "interop/src",
    "migration/src",
];
/// What each line has beside the fields of its call.
const OF_EVERY_LINE: [&str; 4] = ["level", "message", "name", "timestamp"];
/// What libraries write at the level `info`.
const OF_LIBRARIES: [&str; 2] = ["acquired_after_secs", "slow_acquire_threshold_secs"];

fn registered() -> BTreeSet<String> {
    LOG.iter().map(|field| field.name.to_owned()).collect()
}

fn gather(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            gather(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("readable");
            found.push((path.display().to_string(), text));
        }
    }
}

/// What stands between the commas of a call, from behind its opening bracket to its end.
fn arguments(text: &str) -> Vec<String> {
    let (mut all, mut now) = (Vec::new(), String::new());
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u32, false, false);
    for sign in text.chars() {
        if is_quoted {
            is_quoted = is_escaped || sign != '"';
            is_escaped = !is_escaped && sign == '\\';
        } else {
            match sign {
                '"' => is_quoted = true,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    all.push(std::mem::take(&mut now));
                    continue;
                }
                _ => {}
            }
        }
        now.push(sign);
    }
    all.push(now);
    all.iter()
        .map(|argument| argument.trim().to_owned())
        .filter(|argument| !argument.is_empty())
        .collect()
}

/// The fields of a call. Its words are the same every time: what changes is a field.
fn fields(is_span: bool, arguments: &[String], source: &str) -> Vec<String> {
    let field = regex::Regex::new(r"(?s)^[%?]?([a-z_][a-z0-9_.]*)(?:\s*=[^=].*)?$");
    let field = field.expect("a pattern");
    let mut fields = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        if argument.starts_with('"') {
            assert!(!argument.contains('{'), "{source}: {argument}");
            assert!(is_span || at + 1 == arguments.len(), "{source}: {argument}");
        } else if !argument.starts_with("target:") {
            let found = field.captures(argument);
            let found = found.unwrap_or_else(|| panic!("{source}: no field: {argument}"));
            fields.push(found[1].to_owned());
        }
    }
    fields
}

#[test]
fn every_call_of_the_log_keeps_to_the_register_of_its_fields() {
    let call = regex::Regex::new(
        r"\btracing::(?:trace|debug|info|warn|error|event|(?:trace_|debug_|info_|warn_|error_)?(span))!\(",
    )
    .expect("a pattern");
    // Ways to write a line that this test could not read.
    let other = regex::Regex::new(
        r"(?:^|[^:\w])(?:trace|debug|info|warn|error|event|[a-z]+_span)!\(|\blog(?:ging)?::[a-z_]+!|#\[(?:tracing::)?instrument|\.record\(\x22",
    )
    .expect("a pattern");
    let mut sources = Vec::new();
    for folder in SOURCES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        gather(&root, &mut sources);
    }
    let mut found: BTreeSet<String> = OF_EVERY_LINE.map(str::to_owned).into();
    found.extend(OF_LIBRARIES.map(str::to_owned));
    let mut calls = 0;
    for (source, text) in &sources {
        let hidden = other.find(text).map(|found| found.as_str());
        assert_eq!(hidden, None, "{source}");
        for macro_call in call.captures_iter(text) {
            let whole = macro_call.get(0).expect("whole");
            let arguments = arguments(&text[whole.end()..]);
            found.extend(fields(macro_call.get(1).is_some(), &arguments, source));
            calls += 1;
        }
    }
    assert!(calls > 50, "{calls} calls were read");
    assert_eq!(found, registered(), "say in datamap/src/logs.rs what it is");
}

/// What is written in the log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("nobody panicked");
        String::from_utf8(bytes.clone()).expect("letters")
    }
}

/// The names of an object's fields.
fn names(object: &serde_json::Value) -> Vec<String> {
    let fields = object.as_object().expect("an object");
    fields.keys().cloned().collect()
}

/// The names of everything that a line says: of itself, of its call and of the spans around it.
fn said(line: &str) -> Vec<String> {
    let line: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    let mut said = Vec::new();
    for name in names(&line) {
        match name.as_str() {
            "fields" | "span" => said.extend(names(&line[&name])),
            "spans" => {
                let spans = line["spans"].as_array().expect("a list");
                said.extend(spans.iter().flat_map(names));
            }
            _ => said.push(name),
        }
    }
    said
}

/// Goes to every address as somebody, or as nobody.
async fn goes_everywhere(served: &Served, who: Option<&str>, ids: &[(String, String)]) {
    let mut somebody = who.map_or_else(|| served.stranger(), |who| served.as_(who));
    let reads = server::router::read_paths().into_iter();
    let downloads = server::router::download_paths().into_iter();
    let read = reads.chain(downloads).map(str::to_owned);
    for path in server::router::page_paths().into_iter().chain(read) {
        somebody.get(&fill(&path, ids)).await;
    }
    for path in server::router::form_paths() {
        if path != "/sign-out" {
            somebody.post(&fill(path, ids), &[]).await;
            somebody.post(&fill(path, ids), complete_form(path)).await;
        }
    }
}

#[tokio::test]
async fn a_server_that_is_asked_for_everything_logs_no_field_that_is_not_registered() {
    let served = Served::new().await;
    let ids = of_northgate(&served).await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = as_json(EnvFilter::new("info"), move || writer.clone());
    // While there is one subscriber, a call that another test makes first is judged by that
    // test, which has none, and is silent from then on. With two, both are asked.
    let second = tracing::Dispatch::new(as_json(EnvFilter::new("off"), std::io::sink));
    let heard = tracing::subscriber::set_default(subscriber);
    let mut desmond = served.as_("desmond");
    desmond.get("/people?q=Okafor").await;
    desmond.get("/nowhere/Okafor").await;
    let rosa = served.school.person("rosa");
    desmond.post(&format!("/people/{rosa}/invite"), &[]).await;
    for who in [None, Some("zainab"), Some("edith")] {
        goes_everywhere(&served, who, &ids).await;
    }
    served
        .school
        .db
        .close()
        .await
        .expect("every connection closes");
    let away = served.as_("zainab").get("/home").await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    served.stranger().get("/readyz").await;
    drop((heard, second));
    let text = lines.text();
    let met: BTreeSet<String> = text.lines().flat_map(said).collect();
    for expected in ["route", "status", "error", "link", "id"] {
        assert!(met.contains(expected), "{expected} was not met: {met:?}");
    }
    for status in ["200", "303", "404", "503"] {
        let expected = format!("\"status\":{status}");
        assert!(
            text.contains(&expected),
            "nothing was answered with {status}"
        );
    }
    let registered = registered();
    let unknown: Vec<&String> = met.difference(&registered).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    for personal in ["Okafor", "northgatew", test_kit::PASSWORD] {
        assert!(!text.contains(personal), "{personal} is in the log");
    }
}
