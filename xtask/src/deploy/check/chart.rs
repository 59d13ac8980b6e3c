//! The chart: by Helm itself, and what it renders by the schemas of Kubernetes and by what this repository asks of each container.

use super::platform::Variables;
use super::{DRAIN, Inputs, LONGEST_END, is_pinned, judged, platform, schema};
use crate::deploy::files;
use crate::deploy::tools::{KUBERNETES, Said, ask};
use crate::process::root;
use anyhow::{Context as _, Result, anyhow};
use jsonschema::Validator;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::process::Command;

const CHART: &str = "deploy/helm/casewright";
/// Values that the schema has to refuse, with what is wrong.
const WRONG: &[(&str, &str)] = &[
    ("topology=several", "a topology that is none"),
    ("shutdown.graceSeconds=10", "less time than a stop takes"),
    ("shutdown.seconds=0", "a stop that proxies do not learn of"),
    ("roles.engin.enabled=true", "a role that is none"),
    ("env.PATH=x", "a variable that is none of the platform's"),
    ("clearText[0]=journal", "a connection that is none"),
    ("replicas=3", "a key that is none"),
];
/// The Prometheus operator's kinds, of which Kubernetes has no schema: what the chart uses of them.
const MONITORING: &str = include_str!("monitoring.json");
/// The store of no installation, where nobody answers.
const STORE: &str = "mongodb://mongodb.invalid:27017/?replicaSet=rs0&serverSelectionTimeoutMS=200";

pub(super) fn check(inputs: &Inputs) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let schemas = Schemas::read(inputs)?;
    let values = files::below(&format!("{CHART}/ci"), ".yaml")?;
    let mut kinds = BTreeMap::new();
    for values in values.iter().map(Some).chain([None]) {
        let place = values.map_or("the default values", String::as_str);
        let given: Vec<&str> = values.iter().flat_map(|path| ["--values", path.as_str()]).collect();
        let said = helm(inputs, &["lint", "--strict", "--quiet", CHART], &given)?;
        if !said.is_content {
            found.extend(said.lines.iter().map(|line| format!("{place}: {line}")));
            continue;
        }
        let said =
            helm(inputs, &["template", "desk", CHART, "--namespace", "cases", "--kube-version", KUBERNETES], &given)?;
        if !said.is_content {
            found.extend(said.lines.iter().map(|line| format!("{place}: {line}")));
            continue;
        }
        let rendered = files::documents(&said.output).with_context(|| format!("what {place} render"))?;
        for object in &rendered {
            *kinds.entry(object["kind"].as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
            found.extend(schemas.judge(object, place)?);
            found.extend(hardened(object).into_iter().map(|what| format!("{place}: {what}")));
        }
        found.extend(taken(inputs, &rendered, place)?);
        found.extend(together(&rendered).into_iter().map(|what| format!("{place}: {what}")));
    }
    for kind in "Deployment StatefulSet Service Ingress NetworkPolicy PodDisruptionBudget HorizontalPodAutoscaler ServiceAccount \
                 ServiceMonitor PrometheusRule ConfigMap Pod"
        .split_whitespace()
    {
        if !kinds.contains_key(kind) {
            found.push(format!("{CHART}/ci: no values render a {kind}, so nothing is known of it"));
        }
    }
    for (value, what) in WRONG {
        if helm(inputs, &["template", "desk", CHART], &["--set", value])?.is_content {
            found.push(format!("{CHART}/values.schema.json takes {what}: {value}"));
        }
    }
    Ok(found)
}

fn helm(inputs: &Inputs, arguments: &[&str], values: &[&str]) -> Result<Said> {
    ask(Command::new(&inputs.tools.helm).args(arguments).args(values).current_dir(root()))
}

/// What Kubernetes takes, by group, version and kind.
struct Schemas {
    definitions: Json,
    /// Names of the definitions.
    names: BTreeMap<(String, String), String>,
    monitoring: Json,
    built: std::cell::RefCell<BTreeMap<String, Validator>>,
}

impl Schemas {
    fn read(inputs: &Inputs) -> Result<Self> {
        let definitions = schema(&inputs.tools.kubernetes)?["$defs"].take();
        let mut names = BTreeMap::new();
        for (name, definition) in definitions.as_object().context("the schemas of Kubernetes have no definitions")? {
            for known in definition["x-kubernetes-group-version-kind"].as_array().into_iter().flatten() {
                let part = |key: &str| known[key].as_str().unwrap_or_default();
                let version = match part("group") {
                    "" => part("version").to_owned(),
                    group => format!("{group}/{}", part("version")),
                };
                names.insert((version, part("kind").to_owned()), name.clone());
            }
        }
        let monitoring = serde_json::from_str(MONITORING).context("monitoring.json")?;
        Ok(Self { definitions, names, monitoring, built: std::cell::RefCell::default() })
    }

    fn judge(&self, object: &Json, place: &str) -> Result<Vec<String>> {
        let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
        let (version, kind) = (text("apiVersion"), text("kind"));
        let place = format!("{place}: {kind} {}", object["metadata"]["name"].as_str().unwrap_or_default());
        let is_of_the_operator = version == "monitoring.coreos.com/v1";
        let known = match self.names.get(&(version.clone(), kind.clone())) {
            Some(name) => name.clone(),
            None if is_of_the_operator && self.monitoring["$defs"].get(&kind).is_some() => kind,
            None => return Ok(vec![format!("{place}: Kubernetes {KUBERNETES} knows no {kind} of {version}")]),
        };
        let mut built = self.built.borrow_mut();
        if !built.contains_key(&known) {
            let definitions = if is_of_the_operator { &self.monitoring["$defs"] } else { &self.definitions };
            let schema = json!({"$ref": format!("#/$defs/{known}"), "$defs": definitions});
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
            built.insert(known.clone(), options.build(&schema).map_err(|error| anyhow!("{known}: {error}"))?);
        }
        Ok(built.get(&known).map(|validator| judged(validator, object, &place)).unwrap_or_default())
    }
}

/// The pod of what runs one.
fn pod(object: &Json) -> Option<&Json> {
    match object["kind"].as_str()? {
        "Deployment" | "StatefulSet" => Some(&object["spec"]["template"]["spec"]),
        "Pod" => Some(&object["spec"]),
        _ => None,
    }
}

fn containers(pod: &Json) -> impl Iterator<Item = &Json> {
    pod["containers"].as_array().into_iter().flatten()
}

/// For how many seconds it serves on after it was asked to stop.
fn drain(container: &Json) -> Option<u64> {
    let mut variables = container["env"].as_array()?.iter();
    variables.find(|variable| variable["name"] == DRAIN)?["value"].as_str()?.parse().ok()
}

/// What each pod has to say of what it may and may not do.
fn hardened(object: &Json) -> Vec<String> {
    let Some(pod) = pod(object) else { return Vec::new() };
    let mut rules = vec![
        (pod["securityContext"]["runAsNonRoot"] == true, "may run as root"),
        (pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault", "has no seccomp profile"),
        (pod["automountServiceAccountToken"] == false, "has a token of Kubernetes"),
    ];
    let is_of_the_platform = object["kind"] != "Pod";
    for container in containers(pod) {
        let context = &container["securityContext"];
        rules.extend([
            (container["image"].as_str().is_some_and(is_pinned), "has an image that is no version"),
            (context["readOnlyRootFilesystem"] == true, "can write its root file system"),
            (context["allowPrivilegeEscalation"] == false, "may get new privileges"),
            (context["capabilities"]["drop"] == json!(["ALL"]), "keeps capabilities"),
            (!container["resources"]["limits"]["memory"].is_null(), "has no limit of memory"),
        ]);
        if is_of_the_platform {
            let is_internal = |probe: &str| container[probe]["httpGet"]["port"] == "internal";
            rules.extend([
                (
                    is_internal("startupProbe") && container["startupProbe"]["httpGet"]["path"] == "/health/live",
                    "has no probe of its start",
                ),
                (
                    is_internal("livenessProbe") && container["livenessProbe"]["httpGet"]["path"] == "/health/live",
                    "is not asked whether it lives",
                ),
                (
                    is_internal("readinessProbe") && container["readinessProbe"]["httpGet"]["path"] == "/health/ready",
                    "is not asked whether it is ready",
                ),
            ]);
            let drain = drain(container).unwrap_or(0);
            let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap_or(0);
            rules.push((drain > 0, "closes its listener before proxies know that it goes"));
            rules.push((grace > drain + LONGEST_END, "is killed before it has ended by itself"));
        }
    }
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    rules.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| format!("{name} {what}")).collect()
}

/// The platform takes the variables of each container, and starts with those that name no file.
fn taken(inputs: &Inputs, rendered: &[Json], place: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for object in rendered.iter().filter(|object| object["kind"] != "Pod") {
        for container in pod(object).into_iter().flat_map(containers) {
            let mut variables = Variables::new();
            for variable in container["env"].as_array().into_iter().flatten() {
                let text = |key: &str| variable[key].as_str().map(str::to_owned);
                let name = text("name").with_context(|| format!("{place}: a variable has no name"))?;
                variables.insert(name.clone(), text("value").with_context(|| format!("{place}: {name} has no value"))?);
            }
            let roles: Vec<&str> = arguments(container).skip_while(|word| *word != "--role").skip(1).collect();
            if let Some(roles) = roles.first() {
                variables.insert("CASEWRIGHT_SERVER__ROLES".to_owned(), (*roles).to_owned());
            }
            // It is a file of a Secret, which the chart does not have.
            variables.remove("CASEWRIGHT_CONFIG");
            if seen.contains(&variables) {
                continue;
            }
            seen.push(variables.clone());
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            let place = format!("{place}, {name}");
            let refused = platform::refused(inputs, &place, None, variables.clone())?;
            let is_taken = refused.is_none();
            found.extend(refused);
            if is_taken && variables.get("CASEWRIGHT_JOURNAL__STORE").is_some_and(|store| store == "mongodb") {
                variables.insert("CASEWRIGHT_JOURNAL__URI".to_owned(), STORE.to_owned());
                found.extend(platform::stopped_early(inputs, &place, None, variables)?);
            }
        }
    }
    Ok(found)
}

fn arguments(container: &Json) -> impl Iterator<Item = &str> {
    container["args"].as_array().into_iter().flatten().filter_map(Json::as_str)
}

/// What names others names some that are there.
fn together(rendered: &[Json]) -> Vec<String> {
    let named = |kind: &str| -> Vec<&str> {
        let all = rendered.iter().filter(|object| object["kind"] == kind);
        all.filter_map(|object| object["metadata"]["name"].as_str()).collect()
    };
    let services = named("Service");
    let mut found = Vec::new();
    for object in rendered {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        match object["kind"].as_str().unwrap_or_default() {
            "Ingress" => {
                let rules = object["spec"]["rules"].as_array().into_iter().flatten();
                let paths = rules.flat_map(|rule| rule["http"]["paths"].as_array().into_iter().flatten());
                let backends = paths.filter_map(|path| path["backend"]["service"]["name"].as_str());
                let missing = backends.filter(|backend| !services.contains(backend));
                found.extend(missing.map(|backend| format!("the Ingress leads to {backend}, which is not there")));
            }
            "HorizontalPodAutoscaler" => {
                let target = &object["spec"]["scaleTargetRef"];
                let (kind, of) =
                    (target["kind"].as_str().unwrap_or_default(), target["name"].as_str().unwrap_or_default());
                if !named(kind).contains(&of) {
                    found.push(format!("{name} scales {kind} {of}, which is not there"));
                }
            }
            // Both select the pods of one workload, by the same labels.
            "Service" | "PodDisruptionBudget" => {
                let selector = &object["spec"]["selector"];
                let wanted = if object["kind"] == "Service" { selector } else { &selector["matchLabels"] };
                let has_pods = rendered.iter().any(|other| {
                    let labels = &other["spec"]["template"]["metadata"]["labels"];
                    labels.is_object()
                        && wanted.as_object().into_iter().flatten().all(|(key, value)| labels[key] == *value)
                });
                if !has_pods {
                    found.push(format!("{name} selects no pods"));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pod_that_says_nothing_of_its_rights_is_found() {
        let object = json!({"kind": "Deployment", "metadata": {"name": "a"}, "spec": {"template": {"spec": {"containers": [{"image": "a"}]}}}});
        assert_eq!(hardened(&object).len(), 13);
    }

    #[test]
    fn what_leads_nowhere_is_found() {
        let ingress = json!({"kind": "Ingress", "metadata": {"name": "a"}, "spec": {"rules": [{"http": {"paths": [
            {"backend": {"service": {"name": "b"}}}]}}]}});
        let service = json!({"kind": "Service", "metadata": {"name": "c"}, "spec": {"selector": {"x": "y"}}});
        let scaler = json!({"kind": "HorizontalPodAutoscaler", "metadata": {"name": "d"}, "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "e"}}});
        assert_eq!(together(&[ingress, service, scaler]).len(), 3);
    }
}
