//! The names of types, as `instance of` and parameters have them (DMN 1.5, 10.3.1.2, rules 52 to 54).

use super::{Parsed, Parser};
use crate::ast::Type;
use smol_str::SmolStr;

impl Parser<'_> {
    pub(super) fn type_name(&mut self) -> Parsed<Type> {
        const WORDY: [(&str, Type); 6] = [
            ("years and months duration", Type::YearMonthDuration),
            ("days and time duration", Type::DayTimeDuration),
            ("year month duration", Type::YearMonthDuration),
            ("day time duration", Type::DayTimeDuration),
            ("date and time", Type::DateTime),
            ("date time", Type::DateTime),
        ];
        if let Some((_, known)) = WORDY.into_iter().find(|(name, _)| self.scanner.words(name)) {
            return Ok(known);
        }
        if self.scanner.word("null") {
            return Ok(Type::Null);
        }
        if self.scanner.word("function") {
            self.generic(Self::type_list)?;
            if self.scanner.sign("->") {
                self.nested(Self::type_name)?;
            }
            return Ok(Type::Function);
        }
        let before = self.scanner;
        let name = self.scanner.identifier().ok_or_else(|| self.scanner.expected("the name of a type"))?;
        Ok(match name.as_str() {
            "Any" | "any" => Type::Any,
            "Null" => Type::Null,
            "boolean" => Type::Boolean,
            "number" => Type::Number,
            "string" => Type::String,
            "date" => Type::Date,
            "time" => Type::Time,
            "dateTime" => Type::DateTime,
            "yearMonthDuration" => Type::YearMonthDuration,
            "dayTimeDuration" => Type::DayTimeDuration,
            "list" => Type::List(self.generic(Self::type_name)?.map(Box::new)),
            "range" => {
                self.generic(Self::type_name)?;
                Type::Range
            }
            "context" => Type::Context(self.generic(Self::member_types)?.unwrap_or_default()),
            other => return Err(before.error(format!("there is no type '{other}'"))),
        })
    }

    fn generic<T>(&mut self, parse: fn(&mut Self) -> Parsed<T>) -> Parsed<Option<T>> {
        if !self.scanner.sign("<") {
            return Ok(None);
        }
        let inner = self.nested(parse)?;
        self.scanner.expect(">")?;
        Ok(Some(inner))
    }

    fn type_list(&mut self) -> Parsed<()> {
        if self.scanner.looks_at(">") {
            return Ok(());
        }
        self.type_name()?;
        while self.scanner.sign(",") {
            self.type_name()?;
        }
        Ok(())
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
