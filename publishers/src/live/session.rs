//! One connection: hello, subscriptions, events; heartbeat, token expiry, the end of the sign-in, a client that is too slow, and a
//! process that is about to stop.
//!
//! The reader of the log never waits for the client. What does not fit into the outgoing queue is dropped, and once there
//! is room again the client is told to fetch anew: memory per connection is bounded whatever happens.

use super::message::{Activity, Answer, Request};
use super::places::{Place, Waiting};
use super::presence::Here;
use super::publication::{self, Guard, Publication};
use crate::state::PublishersState;
use crate::views::notification::{NotificationRow, VIEW};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use casewright_access::{Resource, Subject, Whose};
use casewright_bus::{Broadcast, EntryEnvelope, Resume};
use casewright_contracts::{CaseRow, views};
use casewright_journal::StoreError;
use casewright_service::Shutdown;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// Messages that may wait for a client.
const QUEUE: usize = 256;
/// Channels of one connection.
const MAX_CHANNELS: usize = 200;
/// Missed events that are told one by one after a resume; beyond, fetching anew is cheaper.
const MAX_REPLAYED: usize = 1_000;

struct Session {
    state: PublishersState,
    subject: Subject,
    /// At which cases its person is; nowhere when the connection ends.
    here: Here,
    /// Given back when the connection ends.
    _place: Place,
    /// When the token ends, by the journal's clock, in seconds since 1970.
    expires: Option<i64>,
    channels: HashSet<String>,
    queue: mpsc::Sender<Message>,
    /// A subscription has come; before it nothing is read, so that what a resume replays is not passed by.
    is_listening: bool,
    /// Since when the queue has been full and events are dropped.
    behind_since: Option<Instant>,
    /// The token has ended; nothing is told until a new one comes.
    is_paused: bool,
    /// Replayed events since the resume, while still replaying.
    replayed: usize,
    connected_at: jiff::Timestamp,
    last_heard: Instant,
    hello_until: Instant,
}

pub(crate) async fn run(state: PublishersState, socket: WebSocket, waiting: Waiting) {
    let (sink, mut stream) = socket.split();
    let (queue, outgoing) = mpsc::channel(QUEUE);
    let times = state.live_times();
    let shutdown = state.shutdown().clone();
    let mut writer = tokio::spawn(write(sink, outgoing, shutdown.clone()));
    let conversation = async {
        if let Some((session, broadcast)) = greet(state, queue, &mut stream, waiting).await {
            session.serve(broadcast, stream).await;
        }
    };
    tokio::select! {
        () = conversation => {}
        () = shutdown.draining() => {}
    }
    // The queue is gone with the session: the writer sends what is left and closes.
    if tokio::time::timeout(times.closing, &mut writer).await.is_err() {
        // The client takes nothing; waiting on would hold the socket as long as the client likes.
        writer.abort();
        tracing::debug!("a live connection did not close in time and was cut");
    }
}

async fn write(mut sink: SplitSink<WebSocket, Message>, mut outgoing: mpsc::Receiver<Message>, shutdown: Shutdown) {
    while let Some(message) = outgoing.recv().await {
        if sink.send(message).await.is_err() {
            // The client is gone; the reader learns it too.
            return;
        }
    }
    let closed = if shutdown.is_draining() { sink.send(restarting()).await } else { sink.close().await };
    if let Err(error) = closed {
        tracing::debug!(%error, "a live connection was closed by the other side first");
    }
}

/// The end of a connection to a process that is about to stop: the client comes again, and finds another one.
fn restarting() -> Message {
    Message::Close(Some(CloseFrame { code: close_code::RESTART, reason: "this process is about to stop".into() }))
}

/// Waits for a good hello. None: there was none; the client was told why.
async fn greet(
    state: PublishersState,
    queue: mpsc::Sender<Message>,
    stream: &mut SplitStream<WebSocket>,
    waiting: Waiting,
) -> Option<(Session, Broadcast)> {
    let deadline = Instant::now() + state.live_times().hello;
    let (token, resume) = loop {
        let said = tokio::select! {
            said = tokio::time::timeout_at(deadline, stream.next()) => said.ok()??,
            () = waiting.sent_away() => return None,
        };
        match said {
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
    let place = match waiting.greet(&subject) {
        Ok(place) => place,
        Err(code) => {
            tracing::info!(subject = subject.id, "a live connection was refused: there are too many");
            tell(&queue, &Answer::Error { code: code.to_owned() }).await;
            return None;
        }
    };
    let (resume, is_lost) = match resume.as_deref().map(Resume::from_token) {
        None => (None, false),
        Some(Ok(resume)) => (Some(resume), false),
        Some(Err(_)) => (None, true),
    };
    let broadcast = match state.bus().broadcast(&publication::KINDS, resume.as_ref()).await {
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
        here: state.presence().enter(&subject),
        connected_at: state.journal().clock().now(),
        state,
        subject,
        _place: place,
        expires,
        channels: HashSet::new(),
        queue,
        is_listening: false,
        behind_since: None,
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

fn is_same_person(one: &Subject, other: &Subject) -> bool {
    one.id == other.id && one.tenant == other.tenant && one.issuer == other.issuer
}

/// Whether a connection goes on.
#[derive(PartialEq)]
enum Next {
    GoOn,
    Close,
}

impl Session {
    async fn serve(mut self, mut broadcast: Broadcast, mut stream: SplitStream<WebSocket>) {
        let period = self.state.live_times().heartbeat;
        let mut heartbeat = tokio::time::interval_at(Instant::now() + period, period);
        // Expiry is looked at every second: the journal's clock is not tokio's.
        let mut every_second = tokio::time::interval(Duration::from_secs(1));
        let mut endings = self.state.access().endings();
        // What ended between the hello and here.
        endings.mark_changed();
        loop {
            let (room, bell) = (self.queue.clone(), self.here.bell());
            let next = tokio::select! {
                message = stream.next() => match message {
                    Some(Ok(message)) => {
                        let position = broadcast.resume().to_token();
                        self.hear(message, position).await
                    }
                    Some(Err(_)) | None => Next::Close,
                },
                entry = broadcast.next(), if self.is_listening => match entry {
                    Some(entry) => {
                        let position = broadcast.resume().to_token();
                        self.pass_on(&entry, &position, &mut broadcast).await
                    }
                    None => Next::Close,
                },
                permit = room.reserve_many(QUEUE / 2), if self.behind_since.is_some() => match permit {
                    Ok(permits) => {
                        drop(permits);
                        self.behind_since = None;
                        self.offer(&Answer::Resync { position: broadcast.resume().to_token() });
                        Next::GoOn
                    }
                    Err(_) => Next::Close,
                },
                cases = bell.rung() => {
                    for case in cases {
                        self.tell_who_is_at(case).await;
                    }
                    Next::GoOn
                }
                ended = endings.changed() => match ended {
                    Ok(()) => self.look_at_sign_in(),
                    Err(_) => Next::Close,
                },
                _ = heartbeat.tick() => self.beat(),
                _ = every_second.tick() => self.look_at_time(),
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
            Ok(Request::Present { case, activity, detail }) => self.be_at(case, activity, detail).await,
            Ok(Request::Absent { case }) => {
                self.here.leave(&case);
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
            Ok((subject, expires)) if is_same_person(&subject, &self.subject) => {
                self.subject = subject;
                self.expires = expires;
                self.offer(&Answer::Ready { position: position.clone() });
                if std::mem::take(&mut self.is_paused) {
                    // What happened meanwhile was not published.
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
            if !publication::is_known(&channel) {
                return self.refuse("unknown-channel");
            }
            if self.channels.len() >= MAX_CHANNELS && !self.channels.contains(&channel) {
                return self.refuse("too-many-channels");
            }
            self.channels.insert(channel);
        }
        self.is_listening = true;
        Next::GoOn
    }

    /// Its person is at a case; only who may read it says so, and hears who else is there.
    async fn be_at(&mut self, case: String, activity: Activity, detail: Option<String>) -> Next {
        if self.is_paused {
            return Next::GoOn;
        }
        if let Err(code) = self.here.count(&case, detail.as_deref(), std::time::Instant::now()) {
            return self.refuse(code);
        }
        if !self.may_see_case(&case).await {
            self.here.leave(&case);
            return self.refuse("unknown-case");
        }
        self.here.be_at(&case, activity, detail, self.state.journal().clock().now().into());
        Next::GoOn
    }

    /// Who has lost the case meanwhile hears no more of it.
    async fn tell_who_is_at(&mut self, case: String) {
        if self.is_paused {
            return;
        }
        if !self.may_see_case(&case).await {
            self.here.leave(&case);
            return;
        }
        let people = self.here.others_at(&case);
        self.offer(&Answer::Presence { case, people });
    }

    async fn may_see_case(&self, case: &str) -> bool {
        let publication = Publication { channels: Vec::new(), kind: "case", id: case.to_owned(), guard: Guard::Case };
        self.may_see(&publication).await
    }

    async fn pass_on(&mut self, entry: &EntryEnvelope, position: &str, broadcast: &mut Broadcast) -> Next {
        // Who is behind fetches anew anyway.
        if entry.tenant != self.subject.tenant || self.is_paused || self.behind_since.is_some() {
            return Next::GoOn;
        }
        for publication in publication::all_of(entry) {
            let wanted: Vec<&String> =
                publication.channels.iter().filter(|channel| self.channels.contains(*channel)).collect();
            if wanted.is_empty() || !self.may_see(&publication).await {
                continue;
            }
            for channel in wanted {
                let answer = Answer::Event {
                    channel: channel.clone(),
                    kind: publication.kind.to_owned(),
                    id: publication.id.clone(),
                    event: entry.event.to_string(),
                    version: entry.seq,
                    position: position.to_owned(),
                };
                self.offer(&answer);
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
        match self.state.bus().broadcast(&publication::KINDS, None).await {
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
    async fn may_see(&self, publication: &Publication) -> bool {
        match self.is_permitted(publication).await {
            Ok(is_allowed) => is_allowed,
            Err(error) => {
                tracing::warn!(error = %error, kind = publication.kind, "what an event is about cannot be looked up; it is not published");
                false
            }
        }
    }

    async fn is_permitted(&self, publication: &Publication) -> Result<bool, StoreError> {
        let handle = self.state.journal().tenant(&self.subject.tenant);
        let access = self.state.access();
        let (attributes, whose) = match &publication.guard {
            Guard::Case => {
                let Some(row) = handle.get(views::CASE, &publication.id).await? else {
                    return Ok(false);
                };
                let case = CaseRow::read(&row)?.into();
                return Ok(access.allows(&self.subject, "read", &Resource::case(&case)).await);
            }
            Guard::OfInstance(root, attributes) => (attributes.clone(), Whose::Root(root)),
            Guard::Mail => (json!({}), Whose::Mail(&publication.id)),
            // Most notifications are somebody else's: policy is not asked for those.
            Guard::Receiver(Some(user)) if *user == self.subject.id => (json!({"user": user}), Whose::Nobody),
            Guard::Receiver(Some(_)) => return Ok(false),
            Guard::Receiver(None) => {
                let row = handle.get(VIEW, &publication.id).await?;
                let user = row.as_ref().and_then(|row| NotificationRow::USER.text(row));
                if user != Some(&self.subject.id) {
                    return Ok(false);
                }
                (json!({"user": user}), Whose::Nobody)
            }
        };
        let resource = Resource::new(publication.kind, &publication.id).with(attributes);
        access.allows_within(&self.subject, "read", resource, whose).await
    }

    /// Who is signed out is told so, and no more.
    fn look_at_sign_in(&mut self) -> Next {
        if !self.state.access().is_over(&self.subject) {
            return Next::GoOn;
        }
        self.offer(&Answer::Error { code: "unauthorized".to_owned() });
        Next::Close
    }

    fn beat(&mut self) -> Next {
        if self.last_heard.elapsed() > self.state.live_times().heartbeat * 3 {
            return Next::Close;
        }
        self.put(Message::Ping(bytes::Bytes::new()));
        Next::GoOn
    }

    fn look_at_time(&mut self) -> Next {
        if self.behind_since.is_some_and(|since| since.elapsed() > self.state.live_times().behind) {
            tracing::info!(subject = self.subject.id, "a live client takes nothing and is disconnected");
            return Next::Close;
        }
        if self.is_paused {
            return if Instant::now() > self.hello_until { Next::Close } else { Next::GoOn };
        }
        let now = self.state.journal().clock().now().as_second();
        if self.expires.is_some_and(|expires| expires <= now) {
            self.is_paused = true;
            self.hello_until = Instant::now() + self.state.live_times().hello;
            return self.refuse("token-expired");
        }
        Next::GoOn
    }

    fn refuse(&mut self, code: &str) -> Next {
        self.offer(&Answer::Error { code: code.to_owned() });
        Next::GoOn
    }

    fn offer(&mut self, answer: &Answer) {
        self.put(text(answer));
    }

    /// Never waits: what does not fit is dropped, and made good by a resync.
    fn put(&mut self, message: Message) {
        if self.queue.try_send(message).is_err() {
            self.behind_since.get_or_insert_with(Instant::now);
        }
    }
}
