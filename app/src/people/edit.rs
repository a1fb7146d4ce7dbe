//! The form that corrects a person. It is answered by `server/src/routes/people.rs`.

use domain::people;
use domain::schools::policy::Action;
use leptos::prelude::*;
use leptos_meta::Title;
use vocab::ids::PersonId;
use vocab::people::{EditPerson, PersonDetail, Role};

use crate::error::AppError;
use crate::page::{FieldsNotice, Page, WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr::{self, Again};
use crate::ui::{Button, ButtonKind, ButtonLink, Erased, InputKind, Notice, PageHead, TextField};

/// `/people/:id/edit`.
#[component]
pub(crate) fn EditPersonRoute() -> impl IntoView {
    let id = id_in_path::<PersonId>();
    load(
        async move {
            let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
            domain::access::school(&actor, Action::ManagePeople)?;
            let person = people::find(db.read(), &actor, id?, now).await?;
            if person.summary.has_ended {
                return Err(AppError::NotFound);
            }
            Ok::<_, AppError>((actor, person))
        },
        |(actor, person)| {
            let again: Again<EditPerson> = ssr::again();
            let back = format!("/people/{}", person.summary.id);
            let action = format!("{back}/edit");
            view! {
                <Title text=format!("Edit {} - {}", person.summary.name, actor.school_name) />
                <Page actor current="/people">
                    <PageHead
                        title=format!("Edit {}", person.summary.name)
                        crumbs=vec![
                            ("/people".to_owned(), "People".to_owned()),
                            (back.clone(), person.summary.name.clone()),
                        ]
                    />
                    {person
                        .from_import
                        .map(|_| {
                            view! {
                                <Notice>
                                    <p>"This person comes from a roster import. The next import puts names, year group and e-mail address back as the roster has them: correct them there as well."</p>
                                </Notice>
                            }
                        })}
                    <form class="form" method="post" action=action novalidate>
                        <WhatIsWrong again=again.clone() />
                        <Fields person again />
                        <div class="cluster">
                            <Button kind=ButtonKind::Main>"Save"</Button>
                            <ButtonLink href=back kind=ButtonKind::Quiet>
                                "Cancel"
                            </ButtonLink>
                        </div>
                    </form>
                </Page>
            }
        },
    )
}

#[component]
fn Fields(person: PersonDetail, again: Again<EditPerson>) -> impl IntoView {
    let is_student = person.summary.roles.has(Role::Student);
    let has_account = person.account.is_some();
    let stored = people::form(&person);
    let form = again.form.clone().unwrap_or_else(|| stored.clone());
    // Whatever is wrong with the form: what somebody else saved is not overwritten unseen.
    let is_changed = !form.seen.is_empty() && form.seen != stored.seen;
    let seen = stored.seen.clone();
    view! {
        {is_changed.then(|| view! { <AsTheyAreNow stored is_student has_account /> })}
        <input type="hidden" name="seen" value=seen />
        <div class="form-pair">
            <TextField id="given_name" label="Given name" error=again.error("given_name") value=form.given_name autocomplete="off" />
            <TextField id="family_name" label="Family name" error=again.error("family_name") value=form.family_name autocomplete="off" />
        </div>
        {is_student
            .then(|| {
                view! {
                    <TextField
                        id="year_group"
                        label="Year group"
                        hint=Some("Such as 10".to_owned())
                        error=again.error("year_group")
                        value=form.year_group
                        input_class="input-short"
                    />
                }
            })}
        <TextField
            id="email"
            label="E-mail address"
            hint=Some("May be left empty. Used only to tell them what the school has to say".to_owned())
            error=again.error("email")
            value=form.email
            kind=InputKind::Email
            autocomplete="off"
        />
        {has_account
            .then(|| {
                view! {
                    <TextField
                        id="username"
                        label="Username"
                        hint=Some("They sign in with it. Tell them if you change it".to_owned())
                        error=again.error("username")
                        value=form.username
                        autocomplete="off"
                    />
                }
            })}
    }
    .erased()
}

/// The person as somebody else has just saved them.
#[component]
fn AsTheyAreNow(stored: EditPerson, is_student: bool, has_account: bool) -> impl IntoView {
    let mut fields = vec![
        ("Given name", stored.given_name),
        ("Family name", stored.family_name),
    ];
    if is_student {
        fields.push(("Year group", stored.year_group));
    }
    fields.push(("E-mail address", stored.email));
    if has_account {
        fields.push(("Username", stored.username));
    }
    view! { <FieldsNotice title="The person as they are now" fields /> }
}
