//! The style sheet: `style/main.css` with everything it imports, bundled and minified
//! by lightningcss for the browsers that schools have (Safari 15 and newer). It checks
//! nothing about the design.

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

use crate::front::Purpose;
use crate::sh;

fn targets() -> Targets {
    // A version is written with its major number in the third byte.
    let version = |major: u32| Some(major << 16);
    Targets::from(Browsers {
        android: version(100),
        chrome: version(100),
        edge: version(100),
        firefox: version(100),
        ios_saf: version(15),
        safari: version(15),
        samsung: version(18),
        ..Browsers::default()
    })
}

/// The bundled style sheet.
pub(crate) fn bundle(purpose: Purpose) -> Result<String> {
    let files = FileProvider::new();
    let entry = sh::root().join("style/main.css");
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(&entry)
        .map_err(|error| anyhow!("style sheet: {error}"))?;
    let targets = targets();
    sheet
        .minify(MinifyOptions {
            targets,
            ..MinifyOptions::default()
        })
        .map_err(|error| anyhow!("style sheet: {error}"))?;
    let css = sheet
        .to_css(PrinterOptions {
            minify: purpose == Purpose::Release,
            targets,
            ..PrinterOptions::default()
        })
        .map_err(|error| anyhow!("style sheet: {error}"))?;
    Ok(css.code)
}
