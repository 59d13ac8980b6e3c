//! `casewright verify`: whether a store is whole. It reports and repairs nothing.

use super::backup::with_data;
use crate::config::{Config, below};
use crate::serve::open;
use anyhow::{Context, Result, bail};
use casewright_journal::verify::Progress;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Findings printed one by one.
const SHOWN: usize = 100;
/// Between two words of progress.
const PAUSE: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
pub(crate) struct Verify {
    /// Folder of everything that is kept. The platform must not be running on it; a backup is verified where it was restored.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Verify {
    pub(crate) async fn execute(self, config: Config) -> Result<()> {
        let config = with_data(config, self.data);
        casewright_client::install_tls();
        open::must_exist(&config)?;
        let journal = open::journal(&config, None).await?;
        let mut said = Instant::now();
        let progress = |Progress { step, done, of }: Progress| {
            if said.elapsed() >= PAUSE {
                said = Instant::now();
                eprintln!("{step}: {done} of {of}");
            }
        };
        let mut report = journal.verify(&open::kinds(), progress).await.context("reading the store")?;
        let mut storage = config.storage.clone();
        storage.folder = below(&config.server.data, &storage.folder);
        let files = casewright_storage_api::open_store(&storage).await.context("opening the file store")?;
        let (ready, missing) = casewright_storage_api::store::verify::verify(&journal, files.as_ref()).await?;
        report.findings.extend(missing);
        journal.shutdown().await;
        for finding in report.findings.iter().take(SHOWN) {
            println!("{}\t{}\t{}", finding.code, finding.place, finding.what);
        }
        println!(
            "position {}: {} batches, {} entries, {} aggregates, {} snapshots, {} rows, {ready} files",
            report.heads.iter().sum::<u64>(),
            report.batches,
            report.entries,
            report.aggregates,
            report.snapshots,
            report.rows
        );
        match report.findings.len() {
            0 => println!("nothing is wrong"),
            count => bail!("{count} findings"),
        }
        Ok(())
    }
}
