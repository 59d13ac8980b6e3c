//! Forms, kept by key: [`state`] is the aggregate. What a schema asks of data is judged by `platform/forms`.

pub(crate) mod state;

pub(crate) use state::Form;
