//! What was asked and what was answered: every command of every client, in the order in which the answers came.
//!
//! The checker looks at nothing else of the clients, so what they believe cannot hide what the platform did.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::watch;

/// How a command ended, as its client saw it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// Done, with what it said: from here on it must be there.
    Taken(Value),
    /// Refused with a status of 4xx: it must not be there.
    Refused(u16),
    /// No answer, or one of the machine's faults: wholly there or wholly not, and the client cannot know.
    Unknown,
}

/// What a client may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    /// Give a mail to the SMTP receiver; the subject is its title.
    Mail,
    /// Start a process instance; the subject is its business key, the detail its process and variables.
    Start,
    /// Fetch external tasks of a topic.
    Fetch,
    /// Complete an external task, with two variables that carry the label of the attempt.
    CompleteExternal,
    /// The open user tasks of a candidate group: their list, their number.
    List,
    Count,
    Claim,
    /// Complete a user task, with two variables that carry the label of the attempt.
    CompleteTask,
    /// Complete a user task of a case, over `/api/v1`.
    CompleteCaseTask,
    /// Send a mail from a case, under an idempotency key; the subject is its first line.
    Reply,
}

#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) operation: Operation,
    pub(crate) subject: String,
    pub(crate) detail: Value,
    pub(crate) answer: Answer,
}

#[derive(Default)]
pub(crate) struct History {
    commands: Mutex<Vec<Command>>,
    /// Commands that were taken so far.
    taken: watch::Sender<u64>,
}

impl History {
    pub(crate) fn note(&self, operation: Operation, subject: &str, detail: Value, answer: &Answer) {
        let command = Command { operation, subject: subject.to_owned(), detail, answer: answer.clone() };
        self.commands.lock().unwrap().push(command);
        if matches!(answer, Answer::Taken(_)) {
            self.taken.send_modify(|count| *count += 1);
        }
    }

    /// All commands of a sort, in order.
    pub(crate) fn of(&self, operation: Operation) -> Vec<Command> {
        self.commands.lock().unwrap().iter().filter(|command| command.operation == operation).cloned().collect()
    }

    /// Commands of a sort by their subject, each in order.
    pub(crate) fn by_subject(&self, operation: Operation) -> BTreeMap<String, Vec<Command>> {
        let mut found: BTreeMap<String, Vec<Command>> = BTreeMap::new();
        for command in self.of(operation) {
            found.entry(command.subject.clone()).or_default().push(command);
        }
        found
    }

    /// Subjects of a sort that were acknowledged.
    pub(crate) fn taken(&self, operation: Operation) -> Vec<String> {
        let taken = self.of(operation).into_iter().filter(|command| matches!(command.answer, Answer::Taken(_)));
        taken.map(|command| command.subject).collect()
    }

    /// Waits until so many more were taken, or this long.
    pub(crate) async fn wait_for_more(&self, count: u64, limit: Duration) {
        let mut taken = self.taken.subscribe();
        let target = *taken.borrow_and_update() + count;
        let reached = taken.wait_for(|count| *count >= target);
        // Too late is as good a point as any.
        drop(tokio::time::timeout(limit, reached).await);
    }

    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for command in self.commands.lock().unwrap().iter() {
            let of = tally.0.entry(command.operation).or_default();
            match command.answer {
                Answer::Taken(_) => of.taken += 1,
                Answer::Refused(_) => of.refused += 1,
                Answer::Unknown => of.unknown += 1,
            }
        }
        tally
    }

    /// One command per line, for who looks into a failure.
    pub(crate) fn text(&self) -> String {
        let commands = self.commands.lock().unwrap();
        let line = |command: &Command| {
            let Command { operation, subject, detail, answer } = command;
            json!([format!("{operation:?}"), subject, detail, format!("{answer:?}")]).to_string()
        };
        commands.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// How many commands of each sort ended how.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<Operation, Counts>);

#[derive(Default)]
struct Counts {
    taken: u64,
    refused: u64,
    unknown: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        for (operation, counts) in &other.0 {
            let of = self.0.entry(*operation).or_default();
            of.taken += counts.taken;
            of.refused += counts.refused;
            of.unknown += counts.unknown;
        }
    }

    /// Was there some of everything that changes something?
    pub(crate) fn is_substantial(&self) -> bool {
        use Operation::{Claim, CompleteCaseTask, CompleteExternal, CompleteTask, Mail, Reply, Start};
        let all = [Mail, Start, CompleteExternal, Claim, CompleteTask, CompleteCaseTask, Reply];
        all.iter().all(|operation| self.0.get(operation).is_some_and(|counts| counts.taken > 0))
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let total = |of: fn(&Counts) -> u64| self.0.values().map(of).sum::<u64>();
        let (taken, refused, unknown) = (total(|c| c.taken), total(|c| c.refused), total(|c| c.unknown));
        write!(f, "{} commands: {taken} taken, {refused} refused, {unknown} unanswered (", taken + refused + unknown)?;
        for (n, (operation, counts)) in self.0.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(f, "{comma}{operation:?} {}/{}", counts.taken, counts.unknown)?;
        }
        f.write_str(" taken/unanswered)")
    }
}
