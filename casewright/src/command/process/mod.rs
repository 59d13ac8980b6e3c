//! `casewright process`: what operators do with running and ended process instances of a running platform.
//!
//! Everything but `state` and `decisions` goes over the Camunda 7 REST contract, so it also works with other engines of that contract. Nothing here
//! decides; it selects, asks, and shows.

mod batches;
mod carry_out;
mod decisions;
mod delete;
mod instructions;
mod list;
mod mapping;
mod migrate;
mod mistake;
mod modify;
mod output;
mod progress;
mod restart;
mod retry;
mod selection;
mod show;
mod state;
mod suspend;

use super::client::Target;
use anyhow::Result;
use clap::Subcommand;

#[derive(clap::Args)]
pub(crate) struct Process {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    output: output::Output,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List process instances with their incidents.
    List(list::List),
    /// Show one instance: where it is, its variables, its incidents.
    Show(show::Show),
    /// Show an instance as it was after an entry of its log.
    State(state::State),
    /// Show what an instance had decided, from which inputs, and why: the rules that hit, and what kept others from it.
    Decisions(decisions::Decisions),
    /// Start before or after activities, cancel activities.
    Modify(modify::Modify),
    /// Move instances to another version of their process; `--dry-run` shows the mapping and what is not mapped.
    Migrate(migrate::Migrate),
    /// Start ended instances anew with the variables they left behind.
    Restart(restart::Restart),
    /// Suspend instances: nothing moves until they are activated.
    Suspend(suspend::Suspend),
    /// Activate suspended instances.
    Activate(suspend::Activate),
    /// Give failed jobs and external tasks of instances new retries.
    Retry(retry::Retry),
    /// Delete running instances; their history stays.
    Delete(delete::Delete),
    /// Show batches and how far they are.
    Batches(batches::Batches),
}

impl Process {
    pub(crate) async fn execute(&self) -> Result<()> {
        let (target, output) = (&self.target, self.output);
        match &self.action {
            Action::List(list) => list.execute(target, output).await,
            Action::Show(show) => show.execute(target, output).await,
            Action::State(state) => state.execute(target, output).await,
            Action::Decisions(decisions) => decisions.execute(target, output).await,
            Action::Modify(modify) => modify.execute(target, output).await,
            Action::Migrate(migrate) => migrate.execute(target, output).await,
            Action::Restart(restart) => restart.execute(target, output).await,
            Action::Suspend(suspend) => suspend.execute(target, output).await,
            Action::Activate(activate) => activate.execute(target, output).await,
            Action::Retry(retry) => retry.execute(target, output).await,
            Action::Delete(delete) => delete.execute(target, output).await,
            Action::Batches(batches) => batches.execute(target, output).await,
        }
    }
}
