//! `casewright decision`: DMN files on this machine, without a platform: checked, evaluated, tested.

mod check;
mod evaluate;
mod file;
mod test;
mod why;

use anyhow::Result;
use clap::Subcommand;

#[derive(clap::Args)]
pub(crate) struct Decision {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tell what cannot be evaluated in DMN files, and what is hardly meant: gaps, overlaps, rules that never count, inputs
    /// that tell nothing, literals of another type.
    Check(check::Check),
    /// Evaluate a decision, or a decision service, with inputs as JSON.
    Evaluate(evaluate::Evaluate),
    /// Evaluate cases of a YAML file and compare; tells which rules no case meets.
    Test(test::Test),
}

impl Decision {
    pub(crate) fn execute(self) -> Result<()> {
        match self.command {
            Command::Check(check) => check.execute(),
            Command::Evaluate(evaluate) => evaluate.execute(),
            Command::Test(test) => test.execute(),
        }
    }
}
