-- A part of what a direct-reporting point earns by adoption is credited to its county, too.

local rules = host.rules { register = "information", measure = "points", tag = "adoption", clause = "county" }

rules:on("score.reconcile", {}, function(postings)
  local all = table.clone(postings)
  for _, posting in postings do
    local unit = host.unit(posting.account, posting.on)
    local part = host.figure("county_part", posting.on)
    if unit and unit.class == "direct" and unit.parent and part and posting.amount ~= 0 then
      -- At most three decimals, which an amount holds exactly.
      table.insert(all, posting:with({ account = unit.parent, amount = posting.amount * part, clause = "county" }))
    end
  end
  return all
end)

local day = "2023-03-12"
local point = { id = "d", class = "direct", parent = "a" }
local credited = 3 * host.figure("county_part", day)

local function earned(amount)
  return { { event = "1", on = day, account = "d", action = "adopt", clause = "carrier", amount = amount } }
end

rules:examples {
  point = "score.reconcile", record = { unit = "d" }, postings = earned(3), calls = { unit = point },
  {
    "its county is credited half",
    expect = { { account = "d", amount = 3 }, { account = "a", amount = credited, tag = "adoption", clause = "county" } },
  },
  {
    "half of a hundredth is kept",
    postings = earned(0.09), expect = { { amount = 0.09 }, { account = "a", amount = 0.09 * host.figure("county_part", day) } },
  },
  {
    "a point without a county",
    calls = { unit = { parent = host.null } }, expect = { { account = "d", amount = 3 } },
  },
  {
    "a department's stays its own",
    calls = { unit = { class = "department" } }, expect = { { account = "d", amount = 3 } },
  },
}
