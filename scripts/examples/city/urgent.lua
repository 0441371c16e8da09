-- An urgent item that is adopted at once earns its unit a bonus.

local bonus = 3
-- Working days from the first submission to the first adoption.
local within = 1

local function first(postings, action)
  for _, posting in postings do
    if posting.action == action then
      return posting
    end
  end
  return nil
end

-- Before others drop anything: its first adoption counts here even if its level does not.
host.on("score.reconcile", {
  register = "information", measure = "points", clause = "urgent", priority = 30,
}, function(postings, record)
  local submitted, adopted = first(postings, "submit"), first(postings, "adopt")
  if not record.urgent or submitted == nil or adopted == nil or adopted.on < submitted.on then
    return postings
  end
  if host.date.working_days_between(submitted.on, adopted.on) > within then
    return postings
  end
  local more = table.clone(postings)
  table.insert(more, adopted:with({ account = record.unit, amount = bonus, tag = "adoption", clause = "urgent" }))
  return more
end)

local function posting(action, on)
  return {
    register = "information", action = action, event = action, on = on, account = "a", measure = "points",
    tag = if action == "submit" then "submission" else "adoption", amount = 1,
    clause = if action == "submit" then "submission" else "carrier",
  }
end

local function case(title, urgent, on, days, expect)
  host.example(title, {
    point = "score.reconcile", record = { unit = "a", joint = { "b" }, urgent = urgent },
    postings = { posting("submit", "2023-04-28"), posting("adopt", on) },
    calls = { ["date.working_days_between"] = days, unit = { id = "a", class = "county" } },
    expect = expect,
  })
end

local plain = { { amount = 1 }, { amount = 1 } }
local rewarded = { { amount = 1 }, { amount = 1 }, { account = "a", amount = bonus, tag = "adoption", clause = "urgent" } }

case("an urgent item adopted on the next working day", true, "2023-05-04", within, rewarded)
case("and on the same day", true, "2023-04-28", 0, rewarded)
case("a working day later there is none", true, "2023-05-05", within + 1, plain)
case("nor for an item that is not urgent", false, "2023-05-04", within, plain)
case("nor for one adopted before it was submitted", true, "2023-04-27", -1, plain)
