//! Views without their types. A view's type holds the types of all that is in it: pages would
//! take the compiler and the linker most of their time, and hundreds of megabytes for names. So
//! each component ends with `.into_any()`, and lists are gathered by [`CollectAny`]. Only what
//! islands are made of keeps its types, for there they make the WASM smaller.

use leptos::prelude::*;

/// Gathers the views of a list.
pub trait CollectAny {
    /// The views, as views of one type.
    fn collect_any(self) -> Vec<AnyView>;
}

impl<I> CollectAny for I
where
    I: IntoIterator<Item: IntoAny>,
{
    fn collect_any(self) -> Vec<AnyView> {
        self.into_iter().map(IntoAny::into_any).collect()
    }
}
