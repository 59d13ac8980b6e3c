//! One connection: hello, subscriptions, events; heartbeat, token expiry, and a client that is too slow.
//!
//! The reader of the log never waits for the client. What does not fit into the outgoing queue is dropped, and once there
//! is room again the client is told to fetch anew: memory per connection is bounded whatever happens.

use super::channel::{self, Guard, Told};
use super::message::{Answer, Request};
use crate::state::PublishersState;
use axum::extract::ws::{Message, WebSocket};
use casewright_access::{Resource, Subject};
use casewright_bus::{Broadcast, EntryEnvelope, Resume};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long a client may take for its hello, the first or after its token ended.
const HELLO_PATIENCE: Duration = Duration::from_secs(30);
/// A ping this often; a client that was silent for three of them is gone.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Messages that may wait for a client.
const QUEUE: usize = 256;
/// Channels of one connection.
const MAX_CHANNELS: usize = 200;
/// Missed events that are told one by one after a resume; beyond, fetching anew is cheaper.
const MAX_REPLAYED: usize = 1_000;

struct Session {
    state: PublishersState,
    subject: Subject,
    /// When the token ends, by the journal's clock, in seconds since 1970.
    expires: Option<i64>,
    channels: HashSet<String>,
    queue: mpsc::Sender<Message>,
    /// Events were dropped because the queue was full.
    is_behind: bool,
    /// The token has ended; nothing is told until a new one comes.
    is_paused: bool,
    /// Replayed events since the resume, while still replaying.
    replayed: usize,
    connected_at: jiff::Timestamp,
    last_heard: Instant,
    hello_until: Instant,
}

pub(crate) async fn run(state: PublishersState, socket: WebSocket) {
    let (sink, mut stream) = socket.split();
    let (queue, outgoing) = mpsc::channel(QUEUE);
    let writer = tokio::spawn(write(sink, outgoing));
    if let Some((session, broadcast)) = greet(state, queue, &mut stream).await {
        session.serve(broadcast, stream).await;
    }
    // The queue is gone with the session: the writer sends what is left and closes.
    if tokio::time::timeout(HELLO_PATIENCE, writer).await.is_err() {
        tracing::debug!("a live connection did not close in time");
    }
}

async fn write(mut sink: SplitSink<WebSocket, Message>, mut outgoing: mpsc::Receiver<Message>) {
    while let Some(message) = outgoing.recv().await {
        if sink.send(message).await.is_err() {
            // The client is gone; the reader learns it too.
            return;
        }
    }
    if let Err(error) = sink.close().await {
        tracing::debug!(%error, "a live connection was closed by the other side first");
    }
}

/// Waits for a good hello. None: there was none; the client was told why.
async fn greet(
    state: PublishersState,
    queue: mpsc::Sender<Message>,
    stream: &mut SplitStream<WebSocket>,
) -> Option<(Session, Broadcast)> {
    let deadline = Instant::now() + HELLO_PATIENCE;
    let (token, resume) = loop {
        match tokio::time::timeout_at(deadline, stream.next()).await.ok()?? {
            Ok(Message::Text(text)) => match serde_json::from_str(&text) {
                Ok(Request::Hello { token, resume }) => break (token, resume),
                Ok(_) | Err(_) => {
                    tell(&queue, &Answer::Error { code: "invalid-message".to_owned() }).await;
                    return None;
                }
            },
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            Ok(_) | Err(_) => return None,
        }
    };
    let (subject, expires) = match state.access().verify_token(&token).await {
        Ok(verified) => verified,
        Err(problem) => {
            tell(&queue, &Answer::Error { code: problem.code }).await;
            return None;
        }
    };
    let (resume, is_lost) = match resume.as_deref().map(Resume::from_token) {
        None => (None, false),
        Some(Ok(resume)) => (Some(resume), false),
        Some(Err(_)) => (None, true),
    };
    let broadcast = match state.bus().broadcast(&channel::KINDS, resume.as_ref()).await {
        Ok(broadcast) => broadcast,
        Err(error) => {
            tracing::warn!(error = %error, "live events cannot be read");
            tell(&queue, &Answer::Error { code: "unavailable".to_owned() }).await;
            return None;
        }
    };
    let position = broadcast.resume().to_token();
    tell(&queue, &Answer::Ready { position: position.clone() }).await;
    if is_lost {
        tell(&queue, &Answer::Resync { position }).await;
    }
    let now = Instant::now();
    let session = Session {
        connected_at: state.journal().clock().now(),
        state,
        subject,
        expires,
        channels: HashSet::new(),
        queue,
        is_behind: false,
        is_paused: false,
        replayed: 0,
        last_heard: now,
        hello_until: now,
    };
    Some((session, broadcast))
}

async fn tell(queue: &mpsc::Sender<Message>, answer: &Answer) {
    if queue.send(text(answer)).await.is_err() {
        tracing::debug!("a live client left before it was answered");
    }
}

fn text(answer: &Answer) -> Message {
    Message::Text(serde_json::to_string(answer).unwrap_or_default().into())
}

/// Whether a connection goes on.
#[derive(PartialEq)]
enum Next {
    GoOn,
    Close,
}

impl Session {
    async fn serve(mut self, mut broadcast: Broadcast, mut stream: SplitStream<WebSocket>) {
        let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        // Expiry is looked at every second: the journal's clock is not tokio's.
        let mut expiry = tokio::time::interval(Duration::from_secs(1));
        loop {
            let room = self.queue.clone();
            let next = tokio::select! {
                message = stream.next() => match message {
                    Some(Ok(message)) => {
                        let position = broadcast.resume().to_token();
                        self.hear(message, position).await
                    }
                    Some(Err(_)) | None => Next::Close,
                },
                entry = broadcast.next() => match entry {
                    Some(entry) => {
                        let position = broadcast.resume().to_token();
                        self.pass_on(&entry, &position, &mut broadcast).await
                    }
                    None => Next::Close,
                },
                permit = room.reserve_many(QUEUE / 2), if self.is_behind => match permit {
                    Ok(permits) => {
                        drop(permits);
                        self.is_behind = false;
                        self.offer(&Answer::Resync { position: broadcast.resume().to_token() });
                        Next::GoOn
                    }
                    Err(_) => Next::Close,
                },
                _ = heartbeat.tick() => self.beat(),
                _ = expiry.tick() => self.look_at_token(),
            };
            if next == Next::Close {
                return;
            }
        }
    }

    async fn hear(&mut self, message: Message, position: String) -> Next {
        self.last_heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Next::GoOn,
            Message::Binary(_) => return self.refuse("invalid-message"),
            Message::Close(_) => return Next::Close,
        };
        match serde_json::from_str(&text) {
            Ok(Request::Hello { token, .. }) => self.renew(&token, position).await,
            Ok(Request::Subscribe { channels }) => self.subscribe(channels),
            Ok(Request::Unsubscribe { channels }) => {
                for channel in channels {
                    self.channels.remove(&channel);
                }
                Next::GoOn
            }
            Ok(Request::Ping {}) => {
                self.offer(&Answer::Pong {});
                Next::GoOn
            }
            Err(_) => self.refuse("invalid-message"),
        }
    }

    /// A new token for the same person; another one's would mix what two people see.
    async fn renew(&mut self, token: &str, position: String) -> Next {
        match self.state.access().verify_token(token).await {
            Ok((subject, expires)) if subject.id == self.subject.id && subject.tenant == self.subject.tenant => {
                self.subject = subject;
                self.expires = expires;
                self.offer(&Answer::Ready { position: position.clone() });
                if std::mem::take(&mut self.is_paused) {
                    // What happened meanwhile was not told.
                    self.offer(&Answer::Resync { position });
                }
                Next::GoOn
            }
            Ok(_) => {
                self.offer(&Answer::Error { code: "unauthorized".to_owned() });
                Next::Close
            }
            Err(problem) => {
                self.offer(&Answer::Error { code: problem.code });
                Next::Close
            }
        }
    }

    fn subscribe(&mut self, channels: Vec<String>) -> Next {
        for channel in channels {
            if !channel::is_known(&channel) {
                return self.refuse("unknown-channel");
            }
            if self.channels.len() >= MAX_CHANNELS && !self.channels.contains(&channel) {
                return self.refuse("too-many-channels");
            }
            self.channels.insert(channel);
        }
        Next::GoOn
    }

    async fn pass_on(&mut self, entry: &EntryEnvelope, position: &str, broadcast: &mut Broadcast) -> Next {
        if entry.tenant != self.subject.tenant || self.is_paused {
            return Next::GoOn;
        }
        for told in channel::told(entry) {
            let wanted: Vec<&String> =
                told.channels.iter().filter(|channel| self.channels.contains(*channel)).collect();
            if wanted.is_empty() || !self.may_be_told(&told).await {
                continue;
            }
            for channel in wanted {
                let answer = Answer::Event {
                    channel: channel.clone(),
                    kind: told.kind.to_owned(),
                    id: told.id.clone(),
                    event: entry.event.to_string(),
                    version: entry.seq,
                    position: position.to_owned(),
                };
                // Collected first would borrow `self` twice; the queue is all that is needed.
                if !self.is_behind && self.queue.try_send(text(&answer)).is_err() {
                    self.is_behind = true;
                }
            }
            if entry.at < self.connected_at {
                self.replayed += 1;
            }
        }
        if self.replayed > MAX_REPLAYED {
            return self.skip_to_now(broadcast).await;
        }
        Next::GoOn
    }

    /// Too much was missed.
    async fn skip_to_now(&mut self, broadcast: &mut Broadcast) -> Next {
        self.replayed = 0;
        match self.state.bus().broadcast(&channel::KINDS, None).await {
            Ok(fresh) => {
                *broadcast = fresh;
                self.offer(&Answer::Resync { position: broadcast.resume().to_token() });
                Next::GoOn
            }
            Err(error) => {
                tracing::warn!(error = %error, "live events cannot be read");
                Next::Close
            }
        }
    }

    /// Asks policy, now: access that was taken away a moment ago is gone here too.
    async fn may_be_told(&self, told: &Told) -> bool {
        let handle = self.state.journal().tenant(&self.subject.tenant);
        let attributes = match &told.guard {
            Guard::Attributes(attributes) => Some(attributes.clone()),
            Guard::Case => match handle.get("case", &told.id).await {
                Ok(row) => row.map(|row| crate::state::case_attributes(&row)),
                Err(error) => {
                    tracing::warn!(error = %error, "a case cannot be looked up; its event is not told");
                    None
                }
            },
            Guard::Notification => match handle.get("notification", &told.id).await {
                Ok(row) => row.map(|row| json!({"user": row.get("user").cloned().unwrap_or(Value::Null)})),
                Err(error) => {
                    tracing::warn!(error = %error, "a notification cannot be looked up; its event is not told");
                    None
                }
            },
        };
        let Some(attributes) = attributes else {
            return false;
        };
        let resource = Resource::new(told.kind, &told.id).with(attributes);
        self.state.access().authorize(&self.subject, "read", &resource).await.is_ok()
    }

    fn beat(&mut self) -> Next {
        if self.last_heard.elapsed() > HEARTBEAT * 3 {
            return Next::Close;
        }
        // A full queue means that the client is not reading; the silence rule ends it.
        if self.queue.try_send(Message::Ping(bytes::Bytes::new())).is_err() {
            self.is_behind = true;
        }
        Next::GoOn
    }

    fn look_at_token(&mut self) -> Next {
        if self.is_paused {
            return if Instant::now() > self.hello_until { Next::Close } else { Next::GoOn };
        }
        let now = self.state.journal().clock().now().as_second();
        if self.expires.is_some_and(|expires| expires <= now) {
            self.is_paused = true;
            self.hello_until = Instant::now() + HELLO_PATIENCE;
            return self.refuse("token-expired");
        }
        Next::GoOn
    }

    fn refuse(&mut self, code: &str) -> Next {
        self.offer(&Answer::Error { code: code.to_owned() });
        Next::GoOn
    }

    fn offer(&mut self, answer: &Answer) {
        if self.queue.try_send(text(answer)).is_err() {
            self.is_behind = true;
        }
    }
}
