//! The badges of a classroom: the list, the cards to print, and the teacher's sheet with
//! the pictures, which is never on the card.

use domain::badges;
use domain::classrooms::{self, policy::Action};
use domain::{Actor, access};
use leptos::prelude::*;
use vocab::badges::{BadgeCard, BadgeLine};
use vocab::classrooms::ClassroomHead;
use vocab::ids::{ClassroomId, PersonId};

use super::pictures::PicturesTold;
use crate::classrooms::ClassroomFrame;
use crate::error::AppError;
use crate::page::{WhatIsWrong, load};
use crate::routes::id_in_path;
use crate::ssr;
use crate::ui::{
    Button, ButtonKind, ButtonLink, CollectErased, Confirm, Empty, Erased, IconName, Spread,
};

async fn lines(
    id: Result<ClassroomId, AppError>,
    one: Option<PersonId>,
) -> Result<(Actor, ClassroomHead, Vec<BadgeLine>), AppError> {
    let (actor, db, now) = (ssr::actor()?, ssr::db(), ssr::now());
    let room = access::classroom(db.read(), &actor, id?, Action::GiveBadges).await?;
    let lines = badges::lines(db.read(), &ssr::badge_keys(), &actor, &room, one, now)
        .await
        .map_err(ssr::unavailable)?;
    let head = classrooms::head(&room, &actor, now);
    Ok((actor, head, lines))
}

/// `/classrooms/:id/badges`.
#[component]
pub(crate) fn BadgesRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    load(lines(id, None), |(actor, head, lines)| {
        let path = format!("/classrooms/{}/badges", head.id);
        view! {
            <ClassroomFrame actor head tab="/badges">
                <WhatIsWrong again={ssr::again::<()>()} />
                <Badges path lines />
            </ClassroomFrame>
        }
    })
}

#[component]
fn Badges(path: String, lines: Vec<BadgeLine>) -> impl IntoView {
    if lines.is_empty() {
        let people = format!("{}/people", path.trim_end_matches("/badges"));
        return view! {
            <Spread id="badges" title="Badges">
                <Empty icon=IconName::People title="No students yet">
                    <p class="muted">"Badges are given to the students of a classroom. Add them first."</p>
                    <ButtonLink href=people>"Open its people"</ButtonLink>
                </Empty>
            </Spread>
        }
        .into_any();
    }
    let (with, without) = lines
        .iter()
        .partition::<Vec<_>, _>(|line| line.badge.is_some());
    let (with, without) = (with.len(), without.len());
    let missing = match without {
        1 => "Make a badge for the one who has none".to_owned(),
        many => format!("Make badges for the {many} who have none"),
    };
    let (print, sheet) = (format!("{path}/print"), format!("{path}/sheet"));
    let make = path.clone();
    let rows = lines
        .into_iter()
        .map(|line| view! { <BadgeRow path=path.clone() line /> })
        .collect_erased();
    view! {
        <Spread id="badges" title="Badges" note=format!("{with} given")>
            <div class="stack">
                <p class="muted">
                    "Print the badges for the students, and the sheet with their pictures for you. Keep the sheet to yourself."
                </p>
                <div class="cluster">
                    {(without > 0)
                        .then(|| {
                            view! {
                                <form method="post" action=make>
                                    <Button kind=ButtonKind::Main>{missing}</Button>
                                </form>
                            }
                        })}
                    {(with > 0)
                        .then(|| {
                            view! {
                                <ButtonLink href=print>"Badges to print"</ButtonLink>
                                <ButtonLink href=sheet>"Sheet with the pictures"</ButtonLink>
                            }
                        })}
                </div>
                <ul class="rows" role="list">{rows}</ul>
            </div>
        </Spread>
    }
    .into_any()
}

#[component]
fn BadgeRow(path: String, line: BadgeLine) -> impl IntoView {
    let BadgeLine {
        person,
        name,
        badge,
        ..
    } = line;
    let meta = match &badge {
        Some(badge) => format!("Given {}", badge.issued.words),
        None => "No badge".to_owned(),
    };
    let of_them = format!("{path}/{person}");
    let has_badge = badge.is_some();
    let hush = format!(" for {name}");
    let (again, anew) = (hush.clone(), hush.clone());
    view! {
        <li class="row row-many">
            <div>
                <span class="row-title">{name.clone()}</span>
                <div class="row-meta">{meta}</div>
            </div>
            <div class="row-end">
                {has_badge
                    .then(|| {
                        view! {
                            <ButtonLink href=format!("{path}/print?person={person}")>
                                "Print" <span class="hush">{again}</span>
                            </ButtonLink>
                        }
                    })}
                <form method="post" action=format!("{of_them}/new")>
                    <Button>"New badge" <span class="hush">{anew}</span></Button>
                </form>
                {has_badge
                    .then(|| {
                        view! {
                            <form method="post" action=format!("{of_them}/pictures")>
                                <Button>"New pictures" <span class="hush">{hush}</span></Button>
                            </form>
                            <Confirm
                                summary=format!("Take away the badge of {name}")
                                message="It stops at once, and whoever is signed in with it is signed out."
                                action=format!("{of_them}/end")
                                button="Take it away"
                                danger=true
                            />
                        }
                    })}
            </div>
        </li>
    }
    .erased()
}

/// The lines that have a badge.
fn given(lines: Vec<BadgeLine>) -> Vec<(String, String, BadgeCard)> {
    lines
        .into_iter()
        .filter_map(|line| Some((line.first_name, line.name, line.badge?)))
        .collect()
}

/// `/classrooms/:id/badges/print`: ten to a page; with `?person=` one alone.
#[component]
pub(crate) fn PrintBadgesRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    let one = ssr::query("person");
    load(
        async move {
            let one = one
                .map(|id| id.parse().map_err(|_| AppError::NotFound))
                .transpose()?;
            lines(id, one).await
        },
        |(actor, head, lines)| {
            let address = format!("{}/badge", ssr::head().public_url);
            let room = head.name.clone();
            let cards = given(lines)
                .into_iter()
                .map(|(first_name, _, badge)| {
                    view! { <PrintedBadge address=address.clone() first_name room=room.clone() badge /> }
                })
                .collect_erased();
            view! {
                <ClassroomFrame actor head tab="/badges/print">
                    <p class="muted no-print">
                        "Print this page with your browser, on A4 at full size, and cut along the lines."
                    </p>
                    <ul class="badge-cards" role="list">{cards}</ul>
                </ClassroomFrame>
            }
        },
    )
}

/// A badge as it is printed and cut out.
#[component]
pub(crate) fn PrintedBadge(
    /// Where the square leads, without the code.
    address: String,
    /// No surname stands on a badge.
    first_name: String,
    /// The classroom.
    room: String,
    /// What is printed.
    badge: BadgeCard,
) -> impl IntoView {
    let plain = badge.code.replace('-', "");
    let square = badges::square(&format!("{address}#{plain}")).map(|square| {
        let side = square.side;
        view! {
            <svg class="badge-square" viewBox=format!("0 0 {side} {side}") role="img" aria-label="Square to scan" shape-rendering="crispEdges">
                <path class="badge-paper" d=format!("M0 0h{side}v{side}H0z") />
                <path class="badge-ink" d=square.path />
            </svg>
        }
    });
    view! {
        <li class="badge-card">
            {square}
            <div class="badge-words">
                <span class="badge-name">{first_name}</span>
                <span>{room}</span>
                <span class="badge-code">{badge.code}</span>
            </div>
        </li>
    }
    .erased()
}

/// `/classrooms/:id/badges/sheet`: whose pictures are which, for the teacher.
#[component]
pub(crate) fn PictureSheetRoute() -> impl IntoView {
    let id = id_in_path::<ClassroomId>();
    load(lines(id, None), |(actor, head, lines)| {
        let rows = given(lines)
            .into_iter()
            .map(|(_, full_name, badge)| {
                view! {
                    <li class="row">
                        <span class="row-title">{full_name}</span>
                        <div class="row-end">
                            <PicturesTold pictures=badge.pictures />
                        </div>
                    </li>
                }
            })
            .collect_erased();
        view! {
            <ClassroomFrame actor head tab="/badges/sheet">
                <Spread id="pictures" title="Pictures" note="For the teacher alone. Each child is shown their own".to_owned()>
                    <ul class="rows" role="list">{rows}</ul>
                </Spread>
            </ClassroomFrame>
        }
    })
}
