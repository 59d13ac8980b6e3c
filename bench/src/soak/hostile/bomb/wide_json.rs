//! JSON with very many values: a variable, keys of an object, ids of a query.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use super::Bomb;
use super::model;
use std::io;

pub(super) const BOMB: Bomb =
    Bomb { name: "wide JSON", throw: |door, n| Box::pin(throw(door, n)), models: || vec![model::of(KEY, &[])] };

const KEY: &str = "soak-wide-json";

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let request = match n % 3 {
        0 => {
            let value = "1,".repeat(400_000);
            return model::start(door, KEY, &format!("{{\"j\":{{\"type\":\"Json\",\"value\":\"[{value}1]\"}}}}")).await;
        }
        1 => {
            let keys: String = (0..60_000).map(|n| format!("\"k{n}\":1,")).collect();
            let body = format!("{{\"definition\":\"claim\",\"title\":\"x\",\"fields\":{{{keys}\"k\":1}}}}");
            Request::json("/api/v1/cases", body).with(&door.bearer().await?)
        }
        _ => {
            let ids: String = (0..80_000).map(|n| format!("\"{n}\",")).collect();
            Request::json("/engine-rest/task", format!("{{\"assigneeIn\":[{ids}\"x\"]}}")).with(&door.developer)
        }
    };
    Ok(ask(door, &request).await?.status())
}
