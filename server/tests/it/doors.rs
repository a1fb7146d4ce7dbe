//! The doors through which personal data leaves for a third party: the log of disclosures,
//! which two approve, and sharing by consent; and nothing is sold. Everything else that
//! answers with a file answers those whom the data is about, or the school that it is of.
//! A new way out stops these tests until somebody has said where it leads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use http::StatusCode;
use vocab::disclosures::DisclosureKind;

use crate::persona::Served;
use crate::{northgate, sharing};

/// Whom a file goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    /// Whom it is about, or who looks after them, or their teacher: by the doors of `access`.
    Themselves,
    /// The school's own office, about its own work.
    TheSchool,
    /// Anybody: nobody is in it.
    Anybody,
    /// Somebody outside the school: two approve it, or each person says yes.
    ThirdParty,
}

/// Every handler that answers with a file to keep, by its source and name.
const FILES: [(&str, &str, To); 15] = [
    ("routes/consent.rs", "as_json", To::Themselves),
    ("routes/consent.rs", "as_json_ld", To::Themselves),
    ("routes/consent.rs", "as_signature", To::Themselves),
    ("routes/consent.rs", "statement", To::TheSchool),
    ("routes/files.rs", "as_download", To::Themselves),
    ("routes/notices.rs", "csv", To::Anybody),
    ("routes/notices.rs", "assessment", To::TheSchool),
    ("routes/registers.rs", "give", To::ThirdParty),
    ("routes/rights.rs", "due", To::TheSchool),
    ("routes/rights.rs", "copy", To::Themselves),
    // The lead hands it to whoever asked.
    ("routes/rights.rs", "make_copy", To::Themselves),
    ("routes/rosters.rs", "problems", To::TheSchool),
    // All of it, once two people have settled that the school leaves.
    ("routes/schools.rs", "take_copy", To::TheSchool),
    ("routes/sharing.rs", "give", To::ThirdParty),
    ("routes/statistics.rs", "released_table", To::Anybody),
];

/// What stands in the code of an answer that is a file: its head, or a call of what makes it.
const SIGNS: &str = r"(?m)CONTENT_DISPOSITION|text/csv|application/zip|(?:=>|^) *(?:file|zip)\(";
/// Where the head of such an answer is made for others.
const MADE_IN: &str = "respond.rs";

/// The sources of a folder of the server, each with its name there, without its tests.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    gather(&root, &root, &mut found);
    found.sort();
    found
}

fn gather(root: &Path, folder: &PathBuf, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            gather(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("inside").to_string_lossy();
            let text = fs::read_to_string(&path).expect("readable");
            // A file's tests are no way out.
            let text = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default()
                .to_owned();
            found.push((name.replace('\\', "/"), text));
        }
    }
}

/// The functions of a source, each with its body.
fn functions(text: &str) -> Vec<(String, String)> {
    let head = regex::Regex::new(
        r"(?m)^(?:    )?(?:pub(?:\([a-z]+\))? )?(?:const )?(?:async )?fn ([a-z_]+)",
    )
    .expect("a pattern");
    let starts: Vec<(usize, String)> = head
        .captures_iter(text)
        .map(|found| {
            let at = found.get(0).expect("whole").start();
            (at, found[1].to_owned())
        })
        .collect();
    starts
        .iter()
        .enumerate()
        .map(|(number, (at, name))| {
            let end = starts.get(number + 1).map_or(text.len(), |(next, _)| *next);
            (name.clone(), text[*at..end].to_owned())
        })
        .collect()
}

/// Functions that answer with a file to keep.
fn answering_with_a_file() -> Vec<(String, String)> {
    let signs = regex::Regex::new(SIGNS).expect("a pattern");
    let mut found = Vec::new();
    for (source, text) in sources("src") {
        for (name, body) in functions(&text) {
            if source != MADE_IN && signs.is_match(&body) {
                found.push((source.clone(), name));
            }
        }
    }
    found
}

#[test]
fn every_answer_that_is_a_file_has_a_named_reader_and_two_are_for_third_parties() {
    let known: Vec<(String, String)> = FILES
        .iter()
        .map(|(source, name, _)| ((*source).to_owned(), (*name).to_owned()))
        .collect();
    assert_eq!(
        answering_with_a_file(),
        known,
        "say in FILES whom a new file goes to"
    );
    let outside: Vec<(&str, &str)> = FILES
        .iter()
        .filter(|(_, _, to)| *to == To::ThirdParty)
        .map(|(source, name, _)| (*source, *name))
        .collect();
    assert_eq!(
        outside,
        [
            ("routes/registers.rs", "give"),
            ("routes/sharing.rs", "give")
        ]
    );
}

/// How often a source calls a function: where it is written is no call.
fn calls(text: &str, function: &str) -> usize {
    let many = |words: String| text.matches(&words).count();
    many(format!("{function}(")) - many(format!("fn {function}("))
}

#[test]
fn a_disclosure_is_given_in_two_places_of_the_rules_and_each_asks_first() {
    let mut given: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (source, text) in sources("domain/src") {
        let is_given_here = text.contains("state: Set(DisclosureState::Given)")
            || text.contains("state: DisclosureState::Given");
        if is_given_here {
            let asks = (
                calls(&text, "require_approved"),
                calls(&text, "who_said_yes"),
            );
            given.insert(source, asks);
        }
    }
    // The two who approve are asked for before the file is made, and again before it is given.
    let expected = [("disclosures/give.rs", (2, 0)), ("sharing/file.rs", (0, 1))];
    let expected: BTreeMap<String, (usize, usize)> = expected
        .into_iter()
        .map(|(source, asks)| (source.to_owned(), asks))
        .collect();
    assert_eq!(given, expected);
    // Somebody's whole copy goes to them, or through the log.
    let uses: Vec<String> = sources("domain/src")
        .into_iter()
        .chain(sources("src"))
        .filter(|(source, text)| {
            !source.starts_with("export/") && text.contains("archive_for_disclosure(")
        })
        .map(|(source, _)| source)
        .collect();
    assert_eq!(uses, ["disclosures/give.rs"]);
}

#[test]
fn what_connects_to_another_host_carries_mail_to_its_own_reader_or_nothing_of_anybody() {
    let uses: Vec<String> = sources("src")
        .into_iter()
        .filter(|(source, text)| !source.starts_with("egress") && text.contains("egress::"))
        .map(|(source, _)| source)
        .collect();
    // The mailer sends mail; `serve` looks whether links to policies lead anywhere.
    assert_eq!(uses, ["commands/serve.rs", "mailer.rs"]);
    let payloads: Vec<String> = sources("domain/src")
        .into_iter()
        .flat_map(|(source, text)| {
            let many = text.matches("impl Payload for").count();
            std::iter::repeat_n(source, many)
        })
        .collect();
    assert_eq!(
        payloads,
        ["providers/door.rs"],
        "one payload: a composed mail"
    );
    let pages = sources("src/egress");
    for (source, text) in pages {
        assert!(
            !text.contains("entity::") && !text.contains("vocab::people"),
            "{source}"
        );
    }
}

/// Every folder with sources of the program, from this package's own.
const PRODUCT: [&str; 11] = [
    "src",
    "datamap/src",
    "domain/src",
    "entity/src",
    "interop/src",
    "migration/src",
    "../app/src",
    "../app/vocab/src",
    "../frontend/src",
    "../scanner/src",
    "../scanner/g2p/src",
];

/// What stands in a source that connects to another host, or could: names of the standard
/// library and of other libraries, and programs of others.
const WAYS_OUT: &str = r"(?:tokio|std)::net(?:::\w+)?|TcpStream|TcpSocket|UdpSocket|UnixStream|to_socket_addrs|lookup_host|TlsConnector|\blettre::|\breqwest\b|\bureq\b|hyper(?:_util)?::client|object_store::(?:aws|azure|gcp|http)|Database::connect|process::Command";

/// Where one of them stands, and why it may: the two files of the way out; the databases that
/// the operator names; and what listens, or names an address to listen at.
const MAY_STAND: [&str; 8] = [
    "domain/src/db.rs: Database::connect",
    "domain/src/keys/store.rs: Database::connect",
    "src/commands/serve.rs: tokio::net::TcpListener",
    "src/config.rs: std::net::SocketAddr",
    "src/egress.rs: lettre::",
    "src/egress/pages.rs: TcpStream",
    "src/egress/pages.rs: TlsConnector",
    "src/egress/pages.rs: tokio::net::TcpStream",
];

/// Ways to connect that the build refuses wherever nobody gave a reason.
const REFUSED: [&str; 9] = [
    "std::net::TcpStream::connect",
    "std::net::TcpStream::connect_timeout",
    "std::net::UdpSocket::bind",
    "tokio::net::TcpStream::connect",
    "tokio::net::TcpSocket::connect",
    "tokio::net::UdpSocket::bind",
    "lettre::AsyncSmtpTransport::relay",
    "lettre::AsyncSmtpTransport::starttls_relay",
    "lettre::AsyncSmtpTransport::builder_dangerous",
];

#[test]
fn nothing_connects_to_another_host_but_the_two_files_of_the_way_out() {
    let ways = regex::Regex::new(WAYS_OUT).expect("a pattern");
    let mut found = BTreeSet::new();
    for folder in PRODUCT {
        for (source, text) in sources(folder) {
            let here = ways.find_iter(&text);
            found.extend(here.map(|way| format!("{folder}/{source}: {}", way.as_str())));
        }
    }
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, MAY_STAND, "say in MAY_STAND why, or use egress.rs");
    let lints = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clippy.toml");
    let lints = fs::read_to_string(lints).expect("it is there");
    for way in REFUSED {
        assert!(lints.contains(&format!("\"{way}\"")), "{way}");
    }
}

#[test]
fn a_sale_has_no_kind_in_the_log() {
    for kind in DisclosureKind::ALL {
        for word in ["sale", "sell", "lease", "rent", "market"] {
            assert!(!kind.as_str().contains(word), "{kind}");
        }
    }
}

/// The forms of the two doors.
const DOORS: [&str; 2] = [
    "/school/privacy/disclosures/{id}/give",
    "/school/privacy/sharing/{id}/file",
];
/// The form that gives the lead a copy for who asked, once a request was granted.
const FOR_WHO_ASKED: &str = "/school/privacy/requests/{id}/copy";
/// Forms whose things are the lead's own to deal with, whatever their id.
const OF_THE_LEAD: [&str; 2] = ["/school/privacy", "/school/reports"];
/// Forms that would sign the office out, or that show an own tray, which the office has none
/// of.
const OF_ONESELF: [&str; 5] = [
    "/sign-out",
    "/terms",
    "/settings/forget-device",
    "/settings/sessions",
    "/needs-you",
];

fn begins_with_one_of(path: &str, beginnings: &[&str]) -> bool {
    beginnings
        .iter()
        .any(|beginning| path.starts_with(beginning))
}

#[tokio::test]
async fn no_address_gives_the_office_a_file_about_somebody_but_the_two_doors() {
    let served = Served::new().await;
    let ids = northgate::of_every_kind(&served).await;
    let child = served.school.person("zainab").to_string();
    sharing::say(&mut served.as_("rosa"), &child, "yes").await;
    let mut edith = served.as_("edith");
    let door = edith.post(&northgate::fill(DOORS[1], &ids), &[]).await;
    assert!(
        door.headers.contains_key("content-disposition"),
        "a door that is open gives a file: {}",
        door.body
    );

    let copy = edith.post(&northgate::fill(FOR_WHO_ASKED, &ids), &[]).await;
    assert_eq!(copy.status, StatusCode::FORBIDDEN, "it is not granted");
    let mut forms = server::router::form_paths();
    forms.retain(|path| !begins_with_one_of(path, &OF_ONESELF));
    // What ends something comes last, so that the others still find it.
    let is_an_end = |path: &str| {
        path == "/school/privacy/restrictions"
            || ["/end", "/remove", "/stop", "/release", "/close", "/undo"]
                .iter()
                .any(|end| path.ends_with(end))
    };
    forms.sort_by_key(|path| is_an_end(path));
    for path in forms {
        let address = northgate::fill(path, &ids);
        let answer = edith.post(&address, northgate::complete_form(path)).await;
        let is_file = answer.headers.contains_key("content-disposition");
        assert!(
            !is_file || DOORS.contains(&path),
            "{path} gave a file to the office"
        );
        let names_something = path.contains('{') && !path.contains("{token}");
        if names_something && !begins_with_one_of(path, &OF_THE_LEAD) {
            let is_real = !["{", "01890000-", "00000000-0000-0000"]
                .iter()
                .any(|made_up| address.contains(made_up));
            assert!(is_real, "{path} is tried with a real thing: {address}");
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{path}: {} {}",
                answer.location(),
                answer.body
            );
        }
    }
    for path in server::router::download_paths() {
        let answer = edith.get(&northgate::fill(path, &ids)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Whoever runs the school sees no answers either, and no receipt of a guardian's.
    for path in ["/files/{id}", "/privacy/receipts/{id}/receipt.json"] {
        let address = northgate::fill(path, &ids);
        let answer = served.as_("desmond").get(&address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
