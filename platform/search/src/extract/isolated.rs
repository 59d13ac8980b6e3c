//! A file is read by a process of its own: this program again, which has given up whatever a reader has no business with. A
//! reader that goes wrong takes that process with it and nothing else.

use super::budget::{Budget, Unreadable};
use super::read;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long one file may take.
const TIME: Duration = Duration::from_secs(20);
/// Bytes of an answer beside its text.
const FRAME: u64 = 4_096;

/// What to read; the bytes follow.
#[derive(Serialize, Deserialize)]
struct Task {
    name: String,
    media_type: String,
}

#[derive(Serialize, Deserialize)]
enum Outcome {
    Text(String),
    Unknown,
    TooLarge,
    TooMuch,
    Damaged(String),
}

/// Reads files in processes that `command` starts, one a file. They call [`serve`].
#[derive(Clone)]
pub struct Isolated {
    command: Arc<dyn Fn() -> Command + Send + Sync>,
    budget: Budget,
}

impl Isolated {
    pub fn new(command: impl Fn() -> Command + Send + Sync + 'static) -> Self {
        Self { command: Arc::new(command), budget: Budget::default() }
    }

    /// Blocks until the file is read, twenty seconds at most.
    ///
    /// # Errors
    /// See [`Unreadable`]; a process that ends without an answer has read too much.
    pub fn read(&self, name: &str, media_type: &str, bytes: &[u8]) -> Result<String, Unreadable> {
        if bytes.len() > self.budget.bytes {
            return Err(Unreadable::TooLarge);
        }
        let failed = |error: io::Error| Unreadable::Damaged(format!("nothing could read it: {error}"));
        let mut command = (self.command)();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let child = Arc::new(Mutex::new(child));
        let task = Task { name: name.to_owned(), media_type: media_type.to_owned() };
        let most = self.budget.text as u64 * 2 + FRAME;
        let (done, ended) = mpsc::channel::<()>();
        let watched = Arc::clone(&child);
        let answer = std::thread::scope(|scope| {
            scope.spawn(move || {
                if ended.recv_timeout(TIME) == Err(RecvTimeoutError::Timeout) {
                    end(&watched);
                }
            });
            // A reader that has seen enough closes its end: what it answers counts.
            scope.spawn(move || input.map(|input| send(input, &task, bytes)));
            let mut answer = Vec::new();
            let heard = output.map(|output| output.take(most).read_to_end(&mut answer));
            end(&child);
            drop(done);
            heard.and_then(Result::ok).map(|_| answer)
        });
        let outcome = answer.and_then(|answer| serde_json::from_slice(&answer).ok());
        match outcome.unwrap_or(Outcome::TooMuch) {
            Outcome::Text(text) => Ok(text),
            Outcome::Unknown => Err(Unreadable::Unknown),
            Outcome::TooLarge => Err(Unreadable::TooLarge),
            Outcome::TooMuch => Err(Unreadable::TooMuch),
            Outcome::Damaged(why) => Err(Unreadable::Damaged(why)),
        }
    }
}

fn send(mut input: impl Write, task: &Task, bytes: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(task)?;
    input.write_all(&(header.len() as u32).to_le_bytes())?;
    input.write_all(&header)?;
    input.write_all(bytes)
}

/// Ends it, if it has not ended by itself, and takes note of it.
fn end(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    let ended = child.kill().and_then(|()| child.wait());
    if let Err(error) = ended {
        tracing::warn!(%error, "a process that read a file could not be ended");
    }
}

/// What such a process does: reads one file from standard input, and writes its text to standard output.
///
/// # Errors
/// Who asked is gone.
pub fn serve() -> io::Result<()> {
    let budget = Budget::default();
    let mut input = io::stdin().lock();
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut header = Vec::new();
    input.by_ref().take(u64::from(u32::from_le_bytes(length))).read_to_end(&mut header)?;
    let task: Task = serde_json::from_slice(&header)?;
    let mut bytes = Vec::new();
    input.take(budget.bytes as u64 + 1).read_to_end(&mut bytes)?;
    let outcome = match read(&task.name, &task.media_type, &bytes, &budget) {
        Ok(text) => Outcome::Text(text),
        Err(Unreadable::Unknown) => Outcome::Unknown,
        Err(Unreadable::TooLarge) => Outcome::TooLarge,
        Err(Unreadable::TooMuch) => Outcome::TooMuch,
        Err(Unreadable::Damaged(why)) => Outcome::Damaged(why.chars().take(200).collect()),
    };
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, &outcome)?;
    output.flush()
}
