//! A harmless load that costs as much processor time as the hostile one did to make: what W1 loses beside that, it loses to the
//! load's share of the machine and not to what it does to the server.

use anyhow::{Context, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const TURN: Duration = Duration::from_millis(10);

pub(super) struct Burner {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Burner {
    /// Takes this share of one core; a load of one thread has no more.
    pub(super) fn start(share: f64) -> Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_over);
        let busy = TURN.mul_f64(share.clamp(0.0, 1.0));
        let burn = move || {
            while !flag.load(Ordering::Relaxed) {
                let begin = Instant::now();
                while begin.elapsed() < busy {
                    std::hint::spin_loop();
                }
                std::thread::sleep(TURN - busy);
            }
        };
        let thread =
            std::thread::Builder::new().name("burner".to_owned()).spawn(burn).context("starting the burner")?;
        Ok(Self { is_over, thread })
    }

    pub(super) fn end(self) -> Result<()> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the burner panicked"))
    }
}
