//! Why a wish about a mail is not granted.

/// Why a wish was not granted; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MailRejection {
    #[error("the mail belongs to another case")]
    InAnotherCase,
    #[error("only a received mail that was read, or could not be read, is processed again")]
    NotReprocessable,
    #[error("the mail does not wait to be sent: it is on its way, or was taken back")]
    NotScheduled,
    #[error("the idempotency key was used for a mail of another case")]
    KeyReused,
}
