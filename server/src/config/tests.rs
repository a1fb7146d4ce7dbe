//! What the settings make of what is written.

use clap::{CommandFactory, Parser};

use super::*;

#[test]
fn the_command_line_wins_over_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("classimize.toml");
    std::fs::write(
        &file,
        "listen = \"127.0.0.1:4000\"\ndata = \"/srv/school\"\n",
    )
    .expect("written");
    let options = Options {
        config: Some(file),
        listen: Some(SocketAddr::from(([127, 0, 0, 1], 5000))),
        ..Options::default()
    };
    let config = options.resolve().expect("a configuration");
    assert_eq!(config.listen.port(), 5000);
    assert_eq!(config.database_url, "sqlite:///srv/school/classimize.db");
    assert!(!config.is_encrypted());
}

#[test]
fn a_switch_that_the_file_turns_on_is_turned_off_on_the_command_line_or_by_its_variable() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("classimize.toml");
    std::fs::write(&file, "check_links = true\ngallery = true\n").expect("written");
    let of_the_file = Options {
        config: Some(file),
        ..Options::default()
    };
    let config = of_the_file.clone().resolve().expect("a configuration");
    assert!(config.check_links && config.gallery);
    for (words, is_on) in [
        (["classimize", "--check-links=no", "--gallery=0"], false),
        (["classimize", "--check-links", "--gallery"], true),
    ] {
        let told = Told::try_parse_from(words).expect("options").options;
        let told = Options {
            config: of_the_file.config.clone(),
            ..told
        };
        let config = told.resolve().expect("a configuration");
        assert_eq!((config.check_links, config.gallery), (is_on, is_on));
    }
    for switch in ["CLASSIMIZE_CHECK_LINKS", "CLASSIMIZE_GALLERY"] {
        let command = Told::command();
        let of_it = |arg: &&clap::Arg| arg.get_env().is_some_and(|env| env == switch);
        assert_eq!(command.get_arguments().filter(of_it).count(), 1, "{switch}");
    }
}

/// The options as the command line takes them.
#[derive(Debug, clap::Parser)]
struct Told {
    #[command(flatten)]
    options: Options,
}

#[test]
fn a_misspelt_option_in_the_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("classimize.toml");
    std::fs::write(&file, "lisen = \"127.0.0.1:4000\"\n").expect("written");
    let error = Options {
        config: Some(file),
        ..Options::default()
    }
    .resolve()
    .expect_err("a mistake");
    assert!(error.to_string().contains("lisen"), "{error}");
}

fn with_log(format: Option<&str>, filter: Option<&str>) -> Result<Config, Mistakes> {
    Options {
        log_format: format.map(str::to_owned),
        log: filter.map(str::to_owned),
        ..Options::default()
    }
    .resolve()
}

#[test]
fn a_database_elsewhere_is_spoken_to_in_secret_or_not_at_all() {
    for refused in [
        "postgres://classimize@db.internal/classimize",
        "postgresql://u:p@10.0.0.2:5432/c?sslmode=prefer",
    ] {
        assert!(is_elsewhere_in_clear(refused), "{refused}");
    }
    for taken in [
        "sqlite:///srv/classimize.db",
        "postgres://classimize@localhost/classimize",
        "postgres://postgres@127.0.0.1:5433/t?options=x",
        "postgres:///classimize?host=/run/postgresql",
        "postgres://u@db.internal/c?sslmode=verify-full",
    ] {
        assert!(!is_elsewhere_in_clear(taken), "{taken}");
    }
}

#[test]
fn the_keys_lie_in_another_database_however_it_is_spelt_and_nobody_listens_in() {
    let with = |keys_url: &str, database_url: &str| {
        Options {
            keys_url: Some(keys_url.to_owned()),
            database_url: Some(database_url.to_owned()),
            ..Options::default()
        }
        .resolve()
        .map(drop)
        .map_err(|mistakes| mistakes.to_string())
    };
    let data = "sqlite:///srv/school/classimize.db";
    for same in [
        data,
        "sqlite:/srv/school/classimize.db",
        "sqlite:///srv/school/classimize.db?mode=rwc",
        "sqlite:///srv//school/./classimize.db",
    ] {
        let refused = with(same, data).expect_err(same);
        assert!(refused.contains("another database"), "{same}: {refused}");
    }
    let (one, other) = ("postgres://localhost/c", "postgresql://localhost/c");
    assert!(with(one, other).is_err());
    let listened = with("postgres://u@db.internal/keys", data).expect_err("in clear");
    assert!(listened.contains("CLASSIMIZE_KEYS_URL"), "{listened}");
    for apart in [
        "sqlite:///srv/keys/keys.db",
        "postgres://u@db.internal/keys?sslmode=verify-full",
    ] {
        assert_eq!(with(apart, data), Ok(()), "{apart}");
    }
}

#[test]
fn the_developers_mailbox_is_for_one_machine_alone() {
    let alone = |listen: &str, url: Option<&str>| {
        Options {
            listen: Some(listen.parse().expect("an address")),
            public_url: url.map(str::to_owned),
            ..Options::default()
        }
        .resolve()
        .expect("a configuration")
        .is_for_one_alone()
    };
    assert!(alone("127.0.0.1:3000", None));
    assert!(alone("127.0.0.1:3000", Some("http://localhost:3000")));
    assert!(!alone(
        "127.0.0.1:3000",
        Some("https://learn.school.example")
    ));
    assert!(!alone(
        "127.0.0.1:3000",
        Some("http://learn.school.example")
    ));
    assert!(!alone("0.0.0.0:3000", None));
}

#[test]
fn a_log_format_that_does_not_exist_is_named() {
    let error = with_log(Some("jsonn"), None).expect_err("a mistake");
    let words = error.to_string();
    assert!(words.contains("CLASSIMIZE_LOG_FORMAT") && words.contains("jsonn"));
    assert!(with_log(Some("json"), None).is_ok_and(|config| config.log_json));
    assert!(with_log(Some("text"), None).is_ok_and(|config| !config.log_json));
    assert!(with_log(None, None).is_ok_and(|config| !config.log_json));
}

#[test]
fn every_mistake_is_said_at_once() {
    let mistakes = Options {
        public_url: Some("learn.school.example".to_owned()),
        smtp_host: Some("mail.example".to_owned()),
        log_format: Some("jsonn".to_owned()),
        database_connections: Some(0),
        ..Options::default()
    }
    .resolve()
    .expect_err("four mistakes");
    let words = mistakes.to_string();
    for name in [
        "CLASSIMIZE_PUBLIC_URL",
        "CLASSIMIZE_SMTP_FROM",
        "CLASSIMIZE_LOG_FORMAT",
        "CLASSIMIZE_DATABASE_CONNECTIONS",
    ] {
        assert!(words.contains(name), "{name}: {words}");
    }
}

#[test]
fn a_log_filter_that_cannot_be_followed_is_named() {
    for wrong in ["inof", "info,server=loud", "warn,serverr"] {
        let error = with_log(None, Some(wrong)).expect_err(wrong);
        assert!(error.to_string().contains("CLASSIMIZE_LOG"), "{error}");
    }
    for right in [
        "info",
        "OFF",
        "server=debug",
        "warn,domain=trace",
        "info,[request]=debug",
    ] {
        assert!(with_log(None, Some(right)).is_ok(), "{right}");
    }
}
