//! The parts of a tablet that a class shares: badges, what waits to be sent, and how
//! somebody reads best.

use leptos::prelude::*;
use vocab::badges::{BadgeCard, Picture};
use vocab::moment::Moment;
use vocab::reading::{Reading, ReadingForm};

use crate::badges::{PictureTiles, PicturesTold, PrintedBadge};
use crate::reading::ReadingFields;
use crate::ui::{Button, ButtonLink, Erased, Spread};

/// Everything of a shared tablet.
#[component]
pub(super) fn Tablet() -> impl IntoView {
    view! {
        <Badge />
        <Spread id="waiting" title="What waits to be sent" note="On every page of a student, while something does".to_owned()>
            // As `showBar` of public/js/offline.js makes it.
            <div class="notice">
                <div class="stack">
                    <p>"On this tablet: 2 items wait to be sent. It is sent by itself, also after you sign out."</p>
                    <p>"1 item needs you: the school did not take it."</p>
                    <p>"1 item from another user waiting to send"</p>
                    <ButtonLink href="#waiting">"See what waits"</ButtonLink>
                </div>
            </div>
        </Spread>
        <Spread id="reading" title="How somebody reads" note="Kept with an account, or on the device".to_owned()>
            <form class="form reading-form" method="get" action="/settings/reading">
                <ReadingFields form=ReadingForm::from(Reading::default()) errors=Vec::new() />
                <div class="cluster">
                    <Button>"Try it on a page"</Button>
                </div>
            </form>
        </Spread>
        <Spread id="ruler-band" title="Reading ruler" note="Follows the pointer, a tap, the focus and the arrow keys".to_owned()>
            <div class="paper prose ruler-sample">
                <p>"The tide pools fill twice a day. Between tides the water is clear."</p>
                <p>"Draw what lives in one pool, and write two sentences about it."</p>
                <div class="ruler" aria-hidden="true"></div>
            </div>
        </Spread>
    }
    .erased()
}

#[component]
fn Badge() -> impl IntoView {
    let pictures = vec![Picture::Apple, Picture::Boat, Picture::Star];
    let badge = BadgeCard {
        code: "KX4-72M-9TQ".to_owned(),
        pictures: pictures.clone(),
        issued: Moment {
            iso: "2026-11-26T15:30:00Z".to_owned(),
            words: "Thursday 26 November, 15:30".to_owned(),
        },
    };
    view! {
        <Spread id="badge" title="Badge" note="A first name, a square and three pictures; ten to a page".to_owned()>
            <ul class="badge-cards" role="list">
                <PrintedBadge
                    address="https://school.example/badge".to_owned()
                    first_name="Idris".to_owned()
                    room="3 Oak".to_owned()
                    badge
                />
            </ul>
            <p class="cluster above">
                <PicturesTold pictures />
            </p>
        </Spread>
        <Spread id="pictures" title="Pictures to tap" note="Three of twelve, in any order".to_owned()>
            <PictureTiles />
        </Spread>
    }
    .erased()
}
