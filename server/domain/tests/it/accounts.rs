//! Doors: what the tests of signing in, sessions, invitations, passwords and the
//! guard against guesses share.

mod guard;
mod invitations;
mod passwords;
mod sessions;
mod sign_in;

use domain::accounts::passwords::{Cost, Hasher};
use domain::accounts::sessions as domain_sessions;
use domain::accounts::sign_in::{Device, SignInError, SignedIn, sign_in as sign_in_with};
use entity::event;
use sea_orm::{EntityTrait, QueryOrder};
use test_kit::School;
use vocab::accounts::SignIn;

const NEW_PASSWORD: &str = "seven green otters";

fn hasher() -> Hasher {
    Hasher::new(Cost::ForTests)
}

fn form(school: &str, username: &str, password: &str) -> SignIn {
    SignIn {
        school: school.to_owned(),
        username: username.to_owned(),
        password: password.to_owned(),
    }
}

fn device(id: Option<&str>) -> Device {
    Device {
        id: id.map(str::to_owned),
        label: "Chrome on Android".to_owned(),
        session: None,
        enrolment: None,
    }
}

async fn try_as(
    school: &School,
    hasher: &Hasher,
    username: &str,
    password: &str,
) -> Result<SignedIn, SignInError> {
    let form = form("NORTH", username, password);
    sign_in_with(&school.db, hasher, &form, &device(None), school.now()).await
}

async fn is_in(school: &School, token: &str) -> bool {
    domain_sessions::find(&school.db, token, school.now())
        .await
        .expect("the database answers")
        .is_some()
}

async fn kinds(school: &School) -> Vec<String> {
    event::Entity::find()
        .order_by_asc(event::Column::Id)
        .all(school.db.read())
        .await
        .expect("events can be read")
        .into_iter()
        .map(|event| event.kind)
        .collect()
}

/// Every event as text, to look for what must not be in it.
async fn events_as_text(school: &School) -> String {
    let events = event::Entity::find()
        .all(school.db.read())
        .await
        .expect("events can be read");
    format!("{events:?}")
}
