//! What an execution, or a definition, waits for.

use crate::EVENT_SUBSCRIPTION;
use crate::place::{PlaceRow, PlaceRowColumns};
use crate::row::{Names, row};
use crate::specs::view;
use casewright_engine_core::entity::{Compensation, Subscription};
use casewright_engine_value::Instant;
use casewright_journal::{Cell, ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`EVENT_SUBSCRIPTION`].
#[derive(Clone, Debug, Row)]
#[row(view = EVENT_SUBSCRIPTION)]
pub struct EventSubscriptionRow {
    #[row(flatten)]
    pub place: PlaceRow,
    pub id: SmolStr,
    pub event_type: SmolStr,
    pub event_name: Option<SmolStr>,
    pub created_date: Instant,
    pub correlation_key: Option<SmolStr>,
    pub business_key: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec = view(
    EVENT_SUBSCRIPTION,
    &[
        &[EventSubscriptionRow::EVENT_TYPE, EventSubscriptionRow::EVENT_NAME],
        &[EventSubscriptionRow::PROCESS_INSTANCE_ID],
        &[EventSubscriptionRow::EXECUTION_ID],
    ],
);

pub(crate) fn subscription_created(names: &Names<'_>, subscription: &Subscription, out: &mut ViewWrites) {
    let row = EventSubscriptionRow {
        place: names.place(&subscription.place),
        id: names.id(subscription.id),
        event_type: SmolStr::new_static(subscription.kind.name()),
        event_name: subscription.name.clone(),
        created_date: subscription.created,
        correlation_key: subscription.correlation_key.clone(),
        business_key: subscription.business_key.clone(),
    };
    out.insert(names.tenant, EVENT_SUBSCRIPTION, &row.id.clone(), row);
}

/// The contract shows what can be compensated as event subscriptions.
pub(crate) fn compensation(names: &Names<'_>, record: &Compensation, out: &mut ViewWrites) {
    let id = names.id(record.id);
    let mut fields = casewright_rows::Row::from(names.place(&record.place));
    fields.extend(row! {
        EventSubscriptionRow::ID => &id,
        EventSubscriptionRow::EVENT_TYPE => "compensate",
        EventSubscriptionRow::EVENT_NAME => Cell::Null,
        EventSubscriptionRow::CREATED_DATE => record.created,
    });
    out.insert(names.tenant, EVENT_SUBSCRIPTION, &id, fields);
}
