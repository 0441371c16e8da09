-- An urgent item that is adopted at once earns its unit a bonus.

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

local rules = host.rules { register = "information", measure = "points", clause = "urgent" }

-- The first clause of all (`[order]` in plugin.toml): an item's first adoption counts here even if its level does not.
rules:on("score.reconcile", {}, function(postings, record)
  local submitted, adopted = first(postings, "submit"), first(postings, "adopt")
  if not record.urgent or submitted == nil or adopted == nil or adopted.on < submitted.on then
    return postings
  end
  local bonus = host.figure("urgent", adopted.on)
  if bonus == nil or host.date.working_days_between(submitted.on, adopted.on) > within then
    return postings
  end
  local more = table.clone(postings)
  table.insert(more, adopted:with({ account = record.unit, amount = bonus, tag = "adoption", clause = "urgent" }))
  return more
end)

local function posting(action, on)
  return {
    action = action, event = action, on = on, account = "a", amount = 1,
    tag = if action == "submit" then "submission" else "adoption",
    clause = if action == "submit" then "submission" else "carrier",
  }
end

local function adopted(on, days)
  return {
    postings = { posting("submit", "2023-04-28"), posting("adopt", on) },
    calls = { ["date.working_days_between"] = days, unit = { id = "a", class = "county" } },
  }
end

local plain = { { amount = 1 }, { amount = 1 } }
local next_day, late = adopted("2023-05-04", within), adopted("2023-05-05", within + 1)
local same_day, before = adopted("2023-04-28", 0), adopted("2023-04-27", -1)
local rewarded = {
  { amount = 1 }, { account = "a", amount = host.figure("urgent", "2023-05-04"), tag = "adoption", clause = "urgent" },
  { action = "submit", amount = 1 },
}

rules:examples {
  point = "score.reconcile", record = { unit = "a", joint = { "b" }, urgent = true },
  { "an urgent item adopted on the next working day", postings = next_day.postings, calls = next_day.calls, expect = rewarded },
  { "and on the same day", postings = same_day.postings, calls = same_day.calls, expect = rewarded },
  { "a working day later there is none", postings = late.postings, calls = late.calls, expect = plain },
  {
    "nor for an item that is not urgent",
    record = { urgent = false }, postings = next_day.postings, calls = next_day.calls, expect = plain,
  },
  { "nor for one adopted before it was submitted", postings = before.postings, calls = before.calls, expect = plain },
}
