//! A program that answers questions: one a line on its standard input, one answer a line on its standard output.

use serde_json::Value as Json;
use std::io::{BufRead, BufReader, Error, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// # Errors
    /// It could not be started.
    pub(crate) fn start(words: &[String]) -> Result<Self, Error> {
        let (program, arguments) = words.split_first().ok_or_else(|| Error::other("no program"))?;
        let mut child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or_else(|| Error::other("no output"))?;
        Ok(Self { child, input, output: BufReader::new(output).lines() })
    }

    /// An answer for each question, in their order.
    ///
    /// # Errors
    /// It ended, or said something else.
    pub(crate) fn ask(&mut self, questions: &[Json]) -> Result<Vec<Json>, Error> {
        let input = self.input.as_mut().ok_or_else(|| Error::other("the peer has no input"))?;
        let output = &mut self.output;
        std::thread::scope(|scope| {
            // Beside the reading: both would wait for each other when their pipes are full.
            let written = scope.spawn(move || {
                for question in questions {
                    writeln!(input, "{question}")?;
                }
                input.flush()
            });
            let mut answers = Vec::with_capacity(questions.len());
            for question in questions {
                let line = output.next().ok_or_else(|| Error::other(format!("the peer ended at {question}")))??;
                answers.push(serde_json::from_str(&line).map_err(|error| Error::other(format!("{error}: {line}")))?);
            }
            written.join().map_err(|_| Error::other("the writer failed"))??;
            Ok(answers)
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.input = None;
        // It ends by itself when its input does; what it says of that tells nothing.
        let _ = self.child.wait();
    }
}
