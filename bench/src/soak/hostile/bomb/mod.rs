//! Bombs: small things to send that would cost much, were they not bounded. Each in turn, at a steady rate.

mod deep_json;
mod dmn;
mod feel;
mod forged_tokens;
mod headers;
mod juel;
mod list;
mod mime;
mod model;
mod multi_instance;
mod multipart;
mod nested_html;
mod passwords;
mod regex;
mod script_loop;
mod script_memory;
mod token_loop;
mod websocket_flood;
mod wide_json;
mod xml;

use super::counts::Counts;
use super::door::Door;
use anyhow::{Result, ensure};
use futures::future::BoxFuture;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

pub(super) struct Bomb {
    name: &'static str,
    /// Throws the n-th; what it was answered.
    throw: for<'a> fn(&'a Door, u64) -> BoxFuture<'a, io::Result<String>>,
    /// What has to be deployed before: file names and texts.
    models: fn() -> Vec<(String, String)>,
}

const BOMBS: &[Bomb] = &[
    nested_html::BOMB,
    script_loop::BOMB,
    mime::BOMB,
    headers::BOMB,
    feel::BOMB,
    xml::BOMB,
    deep_json::BOMB,
    script_memory::BOMB,
    wide_json::BOMB,
    juel::BOMB,
    multi_instance::BOMB,
    regex::BOMB,
    multipart::BOMB,
    passwords::BOMB,
    forged_tokens::BOMB,
    token_loop::BOMB,
    websocket_flood::BOMB,
    dmn::BOMB,
    list::BOMB,
];
/// Bombs under way at most.
const UNDER_WAY: usize = 200;
/// What has not been answered by then is left.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the mailbox starts.
const MAIL_PROCESS: &str = "soak-mail";

/// All that has to be deployed before.
pub(super) fn models() -> Vec<(String, String)> {
    let mut models: Vec<(String, String)> = BOMBS.iter().flat_map(|bomb| (bomb.models)()).collect();
    models.push(model::of(MAIL_PROCESS, &[]));
    models
}

/// All, or those whose names contain a text.
pub(super) fn named(text: Option<&str>) -> Result<Vec<&'static Bomb>> {
    let bombs: Vec<&Bomb> = BOMBS.iter().filter(|bomb| text.is_none_or(|text| bomb.name.contains(text))).collect();
    let names: Vec<&str> = BOMBS.iter().map(|bomb| bomb.name).collect();
    ensure!(!bombs.is_empty(), "there is no such bomb; there are: {}", names.join(", "));
    Ok(bombs)
}

/// Without end.
pub(super) async fn throw(door: Arc<Door>, counts: Arc<Counts>, per_second: f64, bombs: Vec<&'static Bomb>) {
    let places = Arc::new(Semaphore::new(UNDER_WAY));
    let mut turn = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second.max(0.001)));
    turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for (n, bomb) in (0..).zip(bombs.iter().copied().cycle()) {
        turn.tick().await;
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            counts.skipped();
            continue;
        };
        let (door, counts) = (Arc::clone(&door), Arc::clone(&counts));
        // Of its own kind, each counts from 0.
        let nth = n / bombs.len() as u64;
        tokio::spawn(async move {
            let begin = Instant::now();
            let answer = match tokio::time::timeout(PATIENCE, (bomb.throw)(&door, nth)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(error)) => format!("{:?}", error.kind()),
                Err(_) => "no answer".to_owned(),
            };
            counts.thrown(bomb.name, begin.elapsed(), answer);
            drop(place);
        });
    }
}

fn none() -> Vec<(String, String)> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn bombs_and_their_models_have_names_of_their_own() {
        let names: HashSet<&str> = BOMBS.iter().map(|bomb| bomb.name).collect();
        assert_eq!(names.len(), BOMBS.len());
        let models = models();
        let files: HashSet<&String> = models.iter().map(|(file, _)| file).collect();
        assert_eq!(files.len(), models.len());
    }
}
