-- A period by its id: its days, its place in the year, and what it is called.

local M = {}

local numerals = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二" }
local halves = { "上半年", "下半年" }

-- Each kind: how its id is written, months before its first day, its name.
local kinds = {
  { pattern = "^(%d%d%d%d)%-(%d%d)$", kind = "month", months = 1, call = function(year, n) return `{year}年{n}月` end },
  { pattern = "^(%d%d%d%d)%-Q(%d)$", kind = "quarter", months = 3, call = function(year, n) return `{year}年第{numerals[n]}季度` end },
  { pattern = "^(%d%d%d%d)%-H(%d)$", kind = "half", months = 6, call = function(year, n) return `{year}年{halves[n]}` end },
  { pattern = "^(%d%d%d%d)$", kind = "year", months = 12, call = function(year) return `{year}年` end },
  { pattern = "^(%d%d%d%d)%-(%d%d)/2$", kind = "two-month", months = 1, nth = function(n) return (n + 1) / 2 end,
    call = function(year, n) return `{year}年{n}至{n + 1}月` end },
  { pattern = "^(%d%d%d%d)%-01%.%.%d%d%d%d%-(%d%d)$", kind = "cumulative", months = 1,
    call = function(year, n) return if n == 1 then `{year}年1月` else `{year}年1至{n}月` end },
}

-- { id, kind, first, last, year, nth, name }
function M.read(id)
  if type(id) ~= "string" then
    error("请指定时段，例如 --period 2023-Q1 · Say which period, such as 2023-Q1.", 0)
  end
  for _, known in kinds do
    local year, number = string.match(id, known.pattern)
    if year then
      local n = tonumber(number or "1")
      local found = host.period.of(string.format("%s-%02d-01", year, (n - 1) * known.months + 1), known.kind)
      return {
        id = id, kind = known.kind, first = found.first, last = found.last, year = year,
        nth = if known.nth then known.nth(n) else n, name = known.call(year, n),
      }
    end
  end
  error(`“{id}”不是时段 · {id} is no period; write it like 2023-Q1.`, 0)
end

return M
