//! Names that the kernel keeps for itself: its own registers, the actions that no plugin declares, and the fields
//! that every record has.

// The kernel's own registers and the actions on any record.

/// The register of units, people, holidays, code tables, settings and chosen rule sets.
pub const DIRECTORY: &str = "$directory";
/// The register of period closings, adjustments and award decisions.
pub const PERIOD: &str = "$period";
/// The register of the operator's decisions about the office itself.
pub const OFFICE: &str = "$office";
/// The action that makes another event dead for all derivation.
pub const VOID: &str = "void";
/// The action that says that a deadline's due date has ended while it was open.
pub const OVERDUE: &str = "overdue";
/// The action that says that somebody was to be reminded of a deadline.
pub const REMINDED: &str = "reminded";
/// The action by which a record begins as it stands elsewhere: its stage, number and fields, without what led
/// to them. Figures follow from what is done to it afterwards.
pub const OPENING: &str = "$opening";
/// The action that says that personal values of a record were erased: which, and why.
pub const ERASE: &str = "$erase";
/// The actions on any record that are the kernel's own, which no register declares: what they say is about
/// events, deadlines or the record as a whole.
pub const OWN_ACTIONS: [&str; 5] = [VOID, OVERDUE, REMINDED, OPENING, ERASE];

// What every record has besides its declared fields.

/// The event field in which a record's official number is logged.
pub const NUMBER: &str = "number";
/// Where an opening says the record's stage.
pub const STAGE: &str = "stage";
/// Where an opening says the record's fields.
pub const FIELDS: &str = "fields";

// Actions on a period.

/// The action of the register `$period` that closes a period.
pub const CLOSE: &str = "close";
/// The action that opens it again.
pub const REOPEN: &str = "reopen";

/// The action of the register `$period` that decides a tie: its record is the period's name, its
/// fields are `register`, `candidates` and `chosen`.
pub const DECIDE: &str = "award.decide";

// What the office itself decides.

/// Names the role that approves, in the field `role`; without one nobody needs to.
pub const APPROVE_BY: &str = "approve-by";
/// Approves the rules whose hash is the record.
pub const APPROVE: &str = "approve";
/// Tells that the ledger counts by the rules whose hash is the record.
pub const TAKEN: &str = "rules-taken";
/// Pins the plugin that is the record to a kept version.
pub const ROLLBACK: &str = "rollback";
/// Lets a pinned plugin go.
pub const UNPIN: &str = "unpin";
/// The record of the office's decisions about its rules as a whole.
pub const RULES: &str = "rules";

/// Names the role that closes periods, in the field `role`.
pub const CLOSE_BY: &str = "close-by";
/// Names the role that reopens closed periods, in the field `role`.
pub const REOPEN_BY: &str = "reopen-by";
/// Names the role that decides ties, in the field `role`.
pub const DECIDE_BY: &str = "decide-by";
/// Lets a plugin's guards pass for a time.
pub const BYPASS: &str = "bypass";
/// The record of the office's decisions about its periods.
pub const PERIODS: &str = "periods";

// What comes in, goes out and is published.

/// Under this action of `$office` an import is logged, before the first of its rows.
pub const IMPORT: &str = "import";
/// Under this action of `$office` it is kept what the columns of somebody's table stand for.
pub const MAPPING: &str = "mapping";

/// Enters another office, the record, with its `key`; `active = false` strikes it off.
pub const PEER: &str = "peer";
/// Tells that a package of the peer that is the record was taken in.
pub const RECEIVED: &str = "received";
/// Tells that a package was made for the peer that is the record.
pub const SENT: &str = "sent";

/// The register of what was published, by outlet.
pub const OUTLET: &str = "$outlet";
/// Says in the office's register what the outlet is that is the record: `kind`, `title`, `active`, and
/// whatever its kind needs under `settings`.
pub const OPEN: &str = "outlet";
/// Publishes a document: `report`, `parameters` and `document`.
pub const PUBLISH: &str = "publish";
/// Names the role that publishes, in the field `role` of an event of the office.
pub const PUBLISH_BY: &str = "publish-by";
