//! Mail that comes in. Every way in ends with [`receive`]; once a mail is durable it is found out of whom it is ([`authenticate`]), and it is
//! understood: read, its [`parts`] kept as files, its case found, its process started.

mod authenticate;
mod bounce;
pub(crate) mod find_case;
mod parts;
pub mod receive;
pub(crate) mod under_way;
pub(crate) mod understand;
