//! What is wrong with a form that brings files, told all at once. A file that is refused for
//! itself, as one that is too large, does not keep the next ones from being looked at. What is
//! no matter of one file does, as a disk without room.

use app::error::AppError;
use vocab::form::FieldError;

/// The field of the files, in every form that brings some.
pub(super) const FILES: &str = "files";

/// What is refused of a form while it is read.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// Each beside its field, in the order in which they came.
    errors: Vec<FieldError>,
    /// Why no file after it is looked at.
    stop: Option<AppError>,
}

impl Refusals {
    /// Takes down why something is refused. Whatever does not belong to a field stops the files.
    pub(super) fn note(&mut self, error: AppError) {
        match error {
            AppError::Invalid(errors) => {
                for error in errors {
                    self.add(error);
                }
            }
            error if self.stop.is_none() => self.stop = Some(error),
            _ => {}
        }
    }

    /// Takes down what is wrong with a field; the same twice is said once.
    pub(super) fn add(&mut self, error: FieldError) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// Whether the next file is looked at.
    pub(super) const fn goes_on(&self) -> bool {
        self.stop.is_none()
    }

    /// Everything that was refused. Where nothing was, what became of reading the form: that it
    /// could not be read to its end is no news beside what was wrong before.
    pub(super) fn outcome(mut self, read: Result<(), AppError>) -> Result<(), AppError> {
        if self.errors.is_empty() {
            return self.stop.map_or(read, Err);
        }
        if let Some(stop) = self.stop {
            self.errors.extend(lines(stop, FILES)?);
        }
        Err(AppError::Invalid(self.errors))
    }
}

/// What became of the words of a form and of its files: what is wrong with either, together.
pub(super) fn words_and_files<T>(
    words: Result<T, AppError>,
    files: Result<(), AppError>,
) -> Result<T, AppError> {
    match (words, files) {
        (Ok(words), Ok(())) => Ok(words),
        (Ok(_), Err(error)) | (Err(error), Ok(())) => Err(error),
        (Err(error), Err(same)) if error == same => Err(error),
        (Err(of_words), Err(of_files)) => {
            let mut errors = lines(of_words, "")?;
            errors.extend(lines(of_files, FILES)?);
            Err(AppError::Invalid(errors))
        }
    }
}

/// An error as lines over a form, those of no field beside this one. One that is answered
/// without the form stays as it is.
fn lines(error: AppError, field: &str) -> Result<Vec<FieldError>, AppError> {
    match error {
        AppError::Invalid(errors) => Ok(errors),
        AppError::Refused(sentence) => Ok(vec![FieldError {
            field: field.to_owned(),
            message: sentence.trim_end_matches('.').to_owned(),
        }]),
        error => Err(error),
    }
}

/// A sentence beside the file picker.
pub(super) fn beside_files(message: &str) -> FieldError {
    FieldError {
        field: FILES.to_owned(),
        message: message.to_owned(),
    }
}
