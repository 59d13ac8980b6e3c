//! The functions Camunda 7 maps into expressions. There are no others: a model that calls one is refused on deployment.

use crate::object::{Object, spin};
use casewright_engine_value::{Scope, Value};
use std::sync::Arc;

use super::failure::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Now,
    DateTime,
    CurrentUser,
    CurrentUserGroups,
    Spin,
    Json,
    Xml,
}

impl Function {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "now" => Self::Now,
            "dateTime" => Self::DateTime,
            "currentUser" => Self::CurrentUser,
            "currentUserGroups" => Self::CurrentUserGroups,
            "S" => Self::Spin,
            "JSON" => Self::Json,
            "XML" => Self::Xml,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::DateTime => "dateTime",
            Self::CurrentUser => "currentUser",
            Self::CurrentUserGroups => "currentUserGroups",
            Self::Spin => "S",
            Self::Json => "JSON",
            Self::Xml => "XML",
        }
    }

    /// How many arguments it takes: from, to.
    pub(crate) fn arity(self) -> (usize, usize) {
        match self {
            Self::Now | Self::DateTime | Self::CurrentUser | Self::CurrentUserGroups => (0, 0),
            Self::Spin => (1, 2),
            Self::Json | Self::Xml => (1, 1),
        }
    }

    pub(crate) fn call(self, arguments: &[Object], scope: &dyn Scope) -> Result<Object, Failure> {
        Ok(match self {
            Self::Now => Object::Plain(Value::Date(scope.now())),
            Self::DateTime => Object::Moment(scope.now()),
            Self::CurrentUser => Object::Plain(scope.current_user().map_or(Value::Null, |user| Value::string(&user))),
            Self::CurrentUserGroups => Object::Plain(Value::List(Arc::new(
                scope.current_user_groups().iter().map(|group| Value::string(group)).collect(),
            ))),
            Self::Spin => spin::wrap(first(arguments), spin::Format::Any)?,
            Self::Json => spin::wrap(first(arguments), spin::Format::Json)?,
            Self::Xml => spin::wrap(first(arguments), spin::Format::Xml)?,
        })
    }
}

fn first(arguments: &[Object]) -> &Object {
    arguments.first().expect("the parser checked the number of arguments")
}
