//! Talks to the receiver of mail one byte a second. There are few places, and bombs by mail want some of them.

use super::{Kind, dribble};

pub(super) const KIND: Kind = Kind {
    name: "slow mail",
    share: 1,
    most: 40,
    open: |door| Box::pin(door.connect(door.smtp, None)),
    keep: |stream| Box::pin(dribble(stream, b"NOOP is said slowly\r\n")),
};
