-- A part of what a direct-reporting point earns by adoption is credited to its county, too.

local half = 0.5

-- Last of all, so that it follows what is kept, the bonus of urgent items with it.
host.on("score.reconcile", {
  register = "information", measure = "points", tag = "adoption", clause = "county", priority = 10,
}, function(postings)
  local all = table.clone(postings)
  for _, posting in postings do
    local unit = host.unit(posting.account, posting.on)
    if unit and unit.class == "direct" and unit.parent and posting.amount ~= 0 then
      -- At most three decimals, which an amount holds exactly.
      table.insert(all, posting:with({ account = unit.parent, amount = posting.amount * half, clause = "county" }))
    end
  end
  return all
end)

local function case(title, amount, unit, expect)
  host.example(title, {
    point = "score.reconcile", record = { unit = "d" },
    postings = { {
      register = "information", action = "adopt", event = "1", on = "2023-03-12", account = "d", measure = "points",
      tag = "adoption", clause = "carrier", amount = amount,
    } },
    calls = { unit = unit }, expect = expect,
  })
end

local point = { id = "d", class = "direct", parent = "a" }

case("its county is credited half", 3, point, { { account = "d", amount = 3 }, { account = "a", amount = 3 * half, tag = "adoption", clause = "county" } })
case("half of a hundredth is kept", 0.09, point, { { amount = 0.09 }, { account = "a", amount = 0.045 } })
case("a point without a county", 3, { id = "d", class = "direct" }, { { account = "d", amount = 3 } })
case("a department's stays its own", 3, { id = "d", class = "department", parent = "a" }, { { account = "d", amount = 3 } })
