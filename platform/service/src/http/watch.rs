//! What one connection is doing, and until when that is all right.

use super::limits::Limits;
use super::pace::Paced;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Shared by the socket (which tells of bytes), the requests on it, and whoever may end it.
#[derive(Debug)]
pub(super) struct Watch {
    state: Mutex<State>,
    header: Duration,
    idle: Duration,
    evicted: Notify,
}

#[derive(Debug)]
struct State {
    /// Requests whose answer has not gone out whole.
    requests: u32,
    /// Bytes between two requests may be anything there, and the whole of a header is seen by its own limits.
    is_http2: bool,
    /// It is something else by now: a websocket, which looks after itself.
    is_upgraded: bool,
    /// Since when a header is being sent.
    header_since: Option<Instant>,
    /// Since when nothing has happened.
    idle_since: Instant,
    writing: Paced,
}

/// Whether a connection goes on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Look again then.
    Good(Instant),
    Cut(&'static str),
}

impl Watch {
    /// A fresh connection is expected to send a header.
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        let now = Instant::now();
        let state = State {
            requests: 0,
            is_http2: false,
            is_upgraded: false,
            header_since: Some(now),
            idle_since: now,
            writing: Paced::new(limits.download),
        };
        Arc::new(Self { state: Mutex::new(state), header: limits.header, idle: limits.idle, evicted: Notify::new() })
    }

    pub(super) fn read(&self) {
        let mut state = self.state();
        if state.requests == 0 && !state.is_http2 && state.header_since.is_none() {
            state.header_since = Some(Instant::now());
        }
    }

    pub(super) fn wrote(&self, bytes: usize) {
        let now = Instant::now();
        let mut state = self.state();
        state.writing.moved(bytes, now);
        // The end of an answer may still be going out to somebody slow.
        state.idle_since = now;
    }

    pub(super) fn waits_to_write(&self) {
        self.state().writing.waits(Instant::now());
    }

    /// A request has come; it is over when what is returned is dropped.
    pub(super) fn begin(self: &Arc<Self>, version: http::Version) -> Running {
        let mut state = self.state();
        state.requests += 1;
        state.header_since = None;
        state.is_http2 = version == http::Version::HTTP_2;
        Running(Arc::clone(self))
    }

    pub(super) fn upgraded(&self) {
        self.state().is_upgraded = true;
    }

    /// Makes room for another connection.
    pub(super) fn evict(&self) {
        self.evicted.notify_one();
    }

    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// Since when nobody would miss it; none while something is done on it.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let state = self.state();
        let is_idle = state.requests == 0 && !state.is_upgraded;
        is_idle.then(|| state.header_since.unwrap_or(state.idle_since))
    }

    pub(super) fn verdict(&self, now: Instant) -> Verdict {
        let state = self.state();
        if state.writing.deadline().is_some_and(|deadline| deadline <= now) {
            return Verdict::Cut("nobody takes the answer");
        }
        // No deadline begins between two looks that would end before the second.
        let mut next = now + self.header.min(self.idle);
        if state.requests == 0 {
            let (deadline, cause) = match state.header_since {
                Some(since) => (since + self.header, "the header takes too long"),
                None => (state.idle_since + self.idle, "nothing is asked"),
            };
            if deadline <= now {
                return Verdict::Cut(cause);
            }
            next = next.min(deadline);
        }
        Verdict::Good(state.writing.deadline().map_or(next, |deadline| next.min(deadline)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A request that is being answered.
pub(super) struct Running(Arc<Watch>);

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.requests = state.requests.saturating_sub(1);
        state.idle_since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { header: Duration::from_secs(10), idle: Duration::from_secs(60), ..Limits::default() }
    }

    fn is_cut(watch: &Watch, after: u64) -> bool {
        matches!(watch.verdict(Instant::now() + Duration::from_secs(after)), Verdict::Cut(_))
    }

    #[test]
    fn a_fresh_connection_must_send_its_header() {
        let watch = Watch::new(&limits());
        assert!(!is_cut(&watch, 9));
        assert!(is_cut(&watch, 11));
    }

    #[test]
    fn a_request_may_take_as_long_as_it_likes() {
        let watch = Watch::new(&limits());
        let running = watch.begin(http::Version::HTTP_11);
        assert!(!is_cut(&watch, 86_400));
        assert_eq!(watch.idle_since(), None);
        drop(running);
        assert!(!is_cut(&watch, 59));
        assert!(is_cut(&watch, 61));
        assert!(watch.idle_since().is_some());
    }

    #[test]
    fn the_next_header_must_come_quickly_once_it_has_begun() {
        let watch = Watch::new(&limits());
        drop(watch.begin(http::Version::HTTP_11));
        watch.read();
        assert!(is_cut(&watch, 11));
    }

    #[test]
    fn who_takes_nothing_of_an_answer_is_cut_whatever_runs() {
        let watch = Watch::new(&limits());
        let _running = watch.begin(http::Version::HTTP_11);
        watch.waits_to_write();
        assert!(!is_cut(&watch, 59));
        assert!(is_cut(&watch, 61));
        watch.wrote(10_000);
        assert!(!is_cut(&watch, 86_400));
    }

    #[test]
    fn a_websocket_is_nobody_s_to_make_room_with() {
        let watch = Watch::new(&limits());
        drop(watch.begin(http::Version::HTTP_11));
        watch.upgraded();
        assert_eq!(watch.idle_since(), None);
    }
}
