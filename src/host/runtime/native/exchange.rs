//! One exchange with a child over a lane: arguments there, host calls answered meanwhile, answers back, within a
//! budget of the child's processor time.

use crate::{
    plugin::{
        body::Body,
        fault::{Fault, FaultKind},
        handler::{Handler, fault},
        registration::typed,
    },
    runtime::{
        call::{self, Context},
        native::{
            child::status,
            frame::{FrameHead, kind},
            lane::Lane,
            process::{Process, is_timeout},
        },
    },
};
use registrar_sdk::Value;
use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

/// Why a crossing gave no answers.
pub(super) enum Lost {
    TooLong,
    /// And whether another call was under way there.
    Ended(String, bool),
    /// It says what no child says: nothing that follows could be trusted.
    Garbled(String),
    /// Nothing happened to the child.
    Refused(String),
}

impl Lane {
    pub(super) fn lost(e: io::Error) -> Lost {
        match e {
            e if is_timeout(&e) => Lost::TooLong,
            // What was to be sent is more than crosses at once.
            e if e.kind() == io::ErrorKind::Other => Lost::Refused(e.to_string()),
            e => Lost::Ended(e.to_string(), false),
        }
    }

    /// The same for what was received.
    fn garbled(e: io::Error) -> Lost {
        match e.kind() {
            io::ErrorKind::Other => Lost::Garbled(format!("answered {e}")),
            _ => Lane::lost(e),
        }
    }
}

pub(super) type Answers = Vec<Result<Value, Fault>>;

/// By the wall a child may take so long for a budget of processor time: it may be waiting for the processor.
pub(super) fn by_the_wall(budget: Duration) -> Duration {
    (budget * 30).max(Duration::from_secs(2))
}

/// How often it is looked whether a child has used up its budget.
const LOOK: Duration = Duration::from_millis(20);

/// Waits until a child says something, as long as it has not used up what is left of its budget.
fn wait(process: &Process, lane: &mut Lane, left: &mut Duration) -> Result<(), Lost> {
    let (began, before) = (Instant::now(), process.used());
    let mut patience = *left;
    loop {
        if lane.is_told(patience.min(*left)).map_err(Lane::lost)? {
            // What is computed between two looks at the clock is little.
            *left = left.saturating_sub(spent(process, before, began));
            return Ok(());
        }
        if spent(process, before, began) >= *left || began.elapsed() >= by_the_wall(*left) {
            return Err(Lost::TooLong);
        }
        patience = LOOK;
    }
}

/// Processor time since; where that can't be had, time by the wall.
fn spent(process: &Process, before: Option<Duration>, began: Instant) -> Duration {
    match (before, process.used()) {
        (Some(before), Some(used)) => used.saturating_sub(before),
        _ => began.elapsed(),
    }
}

/// Calls a handler over a lane for each of `batch`; says whether one of them panicked.
pub(super) fn exchange(
    process: &Process,
    lane: &mut Lane,
    (caller, handler): (&Arc<Body>, &Handler),
    context: &Context,
    batch: &[&[Value]],
) -> Result<(Answers, bool), Lost> {
    let each = batch.first().map_or(0, |args| args.len());
    let head = FrameHead {
        kind: kind::CALL,
        handler: handler.index,
        count: batch.len() as u32,
        each: each as u32,
        ..FrameHead::default()
    };
    // A budget is for one call. Of many, few take more than a moment.
    let mut left = Duration::from_millis(u64::from(context.point.budget_ms) + batch.len() as u64 - 1);
    context.spending.begin();
    context.written.begin();
    if batch.len() == 1 {
        lane.send(head, batch[0].iter()).map_err(Lane::lost)?;
    } else {
        let args: Vec<&Value> = batch.iter().flat_map(|args| args.iter()).collect();
        lane.send(head, args.into_iter()).map_err(Lane::lost)?;
    }
    let head = loop {
        wait(process, lane, &mut left)?;
        // What has begun to come comes whole, or is given up as well.
        lane.within(by_the_wall(left));
        let head = lane.receive().map_err(Lane::garbled)?;
        if head.kind != kind::ASK {
            break head;
        }
        answer(lane, head.count, caller, context)?;
    };
    if head.kind != kind::DONE || head.count as usize != batch.len() {
        return Err(Lost::Garbled("answered out of turn".into()));
    }
    let (mut answers, mut panicked) = (Vec::with_capacity(batch.len()), false);
    for (at, args) in batch.iter().enumerate() {
        let value = |at| lane.image.value(at);
        let bad = |problem| fault(handler, FaultKind::BadAnswer, problem);
        let answered = match (value(at * 2), value(at * 2 + 1)) {
            (Ok(Value::Int(status::OK)), Ok(value)) => {
                typed(&context.quota, handler, context.point, args, value)
            }
            (Ok(Value::Int(status)), Ok(Value::Text(why))) => {
                panicked |= status == status::PANICKED;
                let kind = if status == status::BAD { FaultKind::BadAnswer } else { FaultKind::Error };
                Err(fault(handler, kind, why.to_string()))
            }
            (Err(e), _) | (_, Err(e)) => Err(bad(format!("answered {e}"))),
            _ => Err(bad("answered out of form".into())),
        };
        answers.push(answered);
    }
    Ok((answers, panicked))
}

/// Answers one host call of the child.
fn answer(lane: &mut Lane, count: u32, caller: &Arc<Body>, context: &Context) -> Result<(), Lost> {
    let read = |at| lane.image.value(at).map_err(|e| Lost::Garbled(format!("asked {e}")));
    let name = read(0)?;
    let args = (1..=count as usize).map(read).collect::<Result<_, _>>()?;
    let (kind, value) = match call::make(caller, context, name.as_str().unwrap_or(""), args) {
        Ok(value) => (kind::ANSWER, value),
        Err(problem) => (kind::FAILED, Value::text(problem)),
    };
    let head = FrameHead { kind, ..FrameHead::default() };
    match lane.send(head, [value].iter()) {
        Err(e) if e.kind() == io::ErrorKind::Other => {
            let told = [Value::text(format!("the answer is {e}"))];
            lane.send(FrameHead { kind: kind::FAILED, ..FrameHead::default() }, told.iter())
                .map_err(Lane::lost)
        }
        sent => sent.map_err(Lane::lost),
    }
}
