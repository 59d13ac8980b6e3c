//! What the handlers and background jobs of the publishers share.

use crate::channel::{Channels, SetupError};
use crate::config::{BATCH, NotificationConfig, PublishersConfig};
use crate::live::LiveTimes;
use crate::live::places::{Limits, Places};
use crate::live::presence::Presence;
use crate::views::notification::VIEW;
use axum::extract::FromRef;
use casewright_access::Access;
use casewright_bus::Bus;
use casewright_delivery::Outbox;
use casewright_journal::Journal;
use casewright_service::Shutdown;
use std::sync::Arc;

/// Cheap to clone.
#[derive(Clone)]
pub struct PublishersState {
    inner: Arc<Inner>,
    shutdown: Shutdown,
}

struct Inner {
    journal: Journal,
    access: Access,
    bus: Arc<dyn Bus>,
    config: PublishersConfig,
    live: Arc<Places>,
    presence: Arc<Presence>,
    live_times: LiveTimes,
    channels: Channels,
    /// Notifications that wait to be delivered.
    outbox: Outbox,
}

impl PublishersState {
    /// # Errors
    /// A channel that cannot be set up as it is configured.
    pub fn new(
        journal: Journal,
        access: Access,
        bus: Arc<dyn Bus>,
        config: PublishersConfig,
    ) -> Result<Self, SetupError> {
        Self::with_live_times(journal, access, bus, config, LiveTimes::default())
    }

    /// [`PublishersState::new`] with other patience for live clients than the default.
    ///
    /// # Errors
    /// As [`PublishersState::new`].
    pub fn with_live_times(
        journal: Journal,
        access: Access,
        bus: Arc<dyn Bus>,
        config: PublishersConfig,
        live_times: LiveTimes,
    ) -> Result<Self, SetupError> {
        let channels = Channels::new(config.notifications.smtp.as_ref(), &config.notifications.settings)?;
        let live = Places::new(Limits::of(config.max_live_connections));
        let outbox = Outbox::new(journal.clone(), VIEW, BATCH);
        let presence = Arc::default();
        let inner = Inner { journal, access, bus, config, live, presence, live_times, channels, outbox };
        Ok(Self { inner: Arc::new(inner), shutdown: Shutdown::new() })
    }

    /// This state of a process that can be asked to stop: live connections end when it drains.
    #[must_use]
    pub fn until(self, shutdown: Shutdown) -> Self {
        Self { shutdown, ..self }
    }

    pub(crate) fn shutdown(&self) -> &Shutdown {
        &self.shutdown
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.inner.journal
    }

    pub(crate) fn access(&self) -> &Access {
        &self.inner.access
    }

    pub(crate) fn bus(&self) -> &dyn Bus {
        self.inner.bus.as_ref()
    }

    pub(crate) fn notifications(&self) -> &NotificationConfig {
        &self.inner.config.notifications
    }

    pub(crate) fn channels(&self) -> &Channels {
        &self.inner.channels
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.inner.outbox
    }

    pub(crate) fn live_times(&self) -> LiveTimes {
        self.inner.live_times
    }

    /// Who is at which case.
    pub(crate) fn presence(&self) -> &Arc<Presence> {
        &self.inner.presence
    }

    /// The places for live connections.
    pub(crate) fn live_places(&self) -> &Arc<Places> {
        &self.inner.live
    }
}

impl FromRef<PublishersState> for Access {
    fn from_ref(state: &PublishersState) -> Self {
        state.inner.access.clone()
    }
}
