-- The rows of quotas: for a unit or a class, how many of which action, each month or each two months on average.

local M = {}

local submit = { name = "submit", zh = "报送", en = "Submitted", action = "submit" }
-- An item is published once, in however many carriers.
local publish = { name = "publish", zh = "刊用", en = "Published", action = "adopt", first = true }
local average = { month = { zh = "月均", en = "a month" }, ["two-month"] = { zh = "两月均", en = "each two months" } }

local rows = {
  { class = "committee", clause = "quota-committee", per = "month", { submit, "owed_committee_submit" }, { publish, "owed_committee_publish" } },
  { class = "zone", clause = "quota-zone", per = "month", { submit, "owed_zone" } },
  { class = "direct", clause = "quota-point", per = "month", { submit, "owed_point" } },
}
for _, class in host.settings.counties do
  table.insert(rows, { class = class, clause = "quota-county", per = "month", { submit, "owed_county" } })
end
for _, unit in host.settings.small do
  table.insert(rows, { unit = unit, clause = "quota-small", per = "two-month", { submit, "owed_small_submit" }, { publish, "owed_small_publish" } })
end

M.clauses = { "quota-committee", "quota-small", "quota-county", "quota-zone", "quota-point" }

local over = host.settings.average_over

--- The kind of period by which quotas are looked at: that over which averages are taken, or each month up to it.
M.period = if over == "to-date" then "month" else over

--- A unit's row: its own goes before that of its class.
function M.of(unit)
  local found
  for _, row in rows do
    if row.unit == unit.id then
      return row
    elseif row.class == unit.class then
      found = row
    end
  end
  return found
end

--- The targets of a row, with the figures that `figure(name)` gives; one of which there is no figure is none.
function M.targets(row, figure)
  -- A month by itself is too short for what is owed each two.
  local kind = if over == "month" and row.per ~= "month" then row.per else over
  local targets = {}
  for _, target in ipairs(row) do
    local of, name = target[1], target[2]
    local count = figure(name)
    if count then
      table.insert(targets, {
        name = of.name, title = { zh = `{of.zh}（{average[row.per].zh}）`, en = `{of.en} {average[row.per].en}` }, action = of.action, first = of.first, count = count,
        window = { kind = kind, mode = "average", per = row.per },
      })
    end
  end
  return targets
end

return M
