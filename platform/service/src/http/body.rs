//! The bodies of a connection: what comes must come at a pace, and what goes keeps its request running until it has gone.

use super::pace::{Pace, Paced};
use super::watch::Running;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::time::{Instant, Sleep};

/// In the extensions of every request: whether its body was given up because it came too slowly.
#[derive(Clone, Debug, Default)]
pub(super) struct TooSlow(Arc<AtomicBool>);

impl TooSlow {
    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Why reading such a body ended.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct CameTooSlowly;

/// A body that ends with an error when its sender is too slow.
pub(super) struct PacedBody {
    body: Incoming,
    paced: Paced,
    too_slow: TooSlow,
    timer: Option<Pin<Box<Sleep>>>,
}

impl PacedBody {
    pub(super) fn new(body: Incoming, pace: Pace, too_slow: TooSlow) -> Self {
        Self { body, paced: Paced::new(pace), too_slow, timer: None }
    }

    fn poll_deadline(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.paced.waits(Instant::now());
        let Some(deadline) = self.paced.deadline() else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(context)
    }
}

impl Body for PacedBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.paced.moved(bytes, Instant::now());
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if self.poll_deadline(context).is_ready() => {
                self.too_slow.0.store(true, Ordering::Release);
                Poll::Ready(Some(Err(CameTooSlowly.into())))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer that is not over before its last byte was handed to the socket.
pub(super) struct RunningBody {
    body: axum::body::Body,
    running: Option<Running>,
}

impl RunningBody {
    pub(super) fn new(body: axum::body::Body, running: Running) -> Self {
        Self { body, running: Some(running) }
    }
}

impl Body for RunningBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = &frame {
            self.running = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
