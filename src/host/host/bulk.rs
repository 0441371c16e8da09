//! Asks many handlers about many rows of arguments in one crossing to a worker.
//!
//! Answers come back as they were given: making them what the point takes, and combining them, is
//! the caller's, who has single calls for all that does not fit here.

use crate::{
    dispatch::session::DispatchSession,
    host::{Host, Scope},
    plugin::{handler::Handler, services::NoServices},
    runtime::rows::{FlatAnswer, Layout, PackedCall, RowAnswers, Rows, TextPool},
};
use std::sync::Arc;

/// A handler, and the rows it is to be asked about.
#[derive(Clone)]
pub struct BulkRequest {
    /// The handler.
    pub handler: Arc<Handler>,
    /// Numbers of rows.
    pub rows: Vec<u32>,
}

impl Host {
    /// Asks each handler about its rows; answers in the order of `wanted`. Only for points whose
    /// handlers change nothing. Gives back what it was given.
    pub fn ask_rows(
        &self,
        point: &str,
        scope: &Scope,
        layout: &Arc<Layout>,
        texts: &Arc<TextPool>,
        rows: Rows,
        wanted: Vec<BulkRequest>,
    ) -> (Rows, Vec<BulkRequest>, Vec<RowAnswers>) {
        let again = |wanted: &[BulkRequest]| wanted.iter().map(|w| RowAnswers::again(w.rows.len())).collect();
        let Some(declared) = self.contract().point(point) else {
            let answers = again(&wanted);
            return (rows, wanted, answers);
        };
        let flat = Arc::new(FlatAnswer::of(&declared.answer));
        // Shared, because a worker that is given up keeps its part.
        let shared = Arc::new((rows, wanted));
        let (own, layout, texts) = (shared.clone(), layout.clone(), texts.clone());
        let work = move |session: &mut DispatchSession<'_>| {
            let (rows, wanted) = &*own;
            let packed = PackedCall { layout: &layout, rows, texts: &texts, flat: &flat };
            let ask = |w: &BulkRequest| session.call_rows(&w.handler, &packed, &w.rows);
            let answers: Vec<RowAnswers> = wanted.iter().map(ask).collect();
            crate::dispatch::combine::Invoke::done(session);
            answers
        };
        let answers = self.on_worker(declared, scope, &mut NoServices, work);
        let answers = answers.unwrap_or_else(|_| again(&shared.1));
        let (rows, wanted) =
            Arc::try_unwrap(shared).unwrap_or_else(|shared| (shared.0.clone(), shared.1.clone()));
        (rows, wanted, answers)
    }
}
