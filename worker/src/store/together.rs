//! Several futures at once. The library's `join_all` brings a queue and a heap for hundreds of them, once
//! for each type of theirs. Ours are six at most, and all are polled whenever one of them wakes.

use futures_util::future::{LocalBoxFuture, MaybeDone, maybe_done};
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

/// What each of them gives, in their order.
pub async fn together<'a, F>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future + 'a,
{
    let mut all: Vec<MaybeDone<LocalBoxFuture<'a, F::Output>>> = vec![];
    for future in futures {
        all.push(maybe_done(Box::pin(future)));
    }
    poll_fn(move |waker| poll(&mut all, waker)).await
}

fn poll<T>(all: &mut [MaybeDone<LocalBoxFuture<'_, T>>], waker: &mut Context<'_>) -> Poll<Vec<T>> {
    let mut ready = true;
    for one in all.iter_mut() {
        ready &= Pin::new(one).poll(waker).is_ready();
    }
    if ready {
        Poll::Ready(all.iter_mut().filter_map(|one| Pin::new(one).take_output()).collect())
    } else {
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_channel::oneshot;
    use futures_util::FutureExt;

    #[test]
    fn they_end_in_any_order_and_come_in_theirs() {
        let (first, one) = oneshot::channel();
        let (second, two) = oneshot::channel();
        let mut both = Box::pin(together([one, two]));
        assert!(both.as_mut().now_or_never().is_none());
        second.send("two").unwrap();
        assert!(both.as_mut().now_or_never().is_none());
        first.send("one").unwrap();
        assert_eq!(both.now_or_never(), Some(vec![Ok("one"), Ok("two")]));
        assert_eq!(together(Vec::<std::future::Ready<()>>::new()).now_or_never(), Some(vec![]));
    }
}
