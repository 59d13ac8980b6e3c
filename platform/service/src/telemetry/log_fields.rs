//! Fields of a log line for people: what strangers sent cannot begin a line of its own.

use std::fmt::{self, Debug, Write as _};
use tracing::field::Field;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

/// Writes fields with their control characters escaped: line breaks, and what moves a terminal's cursor.
pub(super) fn on_one_line() -> impl for<'writer> FormatFields<'writer> + Send + Sync + 'static {
    debug_fn(write_field).delimited(" ")
}

fn write_field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(Escaped(writer), "{value:?}"),
        name => {
            write!(writer, "{name}=")?;
            write!(Escaped(writer), "{value:?}")
        }
    }
}

struct Escaped<'a, 'writer>(&'a mut Writer<'writer>);

impl fmt::Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            // U+2028 and U+2029 end a line for some who read it.
            if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
                write!(self.0, "{}", character.escape_default())?;
            } else {
                self.0.write_char(character)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::lines::Lines;
    use tracing_subscriber::layer::SubscriberExt as _;

    #[test]
    fn a_stranger_writes_no_line_of_their_own() {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .fmt_fields(on_one_line());
        let forged = "a\n2026-01-01T00:00:00Z  WARN casewright_access: a sign-in failed\u{1b}[2K\u{2028}Größe";
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::warn!(error = %forged, job = "a b", attempts = 3, "a job failed");
        });
        let written = lines.text();
        assert_eq!(written.lines().count(), 1, "{written}");
        let fields = r#"a job failed error=a\n2026-01-01T00:00:00Z  WARN casewright_access: a sign-in failed\u{1b}[2K\u{2028}Größe job="a b" attempts=3"#;
        assert!(written.trim_end().ends_with(fields), "{written}");
    }
}
