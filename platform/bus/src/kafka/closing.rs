//! Clients of librdkafka are closed on threads of their own: closing waits for the broker, and a broker that is gone lets
//! it wait for as long as a session lasts. Whoever drops one, on whatever thread, goes on at once.

use std::ops::Deref;

/// A client that is closed elsewhere when it is dropped.
pub(super) struct Closing<T: Send + 'static> {
    /// There until it is dropped.
    client: Option<T>,
}

impl<T: Send + 'static> Closing<T> {
    pub(super) fn new(client: T) -> Self {
        Self { client: Some(client) }
    }
}

impl<T: Send + 'static> Deref for Closing<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.client.as_ref().expect("the client is there until it is dropped")
    }
}

impl<T: Send + 'static> Drop for Closing<T> {
    fn drop(&mut self) {
        let client = self.client.take();
        // No thread of the runtime's: it would be waited for when the process ends.
        if let Err(error) = std::thread::Builder::new().name("kafka-close".to_owned()).spawn(move || drop(client)) {
            tracing::warn!(%error, "a client of Kafka was closed here, for want of a thread");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Says on which thread it was closed, once it is allowed to.
    struct Slow {
        go: mpsc::Receiver<()>,
        closed: mpsc::Sender<std::thread::ThreadId>,
    }

    impl Drop for Slow {
        fn drop(&mut self) {
            self.go.recv().unwrap();
            self.closed.send(std::thread::current().id()).unwrap();
        }
    }

    #[test]
    fn who_drops_a_client_does_not_wait_until_it_is_closed() {
        let ((allow, go), (closed, thread)) = (mpsc::channel(), mpsc::channel());
        drop(Closing::new(Slow { go, closed }));
        allow.send(()).unwrap();
        assert_ne!(thread.recv().unwrap(), std::thread::current().id());
    }
}
