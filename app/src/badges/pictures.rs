//! The twelve pictures, drawn in one line each, with their names for screen readers.

use leptos::prelude::*;
use vocab::badges::Picture;

use crate::ui::{CollectErased, Erased};

/// The twelve, each with a box to tick: a tap on a picture ticks it.
#[component]
pub(crate) fn PictureTiles() -> impl IntoView {
    let tiles = Picture::ALL
        .iter()
        .map(|picture| {
            view! {
                <label class="picture-tile">
                    <input type="checkbox" name="picture" value=picture.as_str() />
                    <Drawing picture=*picture />
                    <span>{name(*picture)}</span>
                </label>
            }
        })
        .collect_erased();
    view! { <div class="picture-grid">{tiles}</div> }
}

/// Somebody's pictures in their order, each with its name.
#[component]
pub(crate) fn PicturesTold(
    /// Three of the twelve.
    pictures: Vec<Picture>,
) -> impl IntoView {
    pictures
        .into_iter()
        .map(|picture| {
            view! {
                <span class="picture-told">
                    <Drawing picture />
                    {name(picture)}
                </span>
            }
        })
        .collect_erased()
}

/// A picture. Its name stands beside it and is not repeated.
#[component]
fn Drawing(
    /// Which.
    picture: Picture,
) -> impl IntoView {
    view! {
        <svg class="picture" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
            <path d=line(picture) />
        </svg>
    }
    .erased()
}

/// Its name, as a child says it.
const fn name(picture: Picture) -> &'static str {
    match picture {
        Picture::Apple => "Apple",
        Picture::Ball => "Ball",
        Picture::Boat => "Boat",
        Picture::Fish => "Fish",
        Picture::Flower => "Flower",
        Picture::House => "House",
        Picture::Key => "Key",
        Picture::Kite => "Kite",
        Picture::Moon => "Moon",
        Picture::Star => "Star",
        Picture::Tree => "Tree",
        Picture::Umbrella => "Umbrella",
    }
}

const fn line(picture: Picture) -> &'static str {
    match picture {
        Picture::Apple => {
            "M24 15c-3-4-15-4-15 9 0 10 8 20 15 17 7 3 15-7 15-17 0-13-12-13-15-9zM24 14c0-5 3-9 8-10 0 6-3 9-8 10z"
        }
        Picture::Ball => {
            "M24 6a18 18 0 1 0 0 36a18 18 0 1 0 0-36zM6 24h36M24 6c9 10 9 26 0 36M24 6c-9 10-9 26 0 36"
        }
        Picture::Boat => "M6 33h36l-6 9H12zM24 5v28M24 8l14 21H24z",
        Picture::Fish => "M5 24c8-13 23-13 29 0-6 13-21 13-29 0zM34 24l9-9v18zM14 22h.1",
        Picture::Flower => {
            "M24 17a4 4 0 1 0 0 8a4 4 0 1 0 0-8zM24 17c-8-15 8-15 0 0zM24 25c-8 15 8 15 0 0zM20 21c-15-8-15 8 0 0zM28 21c15-8 15 8 0 0zM24 34v10"
        }
        Picture::House => "M5 24L24 7l19 17M10 20v21h28V20M20 41V29h8v12",
        Picture::Key => "M7 24a8 8 0 1 0 16 0a8 8 0 1 0-16 0zM23 24h19v8M34 24v7",
        Picture::Kite => "M24 4l12 14-12 19L12 18zM24 4v33M12 18h24M24 37c7 2-5 5 5 8",
        Picture::Moon => "M30 6a19 19 0 1 0 12 25a15 15 0 0 1-12-25z",
        Picture::Star => "M24 5l6 12 13 2-9.5 9.5 2.5 13L24 35l-12 6.500 2.500-13L5 19l13-2z",
        Picture::Tree => "M24 4L11 23h6L8 35h32l-9-12h6zM24 35v9",
        Picture::Umbrella => "M5 25a19 19 0 0 1 38 0zM24 6v33c0 6-8 6-8 0",
    }
}
