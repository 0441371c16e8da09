-- Periods by their id, as documents speak of them.

local M = {}

--- `{ id, kind, first, last, year, nth, name, title }`: its days, its year as text, its number among its kind in the year,
--- what it is called in Chinese, and in both languages.
function M.read(id)
  if type(id) ~= "string" then
    error({ zh = "请指定时段，例如 --period 2023-Q1", en = "Say which period, such as 2023-Q1." }, 0)
  end
  local known, period = pcall(host.period.read, id)
  if not known then
    error({ zh = `“{id}”不是时段`, en = `{id} is no period; write it like 2023-Q1.` }, 0)
  end
  local title = host.period.title(period)
  return {
    id = period.id, kind = period.kind, first = period.first, last = period.last,
    year = string.sub(period.first, 1, 4), nth = M.nth(period), name = title.zh, title = title,
  }
end

-- Months of each kind; of the year to date the last month counts.
local months = { month = 1, ["two-month"] = 2, quarter = 3, half = 6, year = 12, cumulative = 1 }

--- A period's number among its kind in its year, from 1.
function M.nth(period)
  return tonumber(string.sub(period.last, 6, 7)) / months[period.kind]
end

return M
