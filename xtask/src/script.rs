//! Our own scripts as a browser gets them: without comments and indentation, which are
//! for whoever reads the source. Everything else stays letter for letter.

/// The script without lines that are comments or empty, and without indentation. Comments
/// that follow code on its line stay, and nothing is known of strings over several lines:
/// our scripts have none (a test holds that).
pub(crate) fn slim(script: &str) -> String {
    let mut is_comment = false;
    let mut kept = String::with_capacity(script.len());
    for line in script.lines().map(str::trim) {
        let is_inside = is_comment || line.starts_with("/*");
        is_comment = is_inside && !line.ends_with("*/");
        if !is_inside && !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sh, site};

    #[test]
    fn what_is_for_the_reader_alone_is_left_out() {
        let script =
            "// First.\n/** Two\n * lines. */\nconst a = 1; // stays\n\n  /* One. */\n  a();\n";
        assert_eq!(slim(script), "const a = 1; // stays\na();\n");
    }

    #[test]
    fn no_string_of_ours_goes_over_several_lines() {
        let folders = ["public/js", "public/version"].map(|folder| sh::root().join(folder));
        let paths = folders.map(|folder| site::files_under(&folder).expect("is a folder"));
        for path in paths.concat() {
            let script = std::fs::read_to_string(&path).expect("is text");
            for line in slim(&script).lines() {
                let ticks = line.matches('`').count();
                assert!(ticks % 2 == 0, "{}: {line}", path.display());
                assert!(!line.contains("/*"), "{}: {line}", path.display());
            }
        }
    }
}
