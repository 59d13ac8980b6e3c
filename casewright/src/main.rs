//! The binary: all services in one process, or some of them; and the commands of those who run or deploy to it.

mod cli;
mod command;
mod config;
mod demo;
mod modeler;
mod portal;
mod private;
mod quotas;
mod running;
mod sandbox;
mod serve;
mod sign_in;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    private::keep_to_ourselves();
    match cli::run(cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("casewright: {error:#}");
            ExitCode::FAILURE
        }
    }
}
