//! The measured school as `classimize demo --json --roster FILE` tells of it: accounts
//! that can sign in, and the paths of the pages to measure. Signing in is done as a
//! browser does it, and the cookie is kept.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::http::{Connection, Request, form_encode};

#[derive(Deserialize)]
pub(crate) struct School {
    accounts: Vec<Account>,
    pub(crate) pages: Pages,
}

#[derive(Deserialize)]
struct Account {
    school: String,
    username: String,
    password: String,
    role: String,
}

/// Paths of pages of the measured school, which its printed accounts may see.
#[derive(Deserialize)]
pub(crate) struct Pages {
    pub(crate) student_home: String,
    pub(crate) classroom: String,
    pub(crate) assignment: String,
    pub(crate) submission: String,
    pub(crate) teacher_list: String,
}

/// Somebody who has signed in, or nobody.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) cookie: String,
}

impl Person {
    pub(crate) fn nobody() -> Self {
        Self {
            cookie: String::new(),
        }
    }
}

impl School {
    /// Reads what the command printed and keeps the accounts of the largest school: the
    /// small demo schools are made beside it.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)?;
        let mut told: Self = serde_json::from_str(&text)
            .context("`classimize demo --json` must print `accounts` and `pages`")?;
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for account in &told.accounts {
            *sizes.entry(&account.school).or_default() += 1;
        }
        let largest = sizes.into_iter().max_by_key(|(_, size)| *size);
        let largest = largest
            .map(|(school, _)| school.to_owned())
            .context("no accounts")?;
        told.accounts.retain(|account| account.school == largest);
        Ok(told)
    }

    /// The sign-in forms of people in a role, as a browser posts them.
    pub(crate) fn sign_in_forms(&self, address: &str, role: &str, most: usize) -> Vec<Request> {
        self.accounts
            .iter()
            .filter(|account| account.role == role)
            .take(most)
            .map(|account| {
                let body = format!(
                    "school={}&username={}&password={}",
                    form_encode(&account.school),
                    form_encode(&account.username),
                    form_encode(&account.password)
                );
                Request::post(
                    address,
                    "/sign-in",
                    "",
                    "application/x-www-form-urlencoded",
                    &body,
                )
            })
            .collect()
    }

    /// Signs people of a role in, one after the other.
    pub(crate) fn sign_in(&self, address: &str, role: &str, most: usize) -> Result<Vec<Person>> {
        let mut people = Vec::new();
        let mut connection = Connection::open(address)?;
        for form in self.sign_in_forms(address, role, most) {
            let answer = connection.ask(&form)?;
            let cookie = answer.cookies();
            ensure!(
                answer.status == 303 && !cookie.is_empty(),
                "a {role} could not sign in: {}",
                answer.status
            );
            people.push(Person { cookie });
        }
        ensure!(
            !people.is_empty(),
            "there is no {role} among the printed accounts"
        );
        Ok(people)
    }
}
