//! JSON that nests: as a body, as the value of a variable, as filters within filters.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use super::Bomb;
use super::model;
use std::io;

pub(super) const BOMB: Bomb =
    Bomb { name: "deep JSON", throw: |door, n| Box::pin(throw(door, n)), models: || vec![model::of(KEY, &[])] };

const KEY: &str = "soak-json";
const DEPTH: usize = 200_000;

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let deep = || format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    let request = match n % 3 {
        0 => {
            let body = format!("{{\"definition\":\"claim\",\"title\":\"x\",\"fields\":{{\"a\":{}}}}}", deep());
            Request::json("/api/v1/cases", body).with(&door.bearer().await?)
        }
        1 => {
            return model::start(door, KEY, &format!("{{\"j\":{{\"type\":\"Json\",\"value\":\"{}\"}}}}", deep())).await;
        }
        _ => {
            let body = format!("{}[]{}", "{\"orQueries\":[".repeat(30_000), "]}".repeat(30_000));
            Request::json("/engine-rest/task", body).with(&door.developer)
        }
    };
    Ok(ask(door, &request).await?.status())
}
