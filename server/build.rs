//! Embeds the built site (`target/site`, or the folder in `CLASSIMIZE_SITE_DIR`)
//! into the binary: every file with its brotli and gzip forms. Where no site was
//! built, the table is empty and the server says so when it starts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-env-changed=CLASSIMIZE_SITE_DIR");
    let root = env::var_os("CLASSIMIZE_SITE_DIR").map_or_else(
        || {
            PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
                .join("../target/site")
        },
        PathBuf::from,
    );
    let stamp = root.join("assets.json");
    println!("cargo:rerun-if-changed={}", stamp.display());
    let mut files = Vec::new();
    if let Ok(root) = root.canonicalize() {
        collect(&root, &root, &mut files);
    }
    files.sort();
    let mut table = String::from("pub(crate) static EMBEDDED: &[Embedded] = &[\n");
    for (name, path) in &files {
        if is_form_of_another(name, &files) {
            continue;
        }
        let form = |ending: &str| {
            files
                .iter()
                .find(|(other, _)| *other == format!("{name}{ending}"))
                .map_or_else(
                    || "None".to_owned(),
                    |(_, path)| format!("Some(include_bytes!({path:?}))"),
                )
        };
        let _ = writeln!(
            table,
            "    Embedded {{ name: {name:?}, plain: include_bytes!({path:?}), brotli: {}, gzip: {} }},",
            form(".br"),
            form(".gz"),
        );
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    fs::write(out, table).expect("the build folder can be written");
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if let (Ok(name), Some(full)) = (path.strip_prefix(root), path.to_str()) {
            files.push((name.to_string_lossy().replace('\\', "/"), full.to_owned()));
        }
    }
}

fn is_form_of_another(name: &str, files: &[(String, String)]) -> bool {
    [".br", ".gz"]
        .iter()
        .filter_map(|ending| name.strip_suffix(ending))
        .any(|plain| files.iter().any(|(other, _)| other == plain))
}
