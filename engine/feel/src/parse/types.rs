//! The names of types, as `instance of` and parameters have them (DMN 1.5, 10.3.1.2, rules 52 to 54).

use super::{Parsed, Parser};
use crate::types::Type;
use smol_str::SmolStr;
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn type_name(&mut self) -> Parsed<Type> {
        const WORDY: [&str; 6] = [
            "years and months duration",
            "days and time duration",
            "year month duration",
            "day time duration",
            "date and time",
            "date time",
        ];
        if let Some(name) = self.longest([self.names.types.wordy.beginning(self.scanner.leading_word()), &[], &[], &[]])
        {
            self.scanner.words(&name);
            return Ok(self.names.type_named(&name).unwrap_or_default());
        }
        if let Some(name) = WORDY.into_iter().find(|name| self.scanner.words(name)) {
            return Ok(Type::built_in(name).unwrap_or_default());
        }
        if self.scanner.word("null") {
            return Ok(Type::Null);
        }
        if self.scanner.word("function") {
            return self.function_type();
        }
        let before = self.scanner;
        let name = self.scanner.identifier().ok_or_else(|| self.scanner.expected("the name of a type"))?;
        Ok(match name.as_str() {
            "list" => Type::list(self.generic(Self::type_name)?.unwrap_or_default()),
            "range" => Type::Range(Arc::new(self.generic(Self::type_name)?.unwrap_or_default())),
            "context" => Type::context(self.generic(Self::member_types)?.unwrap_or_default()),
            other => match self.names.type_named(other) {
                Some(known) => known,
                None => return Err(before.error(format!("there is no type '{other}'"))),
            },
        })
    }

    fn function_type(&mut self) -> Parsed<Type> {
        let parameters = self.generic(Self::type_list)?;
        let result = if self.scanner.sign("->") { self.nested(Self::type_name)? } else { Type::Any };
        Ok(parameters.map_or(Type::Function(None), |parameters| Type::function(parameters, result)))
    }

    fn generic<T>(&mut self, parse: fn(&mut Self) -> Parsed<T>) -> Parsed<Option<T>> {
        if !self.scanner.sign("<") {
            return Ok(None);
        }
        let inner = self.nested(parse)?;
        self.scanner.expect(">")?;
        Ok(Some(inner))
    }

    fn type_list(&mut self) -> Parsed<Vec<Type>> {
        if self.scanner.looks_at(">") {
            return Ok(Vec::new());
        }
        let mut all = vec![self.type_name()?];
        while self.scanner.sign(",") {
            all.push(self.type_name()?);
        }
        Ok(all)
    }

    fn member_types(&mut self) -> Parsed<Vec<(SmolStr, Type)>> {
        let mut all = Vec::new();
        loop {
            let name = self.parameter_name().ok_or_else(|| self.scanner.expected("the name of an entry and ':'"))?;
            all.push((name, self.type_name()?));
            if !self.scanner.sign(",") {
                return Ok(all);
            }
        }
    }
}
