//! Connects and says nothing.

use super::{Kind, until_cut};

pub(super) const KIND: Kind = Kind {
    name: "silent",
    share: 10,
    most: usize::MAX,
    open: |door| Box::pin(door.connect(door.http, None)),
    keep: |mut stream| Box::pin(async move { until_cut(&mut stream).await }),
};
