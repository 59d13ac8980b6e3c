//! Processes that scripts run in. One that is free is used again; one whose script did not end in time is ended.

use super::super::bridge::{self, End, Reply, Request};
use super::super::javascript::{GRACE, MAX_TIME, Script, late};
use super::super::meter::ScriptMeter;
use super::wire::{self, FromScript, ToScript};
use casewright_engine_value::{EvaluationError, Scope, Value};
use std::io::{self, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Clock};

/// Scripts of one process, so that what one leaves of memory does not stay.
const SCRIPTS: u32 = 500;

/// The processes that scripts run in.
pub(in super::super) struct Processes {
    command: Box<dyn Fn() -> Command + Send + Sync>,
    free: Mutex<Vec<Process>>,
    /// How many are kept for the next scripts.
    most_free: usize,
}

/// One of them.
struct Process {
    child: Child,
    input: ChildStdin,
    said: Receiver<Request>,
    scripts: u32,
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// How a script in another process ended.
struct Ended {
    end: End,
    /// It asked for something before.
    has_asked: bool,
    /// How long it ran.
    time: Duration,
}

impl Processes {
    pub(super) fn new(command: Box<dyn Fn() -> Command + Send + Sync>) -> Self {
        let most_free = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { command, free: Mutex::default(), most_free }
    }

    /// Runs a script in a process that has nothing else to do.
    ///
    /// # Errors
    /// What the script came to, as on a thread; `Limit` when it had to be ended with its process.
    pub(in super::super) fn run(
        &self,
        script: Script,
        scope: &mut dyn Scope,
        meter: &dyn ScriptMeter,
    ) -> Result<Value, EvaluationError> {
        let message = ToScript::Run(script);
        if let Some(process) = self.take() {
            let (ended, process) = process.run(&message, scope);
            meter.spend(ended.time);
            // It may have been ended from outside while it waited: then the script has not begun.
            if !matches!(ended.end, End::Gone) || ended.has_asked {
                return self.outcome(ended.end, process);
            }
        }
        let process = self.start().map_err(|error| failed(&format!("no process for a script: {error}")))?;
        let (ended, process) = process.run(&message, scope);
        meter.spend(ended.time);
        self.outcome(ended.end, process)
    }

    /// One that is free. The lock is given back here: who runs a script in it gives it back under the same.
    fn take(&self) -> Option<Process> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn start(&self) -> io::Result<Process> {
        let mut child = (self.command)().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let (sender, said) = mpsc::channel();
        let process = Process { child, input, said, scripts: 0 };
        // Ends with the process, which is ended when nobody needs it.
        std::thread::Builder::new().name("script-output".to_owned()).spawn(move || {
            let mut output = BufReader::new(output);
            while let Ok(Some(said)) = wire::read::<FromScript>(&mut output) {
                if sender.send(said.into()).is_err() {
                    return;
                }
            }
        })?;
        Ok(process)
    }

    /// Gives the process back where it can be used again.
    fn outcome(&self, end: End, mut process: Process) -> Result<Value, EvaluationError> {
        match end {
            End::Late => Err(late()),
            End::Gone => Err(failed("a script ended its process")),
            End::Over(outcome) => {
                process.scripts += 1;
                let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
                if process.scripts < SCRIPTS && free.len() < self.most_free {
                    free.push(process);
                }
                outcome
            }
        }
    }
}

impl Process {
    fn run(mut self, message: &ToScript, scope: &mut dyn Scope) -> (Ended, Self) {
        let (mut has_asked, mut raised) = (false, None);
        let (begun, before) = (Clock::now(), self.time_on_processor());
        let end = match wire::write(&mut self.input, message) {
            Err(_) => End::Gone,
            Ok(()) => {
                let input = &mut self.input;
                let reply = |reply: Reply| {
                    has_asked = true;
                    let told = wire::told(&reply);
                    if let Err(error) = reply {
                        raised = Some(error);
                    }
                    wire::write(input, &ToScript::Reply(told)).is_ok()
                };
                bridge::serve(&self.said, reply, scope, Clock::now() + MAX_TIME + GRACE)
            }
        };
        let end = match (end, raised) {
            // The script let what the scope refused go through: it is that error, not its text.
            (End::Over(Err(EvaluationError::Failed(message))), Some(raised)) if raised.to_string() == message => {
                End::Over(Err(raised))
            }
            (end, _) => end,
        };
        let used = before.zip(self.time_on_processor()).map(|(before, after)| after.saturating_sub(before));
        let time = used.unwrap_or_else(|| begun.elapsed());
        (Ended { end, has_asked, time }, self)
    }

    /// How long its one thread that runs scripts was on a processor by now; none where the system does not tell, or when it
    /// has ended. It is asked of the system, not of who runs strangers' code.
    fn time_on_processor(&self) -> Option<Duration> {
        let told = std::fs::read_to_string(format!("/proc/{}/schedstat", self.child.id())).ok()?;
        told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    }
}

fn failed(message: &str) -> EvaluationError {
    EvaluationError::Failed(message.to_owned())
}
