//! What expressions are made of: for every kind of value the ways to write one. `{n}` stands for an expression of the kind
//! `n`, `{b|x:n}` for one that may use `x`, which is a number there.
//!
//! Kinds: `n` number, `s` text, `b` truth, `d` date, `t` time, `m` date and time, `y` years and months, `p` days and time,
//! `nl` `sl` `dl` `cl` lists of numbers, texts, dates, contexts, `c` context, `r` range of numbers, `rd` of dates,
//! `f` function of a number, `z` anything, `un` `us` `ub` `um` `ud` `ut` `up` `uy` unary tests of an input of a kind, `k` a number literal,
//! `q` a pattern, `g` the flags of one.

mod compound;
mod list;
mod moment;
mod number;
mod odd;
mod tests;
mod text;
mod truth;

/// A kind of expressions.
pub(crate) struct Kind {
    name: &'static str,
    /// The ways without parts in them: literals, and the names of variables.
    pub(crate) leaves: &'static [&'static str],
    /// The ways with parts in them.
    pub(crate) rules: &'static [&'static str],
    /// Of those what forms use: conditions, and what they show, over the fields of a form.
    pub(crate) forms: &'static [&'static str],
}

const ALL: [&[Kind]; 8] =
    [number::KINDS, text::KINDS, truth::KINDS, moment::KINDS, list::KINDS, compound::KINDS, odd::KINDS, tests::KINDS];

pub(crate) fn kind(name: &str) -> Option<&'static Kind> {
    ALL.into_iter().flatten().find(|kind| kind.name == name)
}
