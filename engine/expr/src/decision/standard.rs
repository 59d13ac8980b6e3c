//! Standard models (boxed expressions, business knowledge, decision services, item definitions), evaluated by `dsntk`.
//!
//! It cannot be interrupted, so a model that iterates or calls functions runs on a thread of its own with a deadline; a
//! thread that overran is left to end by itself, and when several do, no more are started.

use super::parse::logic_of;
use super::standard_values::{from_feel, to_feel};
use crate::xml::Element;
use casewright_engine_value::{EvaluationError, Scope, Value};
use dsntk_feel::Name;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_model_evaluator::ModelEvaluator;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(5);
const STACK: usize = 64 << 20;
const MAX_OVERRUNS: usize = 4;
/// Subtractions one after the other. `dsntk` evaluates the sides of one that cannot be done twice, so every one more doubles
/// the time.
const MAX_SUBTRACTIONS: usize = 16;

static RUNNING_OVER: AtomicUsize = AtomicUsize::new(0);

pub(crate) struct Standard {
    evaluator: Arc<ModelEvaluator>,
    namespace: String,
    model: String,
    /// Decision key -> name, by which `dsntk` calls it, and name of its variable.
    decisions: HashMap<String, Named>,
    inputs: Vec<Input>,
    may_run_long: bool,
}

struct Named {
    name: String,
    variable: String,
}

struct Input {
    name: String,
    type_ref: Option<String>,
}

/// What a standard decision gave, with the inputs it was given.
pub(super) struct Answer {
    pub(super) name: String,
    pub(super) variable: String,
    pub(super) inputs: Vec<(String, Value)>,
    pub(super) value: Value,
    /// Why the value is null, as FEEL explains it.
    pub(super) explanation: Option<String>,
}

impl Standard {
    /// The error says why `dsntk` cannot evaluate the model.
    pub(super) fn build(root: &Element, xml: &str) -> Result<Self, String> {
        if root.children.iter().any(|child| child.local_name() == "import") {
            return Err("Imported models are not supported".to_owned());
        }
        if root.any(&|element| element.local_name() == "text" && subtractions(&element.text) > MAX_SUBTRACTIONS) {
            return Err(format!("More than {MAX_SUBTRACTIONS} subtractions one after the other are not supported"));
        }
        let namespace = root.attribute("namespace").unwrap_or_default();
        let (xml, namespace) = if is_uri(namespace) {
            (xml.to_owned(), namespace.to_owned())
        } else {
            let made = format!("urn:dmn:{}", uri_safe(namespace));
            (xml.replacen(&format!("namespace=\"{namespace}\""), &format!("namespace=\"{made}\""), 1), made)
        };
        // What the library takes for granted is checked before; what nobody thought of must not end a deployment in a panic.
        let built = catch_unwind(|| {
            let definitions = dsntk_model::parse(&xml).map_err(|error| error.to_string())?;
            ModelEvaluator::new(&[definitions]).map_err(|error| error.to_string())
        });
        let evaluator =
            built.unwrap_or_else(|_| Err("The decisions could not be made ready to be evaluated".to_owned()))?;
        Ok(Self {
            evaluator,
            namespace,
            model: root.attribute("name").unwrap_or_default().to_owned(),
            decisions: root.children("decision").filter_map(named).collect(),
            inputs: root.children("inputData").filter_map(input).collect(),
            may_run_long: root.any(&may_run_long),
        })
    }

    pub(super) fn decide(&self, key: &str, scope: &dyn Scope) -> Result<Answer, EvaluationError> {
        let named = self
            .decisions
            .get(key)
            .ok_or_else(|| EvaluationError::Failed(format!("DMN-01001 Unable to find decision '{key}' in its file")))?;
        let mut context = FeelContext::default();
        let mut inputs = Vec::new();
        for input in &self.inputs {
            if let Some(value) = scope.get(&input.name) {
                context.set_entry(&Name::from(input.name.as_str()), typed(&value, input.type_ref.as_deref()));
                inputs.push((input.name.clone(), value));
            }
        }
        let value = self.invoke(&named.name, context)?;
        let explanation = match &value {
            Feel::Null(explanation) => explanation.clone(),
            _ => None,
        };
        Ok(Answer {
            name: named.name.clone(),
            variable: named.variable.clone(),
            inputs,
            value: from_feel(&value),
            explanation,
        })
    }

    fn invoke(&self, name: &str, context: FeelContext) -> Result<Feel, EvaluationError> {
        if !self.may_run_long {
            let evaluate = || self.evaluator.evaluate_invocable(&self.namespace, &self.model, name, &context);
            return catch_unwind(AssertUnwindSafe(evaluate)).map_err(|_| broke_off());
        }
        let over = || EvaluationError::Limit { what: "time of a decision", limit: format!("{} s", DEADLINE.as_secs()) };
        if RUNNING_OVER.load(Ordering::Relaxed) >= MAX_OVERRUNS {
            return Err(over());
        }
        let (sender, receiver) = mpsc::channel();
        let evaluator = Arc::clone(&self.evaluator);
        let (namespace, model, name) = (self.namespace.clone(), self.model.clone(), name.to_owned());
        std::thread::Builder::new()
            .name("decision".to_owned())
            .stack_size(STACK)
            .spawn(move || {
                let value = evaluator.evaluate_invocable(&namespace, &model, &name, &context);
                if sender.send(value).is_err() {
                    // Nobody waits any more: this evaluation was counted as running over.
                    RUNNING_OVER.fetch_sub(1, Ordering::Relaxed);
                }
            })
            .map_err(|error| EvaluationError::Failed(format!("no thread for a decision: {error}")))?;
        match receiver.recv_timeout(DEADLINE) {
            Ok(value) => Ok(value),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                RUNNING_OVER.fetch_add(1, Ordering::Relaxed);
                Err(over())
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(broke_off()),
        }
    }
}

/// A broken invariant inside the FEEL library must not take the shard with it.
fn broke_off() -> EvaluationError {
    EvaluationError::Failed("the evaluation of the decision broke off".to_owned())
}

fn named(decision: &Element) -> Option<(String, Named)> {
    let name = decision.attribute("name")?;
    let variable = decision.child("variable").and_then(|variable| variable.attribute("name")).unwrap_or(name);
    Some((decision.attribute("id")?.to_owned(), Named { name: name.to_owned(), variable: variable.to_owned() }))
}

fn input(input: &Element) -> Option<Input> {
    let variable = input.child("variable");
    let name = variable.and_then(|variable| variable.attribute("name")).or_else(|| input.attribute("name"))?;
    Some(Input {
        name: name.to_owned(),
        type_ref: variable.and_then(|variable| variable.attribute("typeRef")).map(str::to_owned),
    })
}

/// Variables have no FEEL dates, times and durations of their own: text and instants become what the input declares.
fn typed(value: &Value, type_ref: Option<&str>) -> Feel {
    let plain = to_feel(value);
    let converted = match (type_ref, value, &plain) {
        (Some("date"), Value::String(text), _) => Feel::try_from_xsd_date(text).ok(),
        (Some("date"), _, Feel::DateTime(moment)) => Some(Feel::Date(moment.date())),
        (Some("time"), Value::String(text), _) => Feel::try_from_xsd_time(text).ok(),
        (Some("dateTime" | "date and time"), Value::String(text), _) => Feel::try_from_xsd_date_time(text).ok(),
        (
            Some("dayTimeDuration" | "yearMonthDuration" | "days and time duration" | "years and months duration"),
            Value::String(text),
            _,
        ) => Feel::try_from_xsd_duration(text).ok(),
        _ => None,
    };
    converted.unwrap_or(plain)
}

/// Loops, functions, and expressions whose text has one in it.
fn may_run_long(element: &Element) -> bool {
    const WORDS: [&str; 6] = ["for ", "some ", "every ", "function", "sort", ".."];
    match element.local_name() {
        "businessKnowledgeModel" | "functionDefinition" | "for" | "every" | "some" | "filter" | "invocation" => true,
        "text" => WORDS.iter().any(|word| element.text.contains(word)),
        "decision" => logic_of(element).is_none(),
        _ => false,
    }
}

/// The most that stand between two commas. A minus is one where something stands before it; in a string it is none.
fn subtractions(text: &str) -> usize {
    let (mut most, mut here) = (0, 0);
    let (mut is_quoted, mut before) = (false, ' ');
    for letter in text.chars() {
        match letter {
            '"' if before != '\\' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            ',' => here = 0,
            '-' if before.is_alphanumeric() || matches!(before, ')' | ']' | '}' | '"' | '_') => here += 1,
            _ => {}
        }
        most = here.max(most);
        if !letter.is_whitespace() {
            before = letter;
        }
    }
    most
}

/// `dsntk` refuses a namespace that is no URI.
fn is_uri(namespace: &str) -> bool {
    namespace.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
            && !namespace.contains(char::is_whitespace)
    })
}

fn uri_safe(namespace: &str) -> String {
    namespace.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::subtractions;

    #[test]
    fn subtractions_are_counted_where_they_follow_each_other() {
        assert_eq!(subtractions("a - b-c"), 2);
        assert_eq!(subtractions("-1, -2, -a, [1]-2"), 1);
        assert_eq!(subtractions(r#""2026-01-02" - date("2026-01-01")"#), 1);
        assert_eq!(subtractions(&"x-".repeat(20)), 20);
    }
}
