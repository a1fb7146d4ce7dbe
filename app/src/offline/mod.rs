//! Work without a network: the page that a tablet falls back to, which is the same for
//! everybody, and the tray for what came from a tablet and could not be done. What runs in
//! the browser stands in `public/js`; see `docs/offline.md`.

pub mod pages;
pub mod share;

impl From<domain::offline::Error> for crate::error::AppError {
    fn from(error: domain::offline::Error) -> Self {
        use domain::offline::Error;
        match error {
            Error::Access(error) => error.into(),
            Error::Database(error) => crate::ssr::unavailable(error),
            Error::Work(error) => error.into(),
            other => Self::Refused(other.to_string()),
        }
    }
}
