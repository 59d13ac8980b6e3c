//! What the process of scripts does: one script after the other, until nobody is there to ask for one.

use super::super::bridge::{Ask, Reply, Request, gone};
use super::wire::{self, FromScript, ToScript};
use casewright_engine_value::EvaluationError;
use rquickjs::{Context, Runtime};
use std::io;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::{self, Receiver};

/// Reads scripts on standard input and says on standard output what they ask and come to. The program that calls this has
/// given up whatever a script has no business with.
///
/// When standard input ends the process does, whatever it is doing: who started it is gone.
#[expect(clippy::exit, reason = "the process ends while a script is at work in it")]
pub fn run_scripts() -> ExitCode {
    let (sender, said) = mpsc::channel();
    let reading = std::thread::Builder::new().name("input".to_owned()).spawn(move || {
        let mut input = io::stdin().lock();
        while let Ok(Some(message)) = wire::read::<ToScript>(&mut input) {
            if sender.send(message).is_err() {
                break;
            }
        }
        std::process::exit(0);
    });
    if reading.is_err() {
        return ExitCode::FAILURE;
    }
    let line = Rc::new(Line { said });
    while let Ok(ToScript::Run(script)) = line.said.recv() {
        let outcome = script.run(Rc::clone(&line) as Rc<dyn Ask>);
        if line.say(Request::Over(outcome)).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::FAILURE
}

/// Reads the rules of the time zone that the environment names (`TZ`), by which `Date` goes: for a process that opens no more
/// files after this.
///
/// # Errors
/// There is no memory for a script, or it cannot be asked for the time.
pub fn read_time_zone() -> io::Result<()> {
    let context = Runtime::new().and_then(|runtime| Context::full(&runtime));
    let asked = context.and_then(|context| context.with(|ctx| ctx.eval::<i32, _>("new Date(0).getTimezoneOffset()")));
    asked.map(drop).map_err(io::Error::other)
}

/// To the process that holds the scope.
struct Line {
    said: Receiver<ToScript>,
}

impl Line {
    fn say(&self, request: Request) -> io::Result<()> {
        wire::write(&mut io::stdout().lock(), &FromScript::from(request))
    }
}

impl Ask for Line {
    fn ask(&self, request: Request) -> Reply {
        self.say(request).map_err(|_| gone())?;
        match self.said.recv() {
            Ok(ToScript::Reply(reply)) => reply.map_err(EvaluationError::Failed),
            Ok(ToScript::Run(_)) | Err(_) => Err(gone()),
        }
    }
}
