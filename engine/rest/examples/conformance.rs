//! Serves `/engine-rest` alone, for the conformance runs: no authentication, no job executor, a clock that can be set.
//!
//! `cargo run -p casewright-engine-rest --example conformance -- --listen 127.0.0.1:8080 [--data DIR]`

use casewright_access::accounts::Accounts;
use casewright_engine_rest::{EngineRestAuth, engine_rest_router_with_clock, sentence, without_trailing_slash};
use casewright_engine_runtime::{ConformanceClock, Engine, EngineConfig, JobExecutor};
use casewright_engine_views::projectors;
use casewright_journal::{Journal, JournalConfig, StoreConfig};
use casewright_service::shutdown::Shutdown;
use std::error::Error;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1).cloned())
    };
    let listen = value("--listen").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let store = match value("--data") {
        Some(dir) => StoreConfig::Sqlite { dir: dir.into() },
        None => StoreConfig::MemorySqlite,
    };
    let clock = Arc::new(ConformanceClock::default());
    let mut config = JournalConfig::new(store);
    config.clock = Arc::<ConformanceClock>::clone(&clock);
    let mut all = projectors();
    all.extend(casewright_access::projectors());
    let journal = Journal::open(config, all).await?;
    let shutdown = Shutdown::on_signals(std::time::Duration::ZERO)?;
    let settings = EngineConfig { job_executor: JobExecutor::Off, ..EngineConfig::default() };
    let accounts = Accounts::ephemeral(journal.clone());
    let engine = Engine::start(journal.clone(), settings, sentence, shutdown.token()).await?;
    let rest = engine_rest_router_with_clock(engine, EngineRestAuth::Open(accounts), clock);
    let app = without_trailing_slash(axum::Router::new().nest("/engine-rest", rest), "/engine-rest");
    let listener = tokio::net::TcpListener::bind(&listen).await?;
    println!("listening on {}", listener.local_addr()?);
    let stop = shutdown.clone();
    axum::serve(listener, app).with_graceful_shutdown(async move { stop.requested().await }).await?;
    journal.shutdown().await;
    Ok(())
}
