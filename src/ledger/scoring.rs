//! What records come to: rules are asked about one record, or about many packed in rows; both come to the same.

mod answer_fields;
pub mod batch_scorer;
mod handler_plan;
pub mod live_sample;
pub mod reconciler;
mod reconciliation;
pub mod record_scorer;
pub mod row_columns;
pub mod row_reader;
pub mod sample_counts;
pub mod scoring_context;
