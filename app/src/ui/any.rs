//! Views without their types, in the builds that are tested and developed on. A view's type holds
//! the types of all that is in it: pages would take the compiler and the linker most of their
//! time, and hundreds of megabytes for names. So each component ends with `.erased()`, and lists
//! are gathered by `.collect_erased()`. The HTML is the same. A release keeps the types, which
//! show a page a little quicker, and so do the parts of islands; the linter has them too, and finds
//! what a release could not compile.

use leptos::prelude::*;

/// A view that loses its type where that makes the build quicker.
pub trait Erased: IntoView + 'static {
    /// What becomes of it.
    type View: IntoView + 'static;

    /// The same view.
    fn erased(self) -> Self::View;
}

#[cfg(all(debug_assertions, not(clippy)))]
impl<V: IntoView + 'static> Erased for V {
    type View = AnyView;

    fn erased(self) -> AnyView {
        self.into_any()
    }
}

#[cfg(not(all(debug_assertions, not(clippy))))]
impl<V: IntoView + 'static> Erased for V {
    type View = V;

    fn erased(self) -> V {
        self
    }
}

/// The views of a list, each without its type where that makes the build quicker.
pub trait CollectErased: IntoIterator<Item: Erased> + Sized {
    /// The same views.
    fn collect_erased(self) -> Vec<<Self::Item as Erased>::View> {
        self.into_iter().map(Erased::erased).collect()
    }
}

impl<I: IntoIterator<Item: Erased>> CollectErased for I {}
