//! A question that is asked many times at once is answered once: a worker with thirty connections that starts with one
//! password is one sign-in, not thirty guesses.

use casewright_service::Problem;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

/// What is being found out: a digest of who, from where, with what.
pub(crate) type Question = [u8; 32];

/// Whether the password was right.
type Answer = OnceCell<bool>;

#[derive(Default)]
pub(crate) struct Flights {
    running: Mutex<HashMap<Question, Arc<Answer>>>,
}

impl Flights {
    /// The answer of whoever asks this already, or that of `find`. An error is nobody's answer but the asker's own: the next
    /// in line asks for itself.
    pub(crate) async fn share(
        &self,
        question: Question,
        find: impl Future<Output = Result<bool, Problem>>,
    ) -> Result<bool, Problem> {
        let flight = self.join(question);
        flight.answer.get_or_try_init(|| find).await.copied()
    }

    fn join(&self, question: Question) -> Flight<'_> {
        let answer = Arc::clone(self.lock().entry(question).or_default());
        Flight { flights: self, question, answer }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Question, Arc<Answer>>> {
        self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

struct Flight<'a> {
    flights: &'a Flights,
    question: Question,
    answer: Arc<Answer>,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut running = self.flights.lock();
        // This one and the map's: nobody else is on it.
        if Arc::strong_count(&self.answer) == 2 {
            running.remove(&self.question);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn the_same_question_at_once_is_asked_once_and_nothing_is_kept() {
        let (flights, asked) = (Arc::new(Flights::default()), Arc::new(AtomicU32::new(0)));
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let mut running = Vec::new();
        for n in 0..20_u8 {
            let (flights, asked, gate) = (Arc::clone(&flights), Arc::clone(&asked), Arc::clone(&gate));
            running.push(tokio::spawn(async move {
                let find = async {
                    asked.fetch_add(1, Ordering::Relaxed);
                    drop(gate.acquire().await);
                    Ok(false)
                };
                flights.share([n % 2; 32], find).await
            }));
        }
        while flights.lock().values().map(Arc::strong_count).sum::<usize>() < 22 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(2);
        for asker in running {
            assert!(!asker.await.unwrap().unwrap());
        }
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        assert!(flights.lock().is_empty());
    }
}
