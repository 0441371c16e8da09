---@meta
-- @generated
-- Derived from the contract "office", revision 1; changes here are overwritten.

---A named kind of record.
---@class registrar.register
---@field id string # Its id: lower case, `a-z0-9-`.
---@field extends? string # The register that this adds to, instead of being one.
---@field title? string|table<string, string> # Its title.
---@field fields? table<string, registrar.field_definition> # Its fields, by name.
---@field stages? (string|registrar.choice_entry)[] # Its stages; a new record is in the first.
---@field moved_to? table<string, string> # Where records of a stage that is gone are now.
---@field actions? table<string, registrar.action_definition> # Its actions, by name.
---@field measures? table<string, registrar.measure_definition> # What is counted in it, by name.
---@field pools? table<string, registrar.pool_definition> # Which accounts are ranked together, by name.
---@field name_field? string # The field that names a record in lists; `title` if left out.
---@field readers? string|string[] # Roles that see its records, within their units, besides those that may act in it.

---A field of a register, or of an action's form.
---@class registrar.field_definition
---@field type "text"|"longtext"|"integer"|"number"|"amount"|"date"|"bool"|"choice"|"unit"|"person"|"record"|"file"|"map" # What it holds.
---@field many? boolean # Whether it holds a list of them.
---@field label? string|table<string, string> # Its label; its name if left out.
---@field help? string|table<string, string> # A sentence shown beside it.
---@field required? boolean # Whether it must be filled in.
---@field min? number # Least value; for text the fewest characters, for a list the fewest items.
---@field max? number # Largest value; for text the most characters, for a list the most items.
---@field of? string|(string|registrar.choice_entry)[] # For a `choice` its words; for a `record` the register; for a `unit` the classes; for a `file` the endings it may have.
---@field default? any # What a new record has.
---@field search? boolean # Whether its text is searched.
---@field sees? string|string[] # Of a `person`: roles. Who has one of them and is named here sees the record, whatever their unit; it lets nobody act.
---@field personal? boolean # Whether it is personal: it is kept beside the log, where `registrar erase` finds it, and not searched in.
---@field sets? string # In a form: the record's field that it sets.
---@field was? string # The name it had before.
---@field order? integer # Its place on the page, from 1.
---@field asked? boolean # Whether the forms that begin or submit a record ask for it; yes if left out.

---A choice or a stage with its label.
---@class registrar.choice_entry
---@field id string # What is stored.
---@field label? string|table<string, string> # What is shown.
---@field data? table<string, any> # What rules are told of it by `host.choice`: whose it is, its level.

---Something that can be done to a record.
---@class registrar.action_definition
---@field title? string|table<string, string> # Its title; its name if left out.
---@field from? string[] # The stages it can be taken in; any if left out.
---@field to? string # The stage it leads to; it stays if left out.
---@field by? string|string[] # The roles that may take it; the operator alone if left out.
---@field form? table<string, registrar.field_definition> # What is filled in; kept in `event.fields`.
---@field create? boolean # Whether it can create a record; so can every action from the first stage.
---@field gathers? string # Of an action that makes a record: the field into which records that were chosen together go.
---@field submission? boolean # Whether a record counts as submitted from its first event of this action.
---@field edits? boolean # Whether its form offers the record's own fields as they are, to be changed; those that begin or submit a record do.

---What amounts count: points, a fee.
---@class registrar.measure_definition
---@field title? string|table<string, string> # Its title; its name if left out.
---@field places? integer # Decimals at which amounts are shown and compared (0 to 6); 0 if left out.
---@field unit? string|table<string, string> # What one of it is called: points, yuan.
---@field account? "unit"|"person" # What its accounts are; units if left out.

---Accounts that are ranked together.
---@class registrar.pool_definition
---@field title? string|table<string, string> # Its title; its name if left out.
---@field classes? string[] # The unit classes in it; all if left out.

---A record as it would be after the action; its declared fields stand beside these.
---@class registrar.draft
---@field register string # The register it is for.
---@field id? string # The record's id, if it exists already.
---@field stage? string # The stage the record is in now.
---@field number? string # The number it was given, if it has one.
---@field action? string # The action that is about to be taken.
---@field on? string # The day it would count for.
---@field by? string # The person who acts.
---@field form? table<string, any> # What the action's form was filled in with.
---@field [string] any

---Something a check found in a draft.
---@class registrar.finding
---@field level "error"|"warning"|"hint" # An `error` refuses the action.
---@field field? string # The field it is about; the whole draft if left out.
---@field text string|table<string, string> # What is wrong and what to do, for the person who acts.

---An entry of a register as it is now; its declared fields stand beside these.
---@class registrar.record
---@field id string # Its id in the register.
---@field register string # The register it belongs to.
---@field stage string # The stage it is in.
---@field number? string # The number it was given, if it has one.
---@field [string] any

---A record that resembles the one at hand.
---@class registrar.similar
---@field record string # The other record's id.
---@field register? string # Its register, if another one.
---@field score number # From 0 (nothing in common) to 1 (the same).
---@field passages? registrar.passage[] # What they share.

---A passage that two records share.
---@class registrar.passage
---@field here registrar.span # Where it is in this record.
---@field there registrar.span # Where it is in the other one.
---@field text? string # The passage.

---A stretch of a field's text.
---@class registrar.span
---@field field string # The field.
---@field from integer # The first character, from 1.
---@field to integer # The last character.

---Something that happened to a record on a day.
---@class registrar.event
---@field id string # The event's own id; the same id is the same event.
---@field seq integer # Its place in the office's log, from 1.
---@field register string # The register it belongs to.
---@field record string # The record it happened to.
---@field action string # The action that was taken.
---@field on string # The day it counts for.
---@field by string # The person who acted.
---@field fields table<string, any> # What the action's form was filled in with.
---@field nth integer # How many live events of this action the record has, up to this one: 1 is the first.

---What an action would bring, and what there is already.
---@class registrar.guard_context
---@field postings? registrar.posting[] # The postings to come, by a trial scoring; nil if that failed.
---@field deadlines table<string, registrar.deadline> # The record's deadlines, by name.
---@field totals table<string, number> # By measure: what the register's postings of the event's calendar year come to so far.

---An amount on an account under a measure.
---@class registrar.posting
---@field id? string # Its id during one dispatch; a derived one has none yet.
---@field from? string # The id of the posting it was derived from.
---@field account string # The account.
---@field amount number # How much.
---@field measure string # What it counts.
---@field tag? string # A label to add up or choose by.
---@field clause? string # The clause of the rule document.
---@field data? any # Whatever explains it; the events whose ids it lists under `because` are shown where the figure is opened.
---@field period? string # The period a period's posting belongs to.
---@field register? string # The register whose figures it belongs to.
---@field event? string # The id of its event.
---@field action? string # The action of its event.
---@field on? string # The date of its event.
local posting = {}

---The same posting with some of it changed; it keeps its origin and data.
---@param changes registrar.posting_changes # What differs.
---@return registrar.posting
function posting:with(changes) end

---What a derived posting has different.
---@class registrar.posting_changes
---@field account? string # Another account.
---@field amount? number # Another amount.
---@field measure? string # Another measure.
---@field tag? string # Another label.
---@field clause? string # The clause that says so.

---A day by which something is due on a record.
---@class registrar.deadline
---@field name string # What is due: `reply`, `sign` …
---@field due string # The last day in time.
---@field start? string # The day it runs from.
---@field why? string|table<string, string> # The clause, and how it was reckoned.
---@field lapses? boolean # Whether it is a right, not a duty: what may be done until then, by the action of its name. It lapses without an `overdue`.
---@field state? "open"|"met"|"missed"|"late"|"allowed"|"lapsed" # Filled in by the host; of a right `allowed` while it may be used, then `met` or `lapsed`.

---Why an action is refused, or what to be warned of.
---@class registrar.refusal
---@field level? "refusal"|"warning" # A `refusal`, which stops the action, if left out.
---@field field? string # The field it is about.
---@field text string|table<string, string> # The reason, for the person who acts.
---@field clause? string # The clause it rests on.

---A text in two languages; a half that is left out is the other one.
---@class registrar.halves
---@field zh? string # In Chinese.
---@field en? string # In English.

---An event to be added in the same transaction.
---@class registrar.new_event
---@field key string # Tells the further events of one action apart; the same key is the same event.
---@field action string # The action to record.
---@field register? string # The register; that of the causing event if left out.
---@field record? string # The record; a new one of that register if left out.
---@field on? string # The day it counts for; that of the causing event if left out.
---@field fields? table<string, any> # The record's and the form's fields.

---The unit or person to which a record goes.
---@class registrar.route
---@field unit? string # The unit.
---@field person? string # The person.
---@field why? string|table<string, string> # The reason, shown beside the assignment.

---A reminder to be sent on a day.
---@class registrar.reminder
---@field on string # The day it is sent.
---@field kind string # `reminder`, `urging` …; after a pause only the latest kind is sent.
---@field to string|string[] # The units or persons who get it.
---@field text? string|table<string, string> # What it says.

---An amount that a rule puts on an account; what the handler's options say may be left out.
---@class registrar.posting_answer
---@field account? string # The account; by the option `account` if left out.
---@field amount number # How much.
---@field measure? string # What it counts; by the option `measure` if left out.
---@field tag? string # A label to add up or choose by.
---@field clause? string # The clause of the rule document.
---@field data? any # Whatever explains it; the events whose ids it lists under `because` are shown where the figure is opened.
---@field period? string # The period it belongs to, or the kind of a larger one, if it is not its event's day or its own period.
---@field register? string # The register whose figures it belongs to, which declares the measure; the event's own if left out.

---One account in one period under one measure.
---@class registrar.period_context
---@field account string # The account.
---@field unit registrar.unit # The unit behind it, as of the period's last day.
---@field register? string # The register.
---@field measure string # The measure.
---@field period registrar.period # The period.
---@field postings registrar.posting[] # The account's postings in it, additions of earlier handlers included.
---@field events registrar.counted_event[] # The live events of the account's records in it.
---@field quotas registrar.quota[] # What it owed, and had.
local period_context = {}

---The sum of the account's postings in the period, or of those with a tag or clause.
---@param of? registrar.total_of # Which; all if left out.
---@return number
function period_context:total(of) end

---How many events the account has in the period.
---@param of? registrar.count_of # Which; all if left out.
---@return integer
function period_context:count(of) end

---A unit of the directory as of a date.
---@class registrar.unit
---@field id string # Its id.
---@field class? string # Its class: `county`, `department`, `direct` …
---@field parent? string # The unit it belongs to.
---@field title? string|table<string, string> # Its name.
---@field order? integer # Its place in the official order.
---@field from? string # The first day it exists.
---@field to? string # The last day it exists.
---@field contact? table<string, any> # How to reach it.
---@field [string] any

---A month, a two-month window, a quarter, half, year, or the year up to a month.
---@class registrar.period
---@field id string # `2023-02`, `2023-01/2`, `2023-Q1`, `2023-H1`, `2023` or `2023-01..2023-05`.
---@field kind "month"|"two-month"|"quarter"|"half"|"year"|"cumulative" # Which of them it is.
---@field first string # Its first day.
---@field last string # Its last day.

---An event of the account in the period, with its record as it is now.
---@class registrar.counted_event
---@field id string # The event's own id; the same id is the same event.
---@field seq integer # Its place in the office's log, from 1.
---@field register string # The register it belongs to.
---@field record string # The record it happened to.
---@field action string # The action that was taken.
---@field on string # The day it counts for.
---@field by string # The person who acted.
---@field fields table<string, any> # What the action's form was filled in with.
---@field nth integer # How many live events of this action the record has, up to this one: 1 is the first.
---@field item? registrar.record # The record, as it is now, without its long texts.

---What a unit owed in a period, and what it had.
---@class registrar.quota
---@field name string # Its name, by which it is known.
---@field title? string|table<string, string> # What it is called in lists; its name if left out.
---@field count? number # How many events are owed.
---@field points? number # How many points are owed, before rules for the period.
---@field action? string # The action whose events count; the submission if left out.
---@field first? boolean # Whether each record counts once, by its first event of the action; of a submission it always does.
---@field match? table<string, any> # Only records or forms with these values.
---@field tag? string # For points: only postings with this tag.
---@field window? registrar.window # Over what it is looked at; the period if left out.
---@field have number # What it had (for an average, the average).
---@field short number # What is missing; 0 if met.
---@field met boolean # Whether it was met.

---The stretch over which a target is looked at.
---@class registrar.window
---@field kind "month"|"two-month"|"quarter"|"half"|"year"|"to-date" # How long it is; `to-date`: from the year's first day to the period's last.
---@field mode? "sum"|"average" # `sum` (if left out), or the average of its months.
---@field per? "month"|"two-month"|"quarter"|"half"|"year" # What an average is of: of its months (if left out), of each two months, and so on.
---@field rolling? boolean # Whether it ends with the period, instead of lying fixed in the year.

---Which postings to add up.
---@class registrar.total_of
---@field tag? string # Only those with this tag.
---@field clause? string # Only those with this clause.

---Which events to count.
---@class registrar.count_of
---@field action? string # Only those of this action.
---@field first? boolean # Only each record's first of its action, so that a resubmission counts once.
---@field match? table<string, any> # Only those whose record or form has these values.
---@field distinct? "record" # `record`: each record once.

---What a unit owes in a period.
---@class registrar.target
---@field name string # Its name, by which it is known.
---@field title? string|table<string, string> # What it is called in lists; its name if left out.
---@field count? number # How many events are owed.
---@field points? number # How many points are owed, before rules for the period.
---@field action? string # The action whose events count; the submission if left out.
---@field first? boolean # Whether each record counts once, by its first event of the action; of a submission it always does.
---@field match? table<string, any> # Only records or forms with these values.
---@field tag? string # For points: only postings with this tag.
---@field window? registrar.window # Over what it is looked at; the period if left out.

---One account in a standing.
---@class registrar.row
---@field account string # The account.
---@field unit? registrar.unit # The unit behind it.
---@field measure? string # The measure.
---@field pool? string # The pool it is ranked in.
---@field amount number # Its total.
---@field tags? table<string, number> # Its totals by tag.
---@field rank? integer # Its rank in its pool, from 1.
---@field excluded? string|table<string, string> # Why it is out of the ranking.
---@field unscored? boolean # Whether something of it could not be scored.

---Which standing is being ranked.
---@class registrar.rank_context
---@field register? string # The register.
---@field measure string # The measure.
---@field pool? string # The pool.
---@field tag? string # The tag, if only its postings count.
---@field period registrar.period # The period.
---@field places integer # Decimals at which amounts are compared.

---The standings of a period, and who has won so far.
---@class registrar.contest
---@field register? string # The register.
---@field period registrar.period # The period.
---@field rows registrar.row[] # Every account's line under each measure.
---@field places? table<string, integer> # By measure: decimals at which amounts are compared; six where it is silent.
---@field winners registrar.award[] # Who has won so far, by earlier handlers.
---@field decisions? registrar.decision[] # How ties were decided.
local contest = {}

---The rows of a measure, best first, with ranks 1, 2, 2, 4; by total or by one tag, of all or of one pool.
---@param of? registrar.standing_of # Which; all points if left out.
---@return registrar.row[]
function contest:standing(of) end

---The best `n` of a standing as winners. A tie at the cut becomes one `pending` entry.
---@param list registrar.row[] # A standing.
---@param n integer # How many places.
---@param options? registrar.take_options # How.
---@return registrar.award[]
function contest:take(list, n, options) end

---A winner, or places that await a decision.
---@class registrar.award
---@field account? string # The winner; none while it is pending.
---@field award? string # What is awarded.
---@field clause? string # The clause; by the option `clause` if left out.
---@field rank? integer # The rank it was chosen by.
---@field amount? number # The amount it was chosen by.
---@field pending? registrar.pending # What a decision has to fill.

---Places that a decision has to fill.
---@class registrar.pending
---@field candidates string[] # The accounts that tie.
---@field places integer # How many places are left for them.
---@field waits? boolean # Whether it waits for an earlier decision.

---How a tie was decided.
---@class registrar.decision
---@field candidates string[] # Among whom.
---@field chosen string[] # Who was chosen.

---Which standing.
---@class registrar.standing_of
---@field measure? string # The measure; `points` if left out.
---@field tag? string # Ranked by the postings with this tag only.
---@field pool? string # Only this pool.

---How winners are taken.
---@class registrar.take_options
---@field taken? "next"|"lapse" # A place of one who has won already goes to the `next` (if left out), or lapses.
---@field award? string # What is awarded.
---@field clause? string # The clause.

---A vote: who may, who did, and the ballots.
---@class registrar.vote
---@field kind string # Which sort of vote: `appointment`, `project` …
---@field members integer # How many members there are.
---@field present integer # How many are present.
---@field issued integer # Ballots issued.
---@field returned integer # Ballots returned.
---@field ballots registrar.ballot[] # The ballots.
---@field candidates string[] # The candidates, in the ballot's order.
---@field places integer # How many can be elected.
---@field round integer # The round, from 1.
---@field on? string # The day of the vote.
---@field secret? boolean # Whether it is secret: no ballot says whose it is.
---@field [string] any

---One ballot.
---@class registrar.ballot
---@field marks table<string, integer|string> # By candidate: a mark such as `for`, `against`, `abstain`, or a rank from 1.
---@field void? boolean # Whether the tellers declared it void.
---@field count? integer # How many ballots are marked so; 1 if left out.
---@field member? string # Whose ballot it is; of an open vote alone.

---What a vote came to. Who is elected, the places to be voted again and those that stay vacant add up to the places.
---@class registrar.tally
---@field elected string[] # Those elected.
---@field revote? string[] # Those among whom another round decides.
---@field again? integer # For how many places; needed with `revote`.
---@field failed? string[] # Those not elected.
---@field vacant? integer # Places that stay vacant; what is left if left out.
---@field counts table<string, integer|table<string, integer>> # By candidate: votes, or votes by mark.
---@field void integer # Ballots that are void.
---@field blank? integer # Ballots that have no mark.
---@field needed? integer # How many votes elect.
---@field why? string|table<string, string> # By which rule it was counted.

---What a report says: its parts in order, without a page's measures.
---@class registrar.document
---@field kind? string # What sort: `bulletin`, `letter`, `decision`, `table` …
---@field language? string # Its language; `zh` if left out.
---@field copy_number? string # The numbered copy (份号), `000001`.
---@field secrecy? string # Level and term of secrecy (密级和保密期限).
---@field urgency? string # Urgency (紧急程度).
---@field masthead? string # The red heading (发文机关标志).
---@field number? string # The document's number (发文字号).
---@field signer? string # Who approved it (签发人).
---@field title string # Its title.
---@field addressees? string[] # To whom it goes (主送机关).
---@field sections registrar.section[] # The body.
---@field attachments? string[] # Titles of attachments (附件说明).
---@field signature? registrar.signature # Who signs it.
---@field note? string # A note in brackets (附注).
---@field appendices? registrar.appendix[] # Its appendices.
---@field imprint? registrar.imprint # The foot of the last page.

---A part of a document with a heading of its own.
---@class registrar.section
---@field heading? string # Its heading.
---@field level? integer # The heading's level; 1 if left out.
---@field blocks registrar.block[] # What it consists of.

---A piece of a document: a heading, a paragraph, a list or a table.
---@class registrar.block
---@field kind "heading"|"paragraph"|"list"|"table"|"page_break" # Which of them.
---@field level? integer # Of a heading: 1 to 4 (一、（一）1.（1）).
---@field text? string # Of a heading or paragraph.
---@field runs? registrar.run[] # Of a paragraph in several styles, instead of `text`.
---@field indent? boolean # Whether a paragraph's first line is set in by two characters; yes if left out.
---@field items? string[] # Of a list.
---@field caption? string # Of a table.
---@field columns? registrar.column[] # Of a table.
---@field rows? any[][] # Of a table: cells, text or numbers.

---A stretch of text in one style.
---@class registrar.run
---@field text string # The text.
---@field style? "plain"|"bold"|"kaiti"|"heiti" # `plain` if left out.
---@field explain? string # What opens behind it: an account and period, `xihu@2023-Q1`.

---A column of a table.
---@class registrar.column
---@field title string # Its heading.
---@field align? "left"|"center"|"right" # How cells are set; `left` if left out.
---@field width? number # Its share of the width, relative to the others.
---@field places? integer # Decimals of its numbers.

---Who signs a document, and when.
---@class registrar.signature
---@field issuers string[] # The issuing bodies, the leading one first.
---@field date string # The date of the document.
---@field seal? boolean # Whether room for the seal is left.

---An appendix, beginning on a page of its own.
---@class registrar.appendix
---@field title string # Its title.
---@field blocks registrar.block[] # What it consists of.
---@field landscape? boolean # Whether its pages lie across.

---The lines at the foot of the last page (版记).
---@class registrar.imprint
---@field copies_to? string[] # Who gets copies (抄送).
---@field printed_by? string # The printing office (印发机关).
---@field printed_on? string # The date of printing (印发日期).
---@field print_run? integer # How many copies.

---What is wanted of a file that is read.
---@class registrar.import_wanted
---@field sheet? string # The sheet, by its name, also one that is hidden; absent: all that are shown.
---@field [string] any

---One row of an imported file: with `fields` where its reader knows the headings, else with `cells`; then the headings are found among the rows by the register that takes them.
---@class registrar.import_row
---@field line? integer # Where it is in the file or sheet, from 1.
---@field sheet? string # The sheet that it is on, in a file that has sheets.
---@field fields? table<string, any> # Its cells, by field or heading.
---@field cells? table<string, any> # Its cells, by column (`A`, `B` … `AA`): text, number, boolean, or `{ error = … }` for one that has no value, with the reason; empty ones are left out.
---@field hidden? boolean # Whether it is not shown: hidden, or filtered away.
---@field banner? boolean # Whether its only cell is merged over several columns, as titles and notes are.

---A place to which documents are published.
---@class registrar.outlet
---@field id string # Its id.
---@field title? string|table<string, string> # Its title.
---@field kind? string # What sort: `folder`, `site` …
---@field [string] any

---One thing that a package tells, or that is done because of it.
---@class registrar.package_entry
---@field key string # Tells it from all others that this office ever sends: what comes a second time does nothing.
---@field register string # The register.
---@field record? string # The record; a new one if left out.
---@field action string # The action.
---@field on? string # The day it counts for; the day it arrives if left out.
---@field fields? table<string, any> # The record's and the form's fields.

---A package of another office; its signature was checked.
---@class registrar.package
---@field id string # Its id: the hash of what it says.
---@field name string # What it is: the name at `package.build`.
---@field from string # The peer who sends it, as it is called here.
---@field made string # The day it was made.
---@field entries registrar.package_entry[] # What it tells, in order.

---A person of the directory as of a date.
---@class registrar.person
---@field id string # Their id.
---@field name? string # Their name.
---@field unit? string # The unit they belong to.
---@field roles? registrar.role[] # The roles they hold.
---@field contact? table<string, any> # Numbers and addresses: `phone`, `mail`.
---@field [string] any

---A role held between two dates.
---@class registrar.role
---@field role string # Its name: `reporter`, `editor` …
---@field unit? string # The unit it is held for; the person's own if left out.
---@field from? string # The first day.
---@field to? string # The last day.

---Something shown in a place of the page.
---@class registrar.panel
---@field id string # Its id in the place.
---@field title string|table<string, string> # Its heading.
---@field kind "number"|"text"|"list"|"table" # How it is shown.
---@field value? any # For `number` the number, for `text` the text, or a label in both languages.
---@field columns? (string|table<string, string>)[] # For `table`: the headings.
---@field rows? any[] # For `list` the lines, for `table` lists of cells: texts, numbers, or labels in both languages.
---@field link? string # Where it leads: `register/record`.
---@field level? "plain"|"notice"|"warning" # How loud it is; `plain` if left out.
---@field order? integer # Its place among others, from 1.

---A moment of the office's clock.
---@class registrar.time
---@field on string # The day in the office's time zone.
---@field at string # The moment, `2023-02-14T09:30:00+08:00`.

---The plugin that is being loaded, migrated or unloaded.
---@class registrar.plugin
---@field id string # Its id.
---@field version string # Its version.
---@field state_version? integer # The version of its state.

---A span of days, both ends included.
---@class registrar.effective
---@field from? string # The first day; since ever if left out.
---@field to? string # The last day; for good if left out.

---Handlers that have options in common: what `host.on` and `host.example` do, starting from these.
---@class registrar.rules
local rules = {}

---Registers a handler at a point, with those of the common options that the point takes; one that the handler gives itself goes before, and `host.null` leaves one out.
---@param point string # The point's id.
---@param options? table<string, any> # When it is called, and what its answers mean; may be left out.
---@param handler any # The function; it may take fewer arguments than the point offers.
---@return (any)?
function rules:on(point, options, handler) end

---An example of these rules: arguments that do not say what the common options choose by (`register`, `action`, `measure`) have that.
---@param title string # What it shows.
---@param example registrar.example # The point, its arguments and the expected answer.
---@return (any)?
function rules:example(title, example) end

---The same for many; see `host.examples`.
---@param examples any # Under names what the examples have in common; then each example, a table of its title and what is its own: `{ "a brief", event = { fields = { carrier = "brief" } }, expect = 4 }`. Tables are put together name by name; `host.null` takes away a common part (in `expect` and for a call it is an answer).
---@return (any)?
function rules:examples(examples) end

---The same rules with some options changed.
---@param options table<string, any> # Options of `host.on` that the handlers have in common, such as `register`, `measure`, `clause`.
---@return registrar.rules
function rules:with(options) end

---A call of one point: its arguments by name, and what is to come of it.
---@class registrar.example
---@field point string # The point.
---@field expect? any # The answer; of tables, only what is named here is compared.
---@field calls? table<string, any> # What host calls answer meanwhile, by name: `{ sequence = 7 }`, each call of a name the same; for `state.update` the value that it finds; `host.null` for nil.
---@field fails? string # Instead of `expect`: a part of the message with which it fails.
---@field [string] any

---How shares are rounded.
---@class registrar.shares_options
---@field places? integer # Decimals of a share, 0 to 6; 2 if left out.
---@field mode? "keep100"|"cut" # `keep100` (if left out) rounds so that they add up to 100; `cut` cuts each off.
---@field key? string # The field, of a list of tables.

---A stretch of numbers and what it stands for.
---@class registrar.band
---@field from? number # At least this.
---@field above? number # More than this.
---@field to? number # At most this.
---@field below? number # Less than this.
---@field value any # What it stands for.

---Which units.
---@class registrar.units_of
---@field on string # As of this day.
---@field class? string # Only those of this class.
---@field parent? string # Only those that belong to this unit.

---Which people.
---@class registrar.people_of
---@field on string # As of this day.
---@field unit? string # Only those of this unit.
---@field role? string # Only those who have this role on that day.

---A choice as its register declares it.
---@class registrar.choice
---@field id string # What is stored.
---@field label? string|table<string, string> # What it is called.
---@field data table<string, any> # What its register says of it; empty if nothing.

---Which records.
---@class registrar.records_of
---@field register string # The register.
---@field stage? string # Only those in this stage.
---@field match? table<string, any> # Only those whose fields have these values.
---@field id? string|string[] # Only this one, or these.
---@field limit? integer # At most so many; 1,000 if left out.
---@field after? string # Only those whose id comes after this one, in the order of their ids: for going through all of them page by page, from an empty text on.
---@field since? integer # Only those that changed after the event with this `seq`.

---Which postings to add up.
---@class registrar.ledger_total_of
---@field register string # The register.
---@field period string # The period's id.
---@field measure? string # The measure; `points` if left out.
---@field account? string # Only this account.
---@field tag? string # Only this tag.

---Which standing.
---@class registrar.ranking_of
---@field register string # The register.
---@field period string # The period's id.
---@field measure? string # The measure; `points`, or the register's only one, if left out.
---@field pool? string # Only accounts that are ranked together there.
---@field tag? string # Only this tag.

---Which awards.
---@class registrar.awards_of
---@field register string # The register.
---@field period string # The period's id.

---Which quotas.
---@class registrar.quotas_of
---@field register string # The register.
---@field period string # The period's id. Where nothing is owed in its own kind, the shorter ones within it are meant.
---@field account? string # Only this account.
---@field measure? string # Whose accounts; `points` if left out.

---What an account owed in a period, and what it had.
---@class registrar.quota_had
---@field account string # The account.
---@field name string # The quota's name.
---@field title string|table<string, string> # What it is called.
---@field period string # The period.
---@field owed number # What was owed.
---@field have number # What there was; of an average the average.
---@field short number # What was missing.
---@field met boolean # Whether it was met.
---@field over boolean # Whether the period has ended.
---@field clause? string # The clause.

---Which events to count.
---@class registrar.events_count_of
---@field register string # The register.
---@field action? string # Only of this action.
---@field record? string # Only of this record.
---@field period? string # Only in this period, by its id.
---@field match? table<string, any> # Only those whose record or form has these values.
---@field first? boolean # Only each record's first of its action.
---@field distinct? "record" # `record`: each record once.

---Which events to count, and by what.
---@class registrar.events_counts_of
---@field register string # The register.
---@field by string # The field of the record or form whose values are told apart.
---@field action? string # Only of this action.
---@field period? string # Only in this period, by its id.
---@field match? table<string, any> # Only those whose record or form has these values.
---@field first? boolean # Only each record's first of its action.
---@field distinct? "record" # `record`: each record once for each value.

---Which events.
---@class registrar.events_of
---@field register string # The register.
---@field action? string # Only of this action.
---@field record? string # Only of this record.
---@field period? string # Only in this period, by its id.
---@field match? table<string, any> # Only those whose record or form has these values.
---@field first? boolean # Only each record's first of its action.
---@field limit? integer # At most so many, the first; 1,000 if left out.

---Which deadlines.
---@class registrar.deadlines_of
---@field register? string # Only those of this register.
---@field record? string # Only those of this record; of all states, not only what is owed.
---@field before? string # Only those due before this day.

---A deadline with its record.
---@class registrar.owed
---@field register string # The register.
---@field record registrar.record # The record, as it is now.
---@field deadline registrar.deadline # The deadline.

---What checks say of a vote, and what it came to.
---@class registrar.voted
---@field refusals registrar.refusal[] # Why it does not hold, and what is to be warned of.
---@field tally? registrar.tally # What it came to; nil if it does not hold.
---@field ballots registrar.ballot[] # The ballots as they were counted: equal ones together, in an order that tells nothing.

---An action to be taken.
---@class registrar.act_of
---@field key string # Tells this action from others; the same key acts once.
---@field register string # The register.
---@field record? string # The record; a new one if left out.
---@field action string # The action.
---@field on? string # The day it counts for; today if left out.
---@field fields? table<string, any> # The record's and the form's fields.

---What an action came to.
---@class registrar.acted
---@field record string # The record's id.
---@field number? string # Its number.
---@field events string[] # The ids of the events.
---@field warnings? string[] # What was warned of.

---Which package is made, for whom.
---@class registrar.package_of
---@field name string # What is packed, by the name at `package.build`.
---@field to string # The peer whom it is for.
---@field parameters? table<string, any> # What is to be in it.

---A request to a host that the operator lets the plugin reach.
---@class registrar.http_request
---@field url string # Where to: `https://…`; `http://…` only where the operator says so.
---@field method? "GET"|"HEAD"|"POST"|"PUT"|"PATCH"|"DELETE" # `GET` if left out.
---@field headers? table<string, string> # Further headers, by name.
---@field body? string # What is sent, at most 1 MiB; text is sent as UTF-8.
---@field key? string # Tells this request from others, so that one that comes twice can be told: sent as `webhook-id`.
---@field sign? boolean # Whether it is signed with the secret that the operator gave the plugin: HMAC-SHA256 over key, time and body, as Standard Webhooks 1.0 has it; needs `key`.

---What a host answered; a redirection is an answer like any other and is not followed.
---@class registrar.http_response
---@field status integer # Its status: 200, 404 …
---@field headers table<string, string> # Its headers, by name in lower case.
---@field body string # What it sent, at most 1 MiB.

---A mail; whom it is from the operator says.
---@class registrar.mail_message
---@field to string[] # Addresses, each of them alone in its mail.
---@field subject string # Its subject, one line.
---@field text string # What it says.
---@field attachments? registrar.mail_attachment[] # Files, at most 10 MiB together.
---@field key? string # Tells this mail from others: its Message-ID is made of it, so that one that comes twice can be told.

---A file that goes with a mail.
---@class registrar.mail_attachment
---@field name string # Its name, with its ending.
---@field type? string # Its media type; `application/octet-stream` if left out.
---@field content string # Its content.

---Options of `register.define`.
---@class registrar.options.register_define
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `record.normalize`.
---@class registrar.options.record_normalize
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `record.check`.
---@class registrar.options.record_check
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `record.similar`.
---@class registrar.options.record_similar
---@field register? string|string[] # Only for this register, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `record.number`.
---@class registrar.options.record_number
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `action.guard`.
---@class registrar.options.action_guard
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `action.effect`.
---@class registrar.options.action_effect
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `action.after`.
---@class registrar.options.action_after
---@field from? "start"|"next" # Where a new handler begins in the log: at its `start`, or with the `next` event (if left out).
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `route.assign`.
---@class registrar.options.route_assign
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `deadline.compute`.
---@class registrar.options.deadline_compute
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `reminder.plan`.
---@class registrar.options.reminder_plan
---@field register? string|string[] # Only for this register, or these.
---@field name? string|string[] # Only for the report, or the deadline, of this name.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `score.post`.
---@class registrar.options.score_post
---@field measure? string # What a number counts; at points that take postings, only this measure.
---@field account? string # The field of the record or form that names the account of a number.
---@field share? "each"|"split"|number[] # When the account's field is a list: all to `each`, `split` evenly, or by weights; the total is kept.
---@field tag? string # A label for postings; at points that take postings, only those with it.
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `score.reconcile`.
---@class registrar.options.score_reconcile
---@field register? string|string[] # Only for this register, or these.
---@field action? string|string[] # Only for this action, or these.
---@field measure? string # What a number counts; at points that take postings, only this measure.
---@field tag? string # A label for postings; at points that take postings, only those with it.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `score.period`.
---@class registrar.options.score_period
---@field period string|string[] # For which kinds of period.
---@field register? string|string[] # Only for this register, or these.
---@field measure? string # What a number counts; at points that take postings, only this measure.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field tag? string # A label for postings; at points that take postings, only those with it.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `quota.target`.
---@class registrar.options.quota_target
---@field register? string|string[] # Only for this register, or these.
---@field period? string|string[] # For which kinds of period.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `rank.order`.
---@class registrar.options.rank_order
---@field register? string|string[] # Only for this register, or these.
---@field measure? string # What a number counts; at points that take postings, only this measure.
---@field pool? string|string[] # Only for this pool of accounts.
---@field tag? string # A label for postings; at points that take postings, only those with it.
---@field period? string|string[] # For which kinds of period.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `award.select`.
---@class registrar.options.award_select
---@field register? string|string[] # Only for this register, or these.
---@field period? string|string[] # For which kinds of period.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `vote.check`.
---@class registrar.options.vote_check
---@field kind? string|string[] # Only for this kind of vote.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `vote.tally`.
---@class registrar.options.vote_tally
---@field kind? string|string[] # Only for this kind of vote.
---@field rule? string # A rule's name: of the handlers that share it only the latest in force runs.
---@field effective? registrar.effective # Between which dates it is in force.
---@field clause? string # The clause of the rule document, shown beside every figure.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `report.build`.
---@class registrar.options.report_build
---@field name? string|string[] # Only for the report, or the deadline, of this name.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field title? string|table<string, string> # What people call the report; its name if left out.
---@field form? table<string, registrar.field_definition> # What a report is asked for besides its period, by parameter.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `report.render`.
---@class registrar.options.report_render
---@field format? string|string[] # Only for this format.
---@field kind? string|string[] # Only for this kind of vote.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `import.parse`.
---@class registrar.options.import_parse
---@field format? string|string[] # Only for this format.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `outlet.publish`.
---@class registrar.options.outlet_publish
---@field outlet? string|string[] # Only for this outlet.
---@field kind? string|string[] # Only for this kind of vote.
---@field from? "start"|"next" # Where a new handler begins in the log: at its `start`, or with the `next` event (if left out).
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `package.build`.
---@class registrar.options.package_build
---@field name? string|string[] # Only for the report, or the deadline, of this name.
---@field match? table<string, any> # Only where each of these fields has this value, or one of a list.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `package.accept`.
---@class registrar.options.package_accept
---@field name? string|string[] # Only for the report, or the deadline, of this name.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `panel.show`.
---@class registrar.options.panel_show
---@field place? string|string[] # Only for this place of the page.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `clock.tick`.
---@class registrar.options.clock_tick
---@field from? "start"|"next" # Where a new handler begins in the log: at its `start`, or with the `next` event (if left out).
---@field effective? registrar.effective # Between which dates it is in force.
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `plugin.load`.
---@class registrar.options.plugin_load
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `plugin.migrate`.
---@class registrar.options.plugin_migrate
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---Options of `plugin.unload`.
---@class registrar.options.plugin_unload
---@field priority? integer # Higher runs earlier; 0 if left out.
---@field before? string|string[] # Plugins whose handlers run after this one.
---@field after? string|string[] # Plugins whose handlers run before this one.

---What the host offers.
---@class registrar.host
---@field settings table<string, any> # The plugin's settings: the manifest's defaults, and what the office has set.
---@field figures table<string, number> # The plugin's dated figures (`[figures]` in plugin.toml), each as it is on the day that the handler is asked about: that of the event, of a period's target its first, else its last; nil before there is one. Where there is no such day (while sources run, at `score.reconcile`, in reports) say it: `host.figure(name, day)`.
---@field null any # Clears a field, where nil would leave it as it is.
host = {}

host.date = {}

host.files = {}

host.json = {}

host.log = {}

host.period = {}

host.state = {}

---Registers a handler at a point.
---@param point string # The point's id.
---@param options? table<string, any> # When it is called, and what its answers mean; may be left out.
---@param handler any # The function; it may take fewer arguments than the point offers.
---@overload fun(point: "register.define", options: registrar.options.register_define, handler: fun(): (registrar.register|registrar.register[])?)
---@overload fun(point: "register.define", handler: fun(): (registrar.register|registrar.register[])?)
---@overload fun(point: "record.normalize", options: registrar.options.record_normalize, handler: fun(draft: registrar.draft): (registrar.draft)?)
---@overload fun(point: "record.normalize", handler: fun(draft: registrar.draft): (registrar.draft)?)
---@overload fun(point: "record.check", options: registrar.options.record_check, handler: fun(draft: registrar.draft, action: string): (registrar.finding|registrar.finding[])?)
---@overload fun(point: "record.check", handler: fun(draft: registrar.draft, action: string): (registrar.finding|registrar.finding[])?)
---@overload fun(point: "record.similar", options: registrar.options.record_similar, handler: fun(record: registrar.record): (registrar.similar|registrar.similar[])?)
---@overload fun(point: "record.similar", handler: fun(record: registrar.record): (registrar.similar|registrar.similar[])?)
---@overload fun(point: "record.number", options: registrar.options.record_number, handler: fun(event: registrar.event, record: registrar.record): (string)?)
---@overload fun(point: "record.number", handler: fun(event: registrar.event, record: registrar.record): (string)?)
---@overload fun(point: "action.guard", options: registrar.options.action_guard, handler: fun(event: registrar.event, record: registrar.record, ctx: registrar.guard_context): (string|registrar.refusal|registrar.halves|registrar.refusal[])?)
---@overload fun(point: "action.guard", handler: fun(event: registrar.event, record: registrar.record, ctx: registrar.guard_context): (string|registrar.refusal|registrar.halves|registrar.refusal[])?)
---@overload fun(point: "action.effect", options: registrar.options.action_effect, handler: fun(event: registrar.event, record: registrar.record): (registrar.new_event|registrar.new_event[])?)
---@overload fun(point: "action.effect", handler: fun(event: registrar.event, record: registrar.record): (registrar.new_event|registrar.new_event[])?)
---@overload fun(point: "action.after", options: registrar.options.action_after, handler: fun(event: registrar.event, record: registrar.record): (any)?)
---@overload fun(point: "action.after", handler: fun(event: registrar.event, record: registrar.record): (any)?)
---@overload fun(point: "route.assign", options: registrar.options.route_assign, handler: fun(event: registrar.event, record: registrar.record): (registrar.route)?)
---@overload fun(point: "route.assign", handler: fun(event: registrar.event, record: registrar.record): (registrar.route)?)
---@overload fun(point: "deadline.compute", options: registrar.options.deadline_compute, handler: fun(event: registrar.event, record: registrar.record, old: table<string, registrar.deadline>): (registrar.deadline)?)
---@overload fun(point: "deadline.compute", handler: fun(event: registrar.event, record: registrar.record, old: table<string, registrar.deadline>): (registrar.deadline)?)
---@overload fun(point: "reminder.plan", options: registrar.options.reminder_plan, handler: fun(deadline: registrar.deadline, record: registrar.record): (registrar.reminder|registrar.reminder[])?)
---@overload fun(point: "reminder.plan", handler: fun(deadline: registrar.deadline, record: registrar.record): (registrar.reminder|registrar.reminder[])?)
---@overload fun(point: "score.post", options: registrar.options.score_post, handler: fun(event: registrar.event, record: registrar.record): (number|registrar.posting_answer|registrar.posting_answer[])?)
---@overload fun(point: "score.post", handler: fun(event: registrar.event, record: registrar.record): (number|registrar.posting_answer|registrar.posting_answer[])?)
---@overload fun(point: "score.reconcile", options: registrar.options.score_reconcile, handler: fun(postings: registrar.posting[], record: registrar.record): (registrar.posting[])?)
---@overload fun(point: "score.reconcile", handler: fun(postings: registrar.posting[], record: registrar.record): (registrar.posting[])?)
---@overload fun(point: "score.period", options: registrar.options.score_period, handler: fun(p: registrar.period_context): (number|registrar.posting_answer|registrar.posting_answer[])?)
---@overload fun(point: "quota.target", options: registrar.options.quota_target, handler: fun(unit: registrar.unit, period: registrar.period, register: string): (registrar.target[])?)
---@overload fun(point: "quota.target", handler: fun(unit: registrar.unit, period: registrar.period, register: string): (registrar.target[])?)
---@overload fun(point: "rank.order", options: registrar.options.rank_order, handler: fun(rows: registrar.row[], ctx: registrar.rank_context): (registrar.row[])?)
---@overload fun(point: "rank.order", handler: fun(rows: registrar.row[], ctx: registrar.rank_context): (registrar.row[])?)
---@overload fun(point: "award.select", options: registrar.options.award_select, handler: fun(s: registrar.contest): (registrar.award[]|registrar.award)?)
---@overload fun(point: "award.select", handler: fun(s: registrar.contest): (registrar.award[]|registrar.award)?)
---@overload fun(point: "vote.check", options: registrar.options.vote_check, handler: fun(v: registrar.vote): (string|registrar.refusal|registrar.halves|registrar.refusal[])?)
---@overload fun(point: "vote.check", handler: fun(v: registrar.vote): (string|registrar.refusal|registrar.halves|registrar.refusal[])?)
---@overload fun(point: "vote.tally", options: registrar.options.vote_tally, handler: fun(v: registrar.vote): (registrar.tally)?)
---@overload fun(point: "vote.tally", handler: fun(v: registrar.vote): (registrar.tally)?)
---@overload fun(point: "report.build", options: registrar.options.report_build, handler: fun(name: string, parameters: table<string, any>): (registrar.document)?)
---@overload fun(point: "report.build", handler: fun(name: string, parameters: table<string, any>): (registrar.document)?)
---@overload fun(point: "report.render", options: registrar.options.report_render, handler: fun(model: registrar.document, format: string): (string)?)
---@overload fun(point: "report.render", handler: fun(model: registrar.document, format: string): (string)?)
---@overload fun(point: "import.parse", options: registrar.options.import_parse, handler: fun(bytes: string, format: string, wanted: (registrar.import_wanted)?): (registrar.import_row[])?)
---@overload fun(point: "import.parse", handler: fun(bytes: string, format: string, wanted: (registrar.import_wanted)?): (registrar.import_row[])?)
---@overload fun(point: "outlet.publish", options: registrar.options.outlet_publish, handler: fun(document: registrar.document, outlet: registrar.outlet): (any)?)
---@overload fun(point: "outlet.publish", handler: fun(document: registrar.document, outlet: registrar.outlet): (any)?)
---@overload fun(point: "package.build", options: registrar.options.package_build, handler: fun(name: string, parameters: table<string, any>, to: string): (registrar.package_entry[])?)
---@overload fun(point: "package.build", handler: fun(name: string, parameters: table<string, any>, to: string): (registrar.package_entry[])?)
---@overload fun(point: "package.accept", options: registrar.options.package_accept, handler: fun(package: registrar.package): (registrar.package_entry[])?)
---@overload fun(point: "package.accept", handler: fun(package: registrar.package): (registrar.package_entry[])?)
---@overload fun(point: "panel.show", options: registrar.options.panel_show, handler: fun(place: string, person: registrar.person, record: (registrar.record)?): (registrar.panel|registrar.panel[])?)
---@overload fun(point: "panel.show", handler: fun(place: string, person: registrar.person, record: (registrar.record)?): (registrar.panel|registrar.panel[])?)
---@overload fun(point: "clock.tick", options: registrar.options.clock_tick, handler: fun(time: registrar.time): (any)?)
---@overload fun(point: "clock.tick", handler: fun(time: registrar.time): (any)?)
---@overload fun(point: "plugin.load", options: registrar.options.plugin_load, handler: fun(plugin: registrar.plugin): (any)?)
---@overload fun(point: "plugin.load", handler: fun(plugin: registrar.plugin): (any)?)
---@overload fun(point: "plugin.migrate", options: registrar.options.plugin_migrate, handler: fun(plugin: registrar.plugin, from: integer, to: integer, state: table<string, any>): (table<string, any>)?)
---@overload fun(point: "plugin.migrate", handler: fun(plugin: registrar.plugin, from: integer, to: integer, state: table<string, any>): (table<string, any>)?)
---@overload fun(point: "plugin.unload", options: registrar.options.plugin_unload, handler: fun(plugin: registrar.plugin): (any)?)
---@overload fun(point: "plugin.unload", handler: fun(plugin: registrar.plugin): (any)?)
function host.on(point, options, handler) end

---What several handlers have in common, said once: `local rules = host.rules { register = "information" }`, then `rules:on(…)` and `rules:examples { … }`.
---@param options table<string, any> # Options of `host.on` that the handlers have in common, such as `register`, `measure`, `clause`.
---@return registrar.rules
function host.rules(options) end

---An example of the plugin's own rules, run before every version goes live. Arguments that are left out are filled in.
---@param title string # What it shows.
---@param example registrar.example # The point, its arguments and the expected answer.
function host.example(title, example) end

---Several examples of one point, with what they have in common said once.
---@param examples any # Under names what the examples have in common; then each example, a table of its title and what is its own: `{ "a brief", event = { fields = { carrier = "brief" } }, expect = 4 }`. Tables are put together name by name; `host.null` takes away a common part (in `expect` and for a call it is an answer).
function host.examples(examples) end

---A module of the plugin (`lib/bands`), or of one it depends on (`information/lib/bands`); loaded once.
---@param module string # Its path below the plugin's folder, without ending.
---@return any
function require(module) end

---What a figure of the plugin is on a day; nil where there is none yet.
---@param name string # Its name under `[figures]` in plugin.toml.
---@param on string # The day.
---@return (number)?
function host.figure(name, on) end

---Logs a detail.
---@param text string # One sentence.
---@param fields? table<string, any> # What it is about.
function host.log.debug(text, fields) end

---Logs something worth knowing.
---@param text string # One sentence.
---@param fields? table<string, any> # What it is about.
function host.log.info(text, fields) end

---Logs something to look at.
---@param text string # One sentence.
---@param fields? table<string, any> # What it is about.
function host.log.warn(text, fields) end

---Logs something that went wrong.
---@param text string # One sentence.
---@param fields? table<string, any> # What it is about.
function host.log.error(text, fields) end

---The moment, by the office's clock.
---Needs the capability `now`.
---@return registrar.time
function host.now() end

---What the plugin keeps under a key in this office.
---@param key string # Its key, the plugin's own.
---@return any
function host.state.get(key) end

---Keeps a value under a key; nil removes it.
---@param key string # Its key, the plugin's own.
---@param value any # The value.
function host.state.set(key, value) end

---Keeps what a function makes of the value under a key, and returns it; nobody else writes in between.
---@param key string # Its key, the plugin's own.
---@param change any # Gets the old value (nil at first), returns the new one.
---@return any
function host.state.update(key, change) end

---The names in a folder of the plugin's own files, sorted.
---Needs the capability `files`.
---@param path? string # The folder; the topmost if left out.
---@return string[]
function host.files.list(path) end

---The content of one of the plugin's own files; nil if there is none.
---Needs the capability `files`.
---@param path string # A path in the plugin's own folder of files.
---@return (string)?
function host.files.read(path) end

---Writes one of the plugin's own files, whole or not at all.
---Needs the capability `files`.
---@param path string # A path in the plugin's own folder of files.
---@param content string # Its content; text is written as UTF-8.
function host.files.write(path, content) end

---A value as JSON on one line: keys sorted, amounts as numbers, `host.null` and absent ones as null.
---@param value any # The value.
---@return string
function host.json.encode(value) end

---The value that JSON says, null as `host.null`. What is no JSON, or longer than 1 MiB, is an error.
---@param text string # The JSON.
---@return any
function host.json.decode(text) end

---The date so many days later, or earlier if negative.
---@param date string # The date.
---@param n integer # Days.
---@return string
function host.date.add_days(date, n) end

---The same day so many months later, or the month's last day where there is none: 31 January and one is 28 February.
---@param date string # The date.
---@param n integer # Months; may be negative.
---@return string
function host.date.add_months(date, n) end

---The working day so many working days later; the start day is not counted. Negative goes back.
---@param date string # The date.
---@param n integer # Working days.
---@return string
function host.date.add_working_days(date, n) end

---How many working days lie after the first date, up to and with the second.
---@param from string # Not counted.
---@param to string # Counted, if it is a working day.
---@return integer
function host.date.working_days_between(from, to) end

---Whether a date is a working day, by weekday and the published holidays and make-up days.
---@param date string # The date.
---@return boolean
function host.date.is_working(date) end

---The date itself if it is a working day, else the next one.
---@param date string # The date.
---@return string
function host.date.next_working(date) end

---The period of a kind that a date lies in; `cumulative` is 1 January up to the date's month.
---@param date string # The date.
---@param kind "month"|"two-month"|"quarter"|"half"|"year"|"cumulative" # The kind.
---@return registrar.period
function host.period.of(date, kind) end

---The period of an id, such as `2023-Q1`; what names none is an error.
---@param id string # `2023-02`, `2023-01/2`, `2023-Q1`, `2023-H1`, `2023` or `2023-01..2023-05`.
---@return registrar.period
function host.period.read(id) end

---What people call a period, in both languages: `2023年第一季度`, `Q1 2023`.
---@param period string|registrar.period # A period, or its id.
---@return table<string, string>
function host.period.title(period) end

---The period of the same kind that follows.
---@param period string|registrar.period # A period, or its id.
---@return registrar.period
function host.period.next(period) end

---Whether a date, or the whole of another period, lies in a period.
---@param period string|registrar.period # A period, or its id.
---@param what string|string|registrar.period # A date, or a period or its id.
---@return boolean
function host.period.contains(period, what) end

---The exact sum of a list of numbers, or of one field of a list of tables; entries without it count as 0.
---@param list any[] # Numbers or tables.
---@param key? string # The field.
---@return number
function host.sum(list, key) end

---A number rounded to so many decimals, as an amount. `half_up` is 2.5 to 3 and -2.5 to -3; `down` cuts off.
---@param n number # The number; may be a fraction such as 10/3.
---@param places? integer # Decimals, 0 to 6; 0 if left out.
---@param mode? "half_up"|"down" # `half_up` if left out.
---@return number
function host.round(n, places, mode) end

---Parts of a total that add up to it: by largest remainder, ties to the earlier.
---@param total number # What is split.
---@param by integer|number[] # How many equal parts, or a list of weights.
---@param places? integer # Decimals of a part, 0 to 6; 2, or as many as the total has, if left out.
---@return number[]
function host.split(total, by, places) end

---Each entry's share of the whole in percent; all 0 if the whole is.
---@param list any[] # Numbers from 0, or tables.
---@param options? registrar.shares_options # How they are rounded.
---@return number[]
function host.shares(list, options) end

---The value of the first band that a number fits; nil if none does. Where bands overlap, their order says which wins.
---@param n number # The number.
---@param bands registrar.band[] # The bands, in order.
---@return any
function host.band(n, bands) end

---A unit as of a day; nil if there is none.
---@param id string # The unit's id.
---@param on string # As of this day.
---@return (registrar.unit)?
function host.unit(id, on) end

---The units as of a day, in the official order.
---@param of registrar.units_of # Which.
---@return registrar.unit[]
function host.units(of) end

---A person, with the roles held on a day; nil if there is none.
---@param id string # The person's id.
---@param on string # As of this day.
---@return (registrar.person)?
function host.person(id, on) end

---The people as of a day, by id, each with the roles held then.
---@param of registrar.people_of # Which.
---@return registrar.person[]
function host.people(of) end

---What a dated code table says for a key on a day; nil if it says nothing.
---@param name string # The table.
---@param key string # The key.
---@param on string # As of this day.
---@return any
function host.table(name, key, on) end

---What a choice is called, as its register declares it, with the words that an office's settings add; nil if it is no choice there, or has no label. For a stage the field is `stage`.
---@param register string # The register.
---@param field string # A field of it, or of a form: `adopt.carrier`.
---@param word? string # The choice; of nil nothing is said.
---@return (string|table<string, string>)?
function host.label(register, field, word) end

---A choice with what its register says of it, such as its level; nil if it is none there.
---@param register string # The register.
---@param field string # A field of it, or of a form: `adopt.carrier`.
---@param word? string # The choice; of nil nothing is said.
---@return (registrar.choice)?
function host.choice(register, field, word) end

---The list in order: units `official` (else by pinyin), texts by `pinyin`, people's `names` by pinyin with surnames as they are read (单 is Shan), or by `strokes` of the first character on. Entries are texts, or tables sorted by the field `by`.
---@param list any[] # Texts or tables; for `official`, unit ids or tables with one.
---@param order "official"|"pinyin"|"names"|"strokes" # Which order.
---@param by? string # The field of tables: `title` if left out, for `official` `id`, for `names` `name`.
---@return any[]
function host.sort(list, order, by) end

---The fingerprint of a text (BLAKE3, hexadecimal): equal texts have equal ones. Who can guess the text can try it.
---@param text string # The text.
---@return string
function host.digest(text) end

---The records of a register, oldest first, as far as the caller may see them: who acts or looks, in the background the plugin. Inside an action the record that is acted on is among them.
---@param of registrar.records_of # Which.
---@return registrar.record[]
function host.records(of) end

---The sum of postings in the ledger: of an account within the caller's reach; of all accounts, or any, for who sees the whole register. Another question is an error.
---@param of registrar.ledger_total_of # Which.
---@return number
function host.total(of) end

---The standing of a period, best first, as rules order it; of a measure whose accounts are people only those within the caller's reach.
---@param of registrar.ranking_of # Which.
---@return registrar.row[]
function host.standing(of) end

---Who has which place in a period, and which wait for a decision; for who sees the whole register.
---@param of registrar.awards_of # Which.
---@return registrar.award[]
function host.awards(of) end

---What was owed and had, by the official order of units; of accounts within the caller's reach.
---@param of registrar.quotas_of # Which.
---@return registrar.quota_had[]
function host.quotas(of) end

---How many live events there are, of records that the caller may see.
---@param of registrar.events_count_of # Which.
---@return integer
function host.count(of) end

---How many live events there are for each value of a field, of records that the caller may see; of a list, for each entry. Values that have none are left out.
---@param of registrar.events_counts_of # Which, and by what.
---@return table<string, integer>
function host.counts(of) end

---The live events of a register by their day, as far as the caller may see their records.
---@param of registrar.events_of # Which.
---@return registrar.event[]
function host.events(of) end

---What is owed on records that the caller may see, in all registers, the first due first.
---@param of? registrar.deadlines_of # Which; all if left out.
---@return registrar.owed[]
function host.deadlines(of) end

---Checks a vote and counts its ballots, by the handlers of `vote.check` and `vote.tally` for its kind. A vote that nobody counts is an error.
---@param v registrar.vote # The vote and its ballots.
---@return registrar.voted
function host.vote(v) end

---What proves an event: its place in the log and the link of the chain, as `registrar verify --head` takes it; nil if there is no such event that may be seen.
---@param event string # The event's id.
---@return (string)?
function host.seal(event) end

---The next number of a sequence, from 1, without gaps: it is given back if the action does not come about.
---@param name string # Its name; another year's sequence is another name.
---@return integer
function host.sequence(name) end

---Takes an action, with checks and guards, as the principal that the operator granted; a refusal is an error. It carries its cause, and chains over 8 are refused.
---@param act registrar.act_of # The action.
---@return registrar.acted
function host.act(act) end

---A document as a file of a format, by whatever renders it (`report.render`); nil if nothing does.
---@param document registrar.document # The document.
---@param format string # The format: `docx`, `pdf` …
---@return (string)?
function host.render(document, format) end

---A signed package for another office, as bytes to be sent: what `package.build` answers, under the office's own key. Nil if there is nothing to be sent.
---@param of registrar.package_of # Which.
---@return (string)?
function host.package(of) end

---Makes a request and waits for its answer, at most 10 s. Hosts that the operator has not allowed the plugin are not reached, and each request is written down (`registrar calls`). No answer is an error; any status is an answer.
---Needs the capability `http`.
---@param request registrar.http_request # What is asked.
---@return registrar.http_response
function host.http(request) end

---Hands a mail to the operator's mail server, and fails if that does not take it. Each is written down (`registrar calls`).
---Needs the capability `mail`.
---@param message registrar.mail_message # The mail.
function host.mail(message) end

---Defines registers, or adds fields and actions to one with `extends`; an action that is there already, with nothing but a `form`, gets its fields. Asked once for every generation; a duplicate id is an error. `host.register(id, definition)` is short for it.
---@param id string
---@param definition table # registrar.register|registrar.register[]
function host.register(id, definition) end

