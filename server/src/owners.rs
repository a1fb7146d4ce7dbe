//! What a page reads while it is written belongs to its own request. Leptos keeps the owner
//! of that in the thread, and threads change hands whenever a request waits: without this a
//! page that goes on finds the owner of whoever was answered meanwhile, with their contexts
//! and their signals.

use std::future::{Future, poll_fn};
use std::pin::pin;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use leptos::prelude::Owner;

/// Each request under owners of its own.
pub(crate) async fn keep_apart(request: Request, next: Next) -> Response {
    apart(next.run(request)).await
}

/// The answer, under its own owner each time that it goes on; the thread gets back the one
/// that it had.
async fn apart<F: Future>(answer: F) -> F::Output {
    let mut answer = pin!(answer);
    let mut own = None;
    poll_fn(|context| {
        let others = put_in_place(own.take());
        let polled = answer.as_mut().poll(context);
        own = put_in_place(others);
        polled
    })
    .await
}

/// Makes `next` the thread's owner, and tells which one it was before.
fn put_in_place(next: Option<Owner>) -> Option<Owner> {
    let before = Owner::current();
    match next {
        Some(owner) => owner.set(),
        None => {
            if let Some(owner) = before.clone() {
                owner.unset();
            }
        }
    }
    before
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll};

    use axum::body::{Body, to_bytes};
    use futures::channel::oneshot::{Receiver, channel};
    use futures::future::BoxFuture;
    use futures::task::noop_waker;
    use leptos::prelude::*;

    use super::*;

    #[derive(Clone)]
    struct Person(&'static str);

    /// A page that waits, and then says whose it is: by a context that is read while it is
    /// written, and by a signal.
    fn page_of(person: &'static str, waits: Receiver<()>) -> BoxFuture<'static, String> {
        let waits = Arc::new(Mutex::new(Some(waits)));
        let render = leptos_axum::render_app_async_with_context(
            move || provide_context(Person(person)),
            move || {
                let waits = waits.lock().ok().and_then(|mut waits| waits.take());
                Suspend::new(async move {
                    if let Some(waits) = waits {
                        waits.await.expect("the page is let go on");
                    }
                    let signal = RwSignal::new(person);
                    let by_context = move || use_context::<Person>().map(|person| person.0);
                    let by_memo = move || ArcMemo::new(move |_| signal.get()).get();
                    view! { <p>{by_context} " " {by_memo} " " {move || signal.get()}</p> }
                })
            },
        );
        let answer = apart(render(Request::new(Body::empty())));
        Box::pin(async {
            let body = to_bytes(answer.await.into_body(), usize::MAX).await;
            String::from_utf8(body.expect("the page is whole").to_vec()).expect("text")
        })
    }

    #[tokio::test]
    async fn a_page_that_waited_is_written_with_its_own_and_never_with_another_persons() {
        // It also starts what runs a page's tasks, as it does for the server.
        let _ = leptos_axum::generate_route_list(|| ());
        let (go_on, waits) = channel();
        let (_never, still_waits) = channel();
        let mut first = page_of("Ada", waits);
        let mut second = page_of("Ben", still_waits);
        let waker = noop_waker();
        let mut context = Context::from_waker(&waker);
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(matches!(second.as_mut().poll(&mut context), Poll::Pending));
        go_on.send(()).expect("the first page waits");
        let html = first.await;
        assert_eq!(html.matches("Ada").count(), 3, "{html}");
        assert!(!html.contains("Ben"), "{html}");
        assert!(
            Owner::current().is_none(),
            "a thread that waits is nobody's"
        );
    }
}
