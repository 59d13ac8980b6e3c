//! Models that bombs are deployed in, and their starts.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use std::io;

/// The file of a process that does these flow nodes one after the other; the n-th has the id `n<n>`.
pub(super) fn of(key: &str, nodes: &[String]) -> (String, String) {
    let steps: Vec<String> = (0..nodes.len()).map(|n| format!("n{n}")).collect();
    let ids: Vec<&str> =
        std::iter::once("start").chain(steps.iter().map(String::as_str)).chain(std::iter::once("end")).collect();
    let flows: String = ids
        .windows(2)
        .map(|pair| format!("<sequenceFlow id=\"{0}-{1}\" sourceRef=\"{0}\" targetRef=\"{1}\"/>", pair[0], pair[1]))
        .collect();
    file(key, &format!("<startEvent id=\"start\"/>{}<endEvent id=\"end\"/>{flows}", nodes.concat()))
}

/// The file of a process with this content.
pub(super) fn file(key: &str, content: &str) -> (String, String) {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:camunda=\"http://camunda.org/schema/1.0/bpmn\" id=\"definitions\" targetNamespace=\"http://casewright.example/soak\">\n\
         <process id=\"{key}\" isExecutable=\"true\" camunda:historyTimeToLive=\"1\">{content}</process></definitions>"
    );
    (format!("{key}.bpmn"), text)
}

/// A script task, the n-th flow node.
pub(super) fn script(n: usize, format: &str, text: &str) -> String {
    format!(
        "<scriptTask id=\"n{n}\" scriptFormat=\"{format}\" camunda:resultVariable=\"out\"><script><![CDATA[{text}]]></script></scriptTask>"
    )
}

/// Starts an instance as a developer, with variables as JSON.
pub(super) async fn start(door: &Door, key: &str, variables: &str) -> io::Result<String> {
    let path = format!("/engine-rest/process-definition/key/{key}/start");
    let request = Request::json(path, format!("{{\"variables\":{variables}}}")).with(&door.developer);
    Ok(ask(door, &request).await?.status())
}

/// Deploys a file as a developer.
pub(super) async fn deploy(door: &Door, name: &str, content: &str) -> io::Result<String> {
    const BOUNDARY: &str = "casewright-soak-boundary";
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\nsoak\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"data\"; filename=\"{name}\"\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = Request::post("/engine-rest/deployment/create", kind, body).with(&door.developer);
    Ok(ask(door, &request).await?.status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_each_other() {
        let (file, text) = of("k", &[script(0, "feel", "1"), script(1, "juel", "2")]);
        assert_eq!(file, "k.bpmn");
        for flow in ["start-n0", "n0-n1", "n1-end"] {
            assert!(text.contains(&format!("<sequenceFlow id=\"{flow}\"")), "{text}");
        }
    }
}
