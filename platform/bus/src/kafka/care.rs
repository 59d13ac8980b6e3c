//! Which records are handled carefully: their attempt is durable before it is made, for they may have ended the process.
//!
//! A record that ends the process is read again by the next one, from where the group had committed. So where the reading of a
//! partition is taken up is written down with its first record; who takes it up at the same place again, with nothing handled
//! since, handles one record after the other with care, as far as the partition went at that time.

use super::reader::{Group, end_of};
use crate::delivery::Attendant;
use casewright_journal::{Resumed, ShardId};
use rdkafka::message::{BorrowedMessage, Message};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

const PAUSE: Duration = Duration::from_secs(1);

/// How the partitions of one subscription are read.
#[derive(Default)]
pub(super) struct Care {
    partitions: HashMap<i32, Reading>,
}

/// How one partition is read since it was taken up.
struct Reading {
    /// A record before it: the partition was elsewhere meanwhile, or is read from an earlier place for another reason.
    next: i64,
    /// Records before it are handled carefully.
    careful_below: i64,
}

impl Care {
    /// Whether this record may have ended the process before.
    pub(super) async fn is_asked(
        &mut self,
        consumer: &Arc<Group>,
        attendant: &Attendant,
        message: &BorrowedMessage<'_>,
    ) -> bool {
        let (partition, offset) = (message.partition(), message.offset());
        if let Some(reading) = self.partitions.get_mut(&partition).filter(|reading| offset >= reading.next) {
            reading.next = offset + 1;
            return offset < reading.careful_below;
        }
        let careful_below = if got_nowhere(attendant, partition, offset).await {
            end(consumer, attendant.consumer, message.topic(), partition).await
        } else {
            offset
        };
        self.partitions.insert(partition, Reading { next: offset + 1, careful_below });
        offset < careful_below
    }
}

/// Was the partition taken up at this place before, with nothing handled since?
async fn got_nowhere(attendant: &Attendant, partition: i32, offset: i64) -> bool {
    let (Ok(shard), Ok(after)) = (u16::try_from(partition), u64::try_from(offset)) else {
        // Neither is ever negative, and no topic has so many partitions: care costs time, no care may cost the process.
        return true;
    };
    let mark = format!("kafka:{}", attendant.consumer);
    attendant.got_nowhere(&mark, ShardId(shard), Resumed { after, to: after }).await
}

/// Behind the last record that is there now. Asked until it is known: what is handled without care could end the process.
async fn end(consumer: &Arc<Group>, name: &str, topic: &str, partition: i32) -> i64 {
    loop {
        let (asked, topic) = (Arc::clone(consumer), topic.to_owned());
        let asking = tokio::task::spawn_blocking(move || end_of(&asked, &topic, partition));
        match asking.await {
            Ok(Ok(end)) => return end,
            Ok(Err(error)) => tracing::warn!(consumer = name, partition, %error, "the end of a partition is not known"),
            Err(error) => {
                tracing::warn!(consumer = name, partition, %error, "the end of a partition was not asked for")
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
