//! `classimize school create` and `classimize user invite`: what the operator does
//! before anybody can sign in. Invitation links are printed, and shown nowhere else.

use std::process::ExitCode;

use domain::accounts::invitations::{self, Invited};
use domain::{Db, access, people, schools};
use serde_json::json;
use vocab::form::FieldError;
use vocab::schools::{
    Assessment, DeclarationForm, DeclaredBasis, ValidAdmin, ValidDeclaration, ValidSchool,
};

use super::{CommandError, clock, hasher, open, school_by_code};
use crate::config::Config;
use crate::routes::people::invitation_link;

/// The options of `school create`.
#[derive(Debug, clap::Args)]
pub(super) struct CreateSchool {
    /// What people type to say which school: 3 to 12 letters and digits.
    #[arg(long)]
    code: String,
    /// The school's name.
    #[arg(long)]
    name: String,
    /// `primary` or `secondary`.
    #[arg(long, default_value = "secondary")]
    phase: String,
    /// An IANA time zone.
    #[arg(long, default_value = "Europe/London")]
    time_zone: String,
    /// The admin's given name.
    #[arg(long, default_value = "School")]
    admin_given_name: String,
    /// The admin's family name.
    #[arg(long, default_value = "Admin")]
    admin_family_name: String,
    /// The admin's username.
    #[arg(long, default_value = "admin")]
    admin_username: String,
    /// Sign the school's declaration, so that a roster can be imported at once. It is kept as signed
    /// by the operator, not by the admin: only do so with the school's word in hand.
    #[arg(long, requires_all = ["establishment_number", "contact_name", "contact"])]
    declare: bool,
    /// The school's number in the public register, for the declaration.
    #[arg(long)]
    establishment_number: Option<String>,
    /// Who answers for data protection in the school, for the declaration.
    #[arg(long)]
    contact_name: Option<String>,
    /// How to reach them, for the declaration.
    #[arg(long)]
    contact: Option<String>,
    /// Print JSON: `{"school","admin","invitation"}`.
    #[arg(long)]
    json: bool,
}

impl CreateSchool {
    /// Checked like the set-up page. The password is random and told to nobody: the
    /// admin chooses one with the invitation.
    fn validate(&self) -> Result<(ValidSchool, ValidAdmin), Vec<FieldError>> {
        let password = domain::secrets::token(&mut domain::secrets::random());
        let form = vocab::schools::NewSchool {
            setup_code: String::new(),
            school_name: self.name.clone(),
            school_code: self.code.clone(),
            phase: self.phase.clone(),
            time_zone: self.time_zone.clone(),
            given_name: self.admin_given_name.clone(),
            family_name: self.admin_family_name.clone(),
            username: self.admin_username.clone(),
            password,
        };
        form.validate(schools::is_zone)
    }

    /// What is declared for the school, if anything is.
    fn said(&self) -> Result<Option<ValidDeclaration>, Vec<FieldError>> {
        if !self.declare {
            return Ok(None);
        }
        let typed = |option: &Option<String>| option.clone().unwrap_or_default();
        let form = DeclarationForm {
            text_version: schools::declaration::TEXT_VERSION.to_owned(),
            establishment_number: typed(&self.establishment_number),
            contact_name: typed(&self.contact_name),
            contact: typed(&self.contact),
            basis: DeclaredBasis::PublicTask.to_string(),
            assessment: Assessment::Underway.to_string(),
            purposes: "yes".to_owned(),
        };
        form.validate().map(Some)
    }
}

pub(super) async fn create_school(
    config: &Config,
    new: CreateSchool,
) -> Result<ExitCode, CommandError> {
    let (school, admin) = new
        .validate()
        .map_err(|errors| CommandError::Said(option_words(&errors)))?;
    let said = new
        .said()
        .map_err(|errors| CommandError::Said(option_words(&errors)))?;
    let hash = hasher()
        .hash(admin.password.clone())
        .await
        .map_err(CommandError::said)?;
    let db = open(config).await?;
    let invited = make(&db, &school, &admin, hash, said.as_ref()).await?;
    let link = invitation_link(config, &invited.token);
    if new.json {
        println!(
            "{}",
            json!({ "school": school.code, "admin": admin.username, "invitation": link })
        );
    } else {
        println!(
            "{} is made; its school code is {}.",
            school.name, school.code
        );
        if said.is_some() {
            println!(
                "Its declaration is signed by you, the operator, so a roster can be imported."
            );
        }
        println!(
            "{} opens this link to choose a password. It works once, for two weeks:\n{link}",
            invited.name
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn make(
    db: &Db,
    school: &ValidSchool,
    admin: &ValidAdmin,
    hash: String,
    declares: Option<&ValidDeclaration>,
) -> Result<Invited, CommandError> {
    let (tx, now) = (db.write().await?, clock().now());
    let made = schools::create(&tx, school, now).await.map_err(said)?;
    let (person, _) = schools::create_admin(&tx, &made, admin, hash, now)
        .await
        .map_err(said)?;
    let door = access::school_as_operator(made.id);
    if let Some(declared) = declares {
        schools::sign_declaration(&tx, &door, declared, now)
            .await
            .map_err(said)?;
    }
    let invited = invitations::invite(&tx, &door, person, now)
        .await
        .map_err(CommandError::said)?;
    tx.commit().await?;
    Ok(invited)
}

fn said(error: schools::Error) -> CommandError {
    match error {
        schools::Error::Invalid(errors) => CommandError::Said(option_words(&errors)),
        schools::Error::Database(error) => error.into(),
        other => CommandError::said(other),
    }
}

/// Everything that is wrong, each beside its option.
fn option_words(errors: &[FieldError]) -> String {
    let lines = errors.iter().map(|FieldError { field, message }| {
        let option = match field.as_str() {
            "school_code" => "--code",
            "school_name" => "--name",
            "phase" => "--phase",
            "time_zone" => "--time-zone",
            "given_name" => "--admin-given-name",
            "family_name" => "--admin-family-name",
            "username" => "--admin-username",
            "establishment_number" => "--establishment-number",
            "contact_name" => "--contact-name",
            "contact" => "--contact",
            other => other,
        };
        format!("{option}: {message}")
    });
    lines.collect::<Vec<_>>().join("\n            ")
}

pub(super) async fn invite(
    config: &Config,
    school: &str,
    username: &str,
    json: bool,
) -> Result<ExitCode, CommandError> {
    let db = open(config).await?;
    let (door, school_name) = school_by_code(&db, school).await?;
    let (tx, now) = (db.write().await?, clock().now());
    let person = people::find_by_username(&*tx, &door, username)
        .await
        .map_err(CommandError::said)?
        .ok_or_else(|| {
            CommandError::Said(format!(
                "nobody in {school_name} has the username {username}"
            ))
        })?;
    let invited = invitations::invite(&tx, &door, person, now)
        .await
        .map_err(CommandError::said)?;
    tx.commit().await?;
    let link = invitation_link(config, &invited.token);
    if json {
        let expires_at = invited.expires_at.to_rfc3339();
        println!(
            "{}",
            json!({ "name": invited.name, "invitation": link, "expires_at": expires_at })
        );
    } else {
        println!(
            "{} opens this link to choose a password. It works once, for two weeks:\n{link}",
            invited.name
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes an operator's account with a password that is printed once.
pub(super) async fn create_operator(
    config: &Config,
    named: [String; 3],
) -> Result<ExitCode, CommandError> {
    let [username, given_name, family_name] = named;
    let username = username.trim().to_lowercase();
    if !vocab::people::is_username(&username) {
        return Err(CommandError::Said(
            "--username: use letters, digits, dots, hyphens or underscores only".to_owned(),
        ));
    }
    let password = domain::secrets::password(&mut domain::secrets::random());
    let hash = hasher()
        .hash(password.clone())
        .await
        .map_err(CommandError::said)?;
    let db = open(config).await?;
    let operator = ValidAdmin {
        given_name,
        family_name,
        username: username.clone(),
        password: String::new(),
    };
    let (tx, now) = (db.write().await?, clock().now());
    schools::create_operator(&tx, &operator, hash, now)
        .await
        .map_err(said)?;
    tx.commit().await?;
    println!(
        "School code {}, username {username}, password {password}",
        schools::OPERATOR_CODE
    );
    println!("Change it after signing in, under Account.");
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_option_is_named_at_once() {
        let new = CreateSchool {
            code: "x".to_owned(),
            name: String::new(),
            phase: "college".to_owned(),
            time_zone: "Europe/London".to_owned(),
            admin_given_name: "Ada".to_owned(),
            admin_family_name: "Ng".to_owned(),
            admin_username: "ada ng".to_owned(),
            declare: false,
            establishment_number: None,
            contact_name: None,
            contact: None,
            json: false,
        };
        let words = option_words(&new.validate().expect_err("four things are wrong"));
        for option in ["--code", "--name", "--phase", "--admin-username"] {
            assert!(words.contains(option), "{words}");
        }
    }
}
