//! The roles on a person's page: what they are in the school, given and ended by
//! the office.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use vocab::people::{PersonDetail, Role};

use crate::ssr::{self, Again};
use crate::ui::{Button, CollectErased, Confirm, Erased, IconName, SelectField, Spread, options};

/// Which role somebody is to have.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct RoleForm {
    /// A [`Role`] word.
    pub role: String,
}

/// What a person is in the school.
#[component]
pub(super) fn RolesOf(person: PersonDetail, is_oneself: bool) -> impl IntoView {
    let again: Again<RoleForm> = ssr::again();
    let path = format!("/people/{}/roles", person.summary.id);
    let name = person.summary.name.clone();
    let has = person.summary.roles;
    let rows = has
        .iter()
        .map(|role| {
            let may_end = !(is_oneself && role == Role::SchoolAdmin);
            view! {
                <li class="row row-tight">
                    <span class="row-title">{role.label()}</span>
                    {may_end
                        .then(|| {
                            view! {
                                <Confirm
                                    summary="End role"
                                    about=format!(": {}", role.label())
                                    message=format!("{name} is no {} any more, and no longer does or sees what goes with it. You can give it back.", role.label().to_lowercase())
                                    action=format!("{path}/{role}/end")
                                    button="End this role"
                                    danger=true
                                />
                            }
                        })}
                </li>
            }
        })
        .collect_erased();
    let options = options(
        Role::IN_A_SCHOOL
            .iter()
            .filter(|role| !has.has(**role))
            .map(|role| (role, role.label())),
    );
    let is_student = has.has(Role::Student);
    view! {
        <Spread id="roles" title="Roles">
            <div class="stack">
                <ul class="rows" role="list">
                    {rows}
                </ul>
                {(!is_student)
                    .then(|| {
                        view! {
                            <form class="form" method="post" action=path.clone()>
                                <SelectField
                                    id="role"
                                    label="Give a role"
                                    error=again.error("role")
                                    options
                                    selected=again.form.clone().unwrap_or_default().role
                                />
                                <div class="cluster">
                                    <Button icon=IconName::Plus>"Give this role"</Button>
                                </div>
                            </form>
                        }
                    })}
            </div>
        </Spread>
    }
    .erased()
}
