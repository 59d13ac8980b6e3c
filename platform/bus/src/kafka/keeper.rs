//! Makes the topic when it is missing, and knows whether Kafka answers. A topic that is there is taken as it is, whoever made
//! it and however many partitions it has. A bus starts without Kafka and goes on without it; this is what the others ask
//! before they begin, and what readiness tells.

use super::closing::Closing;
use super::words::{Context, Words};
use super::{KafkaConfig, unavailable};
use crate::BusError;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Between two questions to a Kafka that answers, and to one that does not.
const PERIOD: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_secs(1);
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

/// What is known of Kafka.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// The topic is there. Once known it stays so.
    pub(super) has_topic: bool,
    /// Why Kafka is of no use right now; none: it answers.
    pub(super) trouble: Option<String>,
}

/// Starts the task; it ends with its handle's abort.
///
/// # Errors
/// A setting that no client can be made of.
pub(super) fn start(
    config: Arc<KafkaConfig>,
    words: Arc<Words>,
) -> Result<(JoinHandle<()>, watch::Receiver<Standing>), BusError> {
    let admin: AdminClient<Context> = config
        .client()
        .create_with_context(Context { words: Arc::clone(&words) })
        .map_err(|error| unavailable("making an admin client", error))?;
    let begin = Standing { has_topic: false, trouble: Some("it was not reached yet".to_owned()) };
    let (standing, seen) = watch::channel(begin);
    let keeper = Keeper { admin: Arc::new(Closing::new(admin)), config, words, standing };
    Ok((tokio::spawn(keeper.run()), seen))
}

/// Waits until there is a topic to read and write.
pub(super) async fn topic(standing: &mut watch::Receiver<Standing>) {
    if standing.wait_for(|standing| standing.has_topic).await.is_err() {
        // The bus is gone, and whoever waits here goes with it.
        std::future::pending::<()>().await;
    }
}

struct Keeper {
    admin: Arc<Closing<AdminClient<Context>>>,
    config: Arc<KafkaConfig>,
    words: Arc<Words>,
    standing: watch::Sender<Standing>,
}

impl Keeper {
    async fn run(self) {
        loop {
            let has_topic = self.standing.borrow().has_topic;
            let outcome = match has_topic {
                true => Ok(()),
                false => self.find_topic().await,
            };
            let outcome = match outcome {
                Ok(()) => self.ask().await,
                Err(error) => Err(error),
            };
            let pause = if outcome.is_ok() { PERIOD } else { PAUSE };
            self.tell(outcome);
            tokio::time::sleep(pause).await;
        }
    }

    fn tell(&self, outcome: Result<(), String>) {
        self.standing.send_if_modified(|standing| {
            let before = standing.clone();
            match outcome {
                Ok(()) => {
                    if standing.has_topic && standing.trouble.is_some() {
                        tracing::info!("Kafka answers again");
                    }
                    *standing = Standing { has_topic: true, trouble: None };
                }
                Err(trouble) => {
                    self.words.warn("the topic", &trouble);
                    standing.trouble = Some(trouble);
                }
            }
            *standing != before
        });
    }

    /// Makes the topic unless it is there: who may only write and read it may find it all the same.
    async fn find_topic(&self) -> Result<(), String> {
        let Some(partitions) = self.partitions().await? else {
            return self.make_topic().await;
        };
        let (topic, wanted) = (&self.config.topic, self.config.partitions);
        if usize::try_from(wanted).ok() != Some(partitions) {
            tracing::info!(
                topic,
                partitions,
                wanted,
                "the topic has another number of partitions than is configured; it is taken as it is"
            );
        }
        Ok(())
    }

    /// Partitions of the topic; none: there is no such topic. All topics are asked for: asking for one makes it on brokers that
    /// make topics by themselves.
    async fn partitions(&self) -> Result<Option<usize>, String> {
        let (admin, topic) = (Arc::clone(&self.admin), self.config.topic.clone());
        let asked = tokio::task::spawn_blocking(move || {
            let known = admin.inner().fetch_metadata(None, ANSWER_WITHIN)?;
            let found = known.topics().iter().find(|known| known.name() == topic && known.error().is_none());
            Ok::<_, KafkaError>(found.map(|found| found.partitions().len()))
        });
        let found = asked.await.map_err(|error| error.to_string())?;
        found.map_err(|error| error.to_string())
    }

    async fn make_topic(&self) -> Result<(), String> {
        let config = &self.config;
        let topic = NewTopic::new(&config.topic, config.partitions, TopicReplication::Fixed(config.replication));
        let options = AdminOptions::new().request_timeout(Some(ANSWER_WITHIN));
        let made = self.admin.create_topics([&topic], &options).await.map_err(|error| error.to_string())?;
        for result in made {
            match result {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, code)) => return Err(format!("topic {topic} was not made: {code}")),
            }
        }
        Ok(())
    }

    /// On a thread that may wait.
    async fn ask(&self) -> Result<(), String> {
        let (admin, topic) = (Arc::clone(&self.admin), self.config.topic.clone());
        let asked = tokio::task::spawn_blocking(move || admin.inner().fetch_metadata(Some(&topic), ANSWER_WITHIN));
        match asked.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}
