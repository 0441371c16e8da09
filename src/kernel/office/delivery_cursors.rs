//! How far each handler that is told of events has been told.

use registrar_contract::payload::point;
use registrar_domain::{StoreError, WriteTx};
use registrar_host::{Generation, Handler};
use registrar_sdk::native::Typed;
use std::sync::Arc;

/// The point that is told of each day, which has a cursor as those that are told of events have.
pub(crate) const CLOCK_TICK: &str = point::ClockTick::ID;

/// The point that brings documents to an outlet.
pub(crate) const PUBLISHING: &str = point::OutletPublish::ID;

/// The points whose handlers are told of events.
pub(crate) const POINTS: [&str; 2] = [AFTER, PUBLISHING];
pub(crate) const AFTER: &str = point::ActionAfter::ID;

/// The name of its cursor.
pub(crate) fn cursor_name(handler: &Handler) -> String {
    format!("{}@{}", handler.kept_key(), handler.point)
}

/// The handlers that are told of events.
pub(crate) fn handlers(generation: &Generation) -> impl Iterator<Item = Arc<Handler>> {
    POINTS.into_iter().flat_map(|point| generation.handlers(point))
}

/// Gives each new handler its cursor: at the end of the log, or at its start if it says so.
pub(crate) fn begin_cursors(tx: &mut dyn WriteTx, generation: &Generation) -> Result<(), StoreError> {
    for handler in handlers(generation) {
        let name = cursor_name(&handler);
        if tx.cursor(&name)?.is_none() {
            let from_start = handler.option("from").as_str() == Some("start");
            let head = tx.head()?.seq;
            tx.set_cursor(&name, if from_start { 0 } else { head })?;
        }
    }
    Ok(())
}
