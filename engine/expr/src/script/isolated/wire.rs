//! What a script's process and the one that holds its scope say to each other: MessagePack behind a length of four bytes.

use super::super::bridge::{Reply, Request};
use super::super::javascript::{MEASURES, Script, facade_id, facade_of};
use casewright_engine_value::{EvaluationError, Value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind, Read, Write};

/// More than all values that a script may give or take, with their text around them.
const MAX_FRAME: u32 = 64 << 20;

/// To the script's process.
#[derive(Serialize, Deserialize)]
pub(super) enum ToScript {
    Run(Script),
    Reply(Result<Option<Value>, String>),
}

/// From it.
#[derive(Serialize, Deserialize)]
pub(super) enum FromScript {
    Property(usize, String),
    Invoke(usize, String, Vec<Value>),
    Over(Result<Value, Refusal>),
}

/// An [`EvaluationError`] on its way.
#[derive(Serialize, Deserialize)]
pub(super) enum Refusal {
    Failed(String),
    Syntax(String),
    BpmnError(String, Option<String>),
    /// By the place of what was measured in [`MEASURES`].
    Limit(usize, String),
    Unsupported(String),
    UnknownProperty(String),
    DueDate(String),
}

impl From<EvaluationError> for Refusal {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::Failed(message) => Self::Failed(message),
            EvaluationError::Syntax(message) => Self::Syntax(message),
            EvaluationError::BpmnError { code, message } => Self::BpmnError(code, message),
            EvaluationError::Limit { what, limit } => {
                Self::Limit(MEASURES.iter().position(|known| *known == what).unwrap_or(MEASURES.len()), limit)
            }
            EvaluationError::Unsupported(what) => Self::Unsupported(what),
            EvaluationError::UnknownProperty(message) => Self::UnknownProperty(message),
            EvaluationError::DueDate { text } => Self::DueDate(text),
        }
    }
}

impl From<Refusal> for EvaluationError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Failed(message) => Self::Failed(message),
            Refusal::Syntax(message) => Self::Syntax(message),
            Refusal::BpmnError(code, message) => Self::BpmnError { code, message },
            Refusal::Limit(what, limit) => {
                Self::Limit { what: MEASURES.get(what).copied().unwrap_or("a script"), limit }
            }
            Refusal::Unsupported(what) => Self::Unsupported(what),
            Refusal::UnknownProperty(message) => Self::UnknownProperty(message),
            Refusal::DueDate(text) => Self::DueDate { text },
        }
    }
}

impl From<Request> for FromScript {
    fn from(request: Request) -> Self {
        match request {
            Request::Property(facade, name) => Self::Property(facade_id(facade), name),
            Request::Invoke(facade, method, arguments) => Self::Invoke(facade_id(facade), method, arguments),
            Request::Over(outcome) => Self::Over(outcome.map_err(Refusal::from)),
        }
    }
}

impl From<FromScript> for Request {
    fn from(said: FromScript) -> Self {
        match said {
            FromScript::Property(facade, name) => Self::Property(facade_of(facade), name),
            FromScript::Invoke(facade, method, arguments) => Self::Invoke(facade_of(facade), method, arguments),
            FromScript::Over(outcome) => Self::Over(outcome.map_err(EvaluationError::from)),
        }
    }
}

/// What a reply tells the script: its message is all that a script can see of a refusal.
pub(super) fn told(reply: &Reply) -> Result<Option<Value>, String> {
    reply.clone().map_err(|error| error.to_string())
}

/// # Errors
/// The other process is gone, or it is more than a frame may hold.
pub(super) fn write(output: &mut impl Write, said: &impl Serialize) -> io::Result<()> {
    let bytes = rmp_serde::to_vec_named(said).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= MAX_FRAME);
    let length = length.ok_or_else(|| io::Error::other("too much for one message"))?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&bytes)?;
    output.flush()
}

/// None: the other process says nothing any more.
///
/// # Errors
/// The other process is gone in the middle of a message, or says something else than is spoken here.
pub(super) fn read<T: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length);
    if length > MAX_FRAME {
        return Err(io::Error::other("a message that is too long"));
    }
    let mut bytes = Vec::new();
    // Grows with what comes, not with what is announced.
    input.take(u64::from(length)).read_to_end(&mut bytes)?;
    rmp_serde::from_slice(&bytes).map(Some).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use casewright_engine_value::{Facade, Instant};
    use std::sync::Arc;

    fn passed<T: Serialize + DeserializeOwned>(said: &T) -> T {
        let mut bytes = Vec::new();
        write(&mut bytes, said).unwrap();
        read(&mut bytes.as_slice()).unwrap().unwrap()
    }

    #[test]
    fn values_and_refusals_come_over_as_they_are() {
        let values = vec![
            Value::Null,
            Value::Double(f64::INFINITY),
            Value::Long(i64::MIN),
            Value::string("ü"),
            Value::Date(Instant(7)),
            Value::Bytes(Arc::from([1, 2].as_slice())),
            Value::List(Arc::new(vec![Value::Boolean(true)])),
            Value::Map(Arc::new([("a".into(), Value::Json("[1]".into()))].into_iter().collect())),
        ];
        let request = Request::Invoke(Facade::Task, "setVariable".to_owned(), values.clone());
        let Request::Invoke(Facade::Task, method, arguments) = Request::from(passed(&FromScript::from(request))) else {
            panic!("another request came over");
        };
        assert_eq!((method.as_str(), arguments), ("setVariable", values));
        for refusal in [
            EvaluationError::Failed("a".to_owned()),
            EvaluationError::BpmnError { code: "c".to_owned(), message: Some("m".to_owned()) },
            EvaluationError::Limit { what: "time of a script", limit: "5 s".to_owned() },
            EvaluationError::Unsupported("groovy".to_owned()),
            EvaluationError::UnknownProperty("x".to_owned()),
            EvaluationError::DueDate { text: "soon".to_owned() },
        ] {
            let over = passed(&FromScript::from(Request::Over(Err(refusal.clone()))));
            let Request::Over(Err(came)) = Request::from(over) else { panic!("another request came over") };
            assert_eq!(came, refusal);
        }
    }

    #[test]
    fn what_is_no_message_is_refused_before_it_is_kept() {
        assert!(read::<FromScript>(&mut [255, 255, 255, 255, 0].as_slice()).is_err(), "4 GiB are announced");
        assert!(read::<FromScript>(&mut [9, 0, 0, 0, 1].as_slice()).is_err(), "it ends in the middle");
        assert!(read::<FromScript>(&mut [].as_slice()).unwrap().is_none());
    }
}
