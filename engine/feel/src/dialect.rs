//! Which of its readings FEEL has.

/// Which reading of FEEL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As forms in the browser read it (feelin), and with them the platform's own rules: what can be understood in one way is.
    /// A call that cannot be made is a mistake in the text, as it is for Camunda's.
    #[default]
    Forms,
    /// As Camunda 7.24 reads it (feel-scala 1.19): one value is no list of it, a range is no value, a time without a zone is
    /// comparable to none with one.
    Camunda,
    /// As Camunda 8.8 reads it, which has the same feel-scala and no dates among its variables: a Date of ours is an instant,
    /// comparable to every other, and `fromAi` is a function.
    Camunda8,
    /// As DMN 1.5 has it: a call that cannot be made is null (10.3.2.13), built-in functions are values, arguments are
    /// converted (10.3.2.9.4).
    Standard,
}

impl Dialect {
    /// Of those that are feel-scala's.
    pub(crate) fn is_scala(self) -> bool {
        matches!(self, Self::Camunda | Self::Camunda8)
    }
}
