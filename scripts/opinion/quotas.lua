-- What each unit owes on average: by its own row, if there is one, else by its class.

local owed = require("lib/owed")

local rules = host.rules { register = "information", period = owed.period }

for _, clause in owed.clauses do
  rules:on("quota.target", { clause = clause }, function(unit)
    local row = owed.of(unit)
    if row == nil or row.clause ~= clause then
      return nil
    end
    return owed.targets(row, function(name)
      return host.figures[name]
    end)
  end)
end

local first = { ["two-month"] = "2023-03-01", month = "2023-03-01", quarter = "2023-01-01", half = "2023-01-01", year = "2023-01-01" }

local function case(title, unit, expect)
  local kind = owed.period
  rules:example(title, {
    point = "quota.target", unit = unit,
    period = { id = first[kind], kind = kind, first = first[kind], last = "2023-04-30" },
    expect = expect,
  })
end

local function figure(name)
  return host.figure(name, "2023-03-01")
end

case("a committee owes submissions and publications", { id = "a", class = "committee" }, {
  { name = "submit", action = "submit", count = figure("owed_committee_submit") },
  { name = "publish", action = "adopt", count = figure("owed_committee_publish"), first = true },
})
case("the letters office owes its own, though it is one of the offices", { id = host.settings.small[1], class = "committee" }, {
  { name = "submit", count = figure("owed_small_submit"), window = { per = "two-month" } },
  { name = "publish", count = figure("owed_small_publish"), window = { per = "two-month" } },
})
for _, case_of in { { "county", "owed_county" }, { "district", "owed_county" }, { "zone", "owed_zone" }, { "direct", "owed_point" } } do
  case(`a unit of the class {case_of[1]}`, { id = "a", class = case_of[1] }, { { name = "submit", action = "submit", count = figure(case_of[2]) } })
end
case("a guest owes nothing", { id = "a", class = "guest" }, host.null)
