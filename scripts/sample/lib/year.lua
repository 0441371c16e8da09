-- The days of 2023, from 1 to 365: their dates, which are worked, and how much is written on them.
-- The published calendar stands here too, so that a page is the same whatever an office's directory says.

local M = {}

M.year = 2023
M.days = 365

local lengths = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }
-- 1 January 2023 was a Sunday.
local sunday = 1

local off = { { "01-01", "01-02" }, { "01-21", "01-27" }, { "04-05", "04-05" }, { "04-29", "05-03" }, { "06-22", "06-24" }, { "09-29", "10-06" } }
local worked = { "01-28", "01-29", "04-23", "05-06", "06-25", "10-07", "10-08" }

-- What is written on a worked day of each month, against the others; on another day so much of it.
local busy = { 0.7, 0.8, 1.1, 1, 1, 1.1, 1, 0.9, 1.1, 0.9, 1.1, 1.3 }
local quiet = 0.06

local dates, months, working, written = {}, {}, {}, {}
local all = 0

local function is_working(n, date)
  if table.find(worked, date) then
    return true
  end
  for _, span in off do
    if date >= span[1] and date <= span[2] then
      return false
    end
  end
  local weekday = (n - sunday) % 7
  return weekday ~= 0 and weekday ~= 6
end

for month, length in lengths do
  for day = 1, length do
    local date = string.format("%02d-%02d", month, day)
    local n = #dates + 1
    dates[n], months[n] = `{M.year}-{date}`, month
    working[n] = is_working(n, date)
    all += busy[month] * if working[n] then 1 else quiet
    written[n] = all
  end
end

function M.date(n)
  return dates[n]
end

function M.month(n)
  return months[n]
end

--- The number of a day, `05-01`.
function M.day(date)
  local n = assert(table.find(dates, `{M.year}-{date}`), date)
  return n
end

--- The day to which so much of the year's work is written, from 0 to 1.
function M.at(share)
  local wanted = share * all
  local low, high = 1, M.days
  while low < high do
    local middle = (low + high) // 2
    if written[middle] < wanted then
      low = middle + 1
    else
      high = middle
    end
  end
  return low
end

--- The day itself if it is worked, else the next one; beyond the year, as it is.
function M.office_day(n)
  while n <= M.days and not working[n] do
    n += 1
  end
  return n
end

--- The day itself if it is worked, else the last one before; the first one of the year, if there is none.
function M.worked_by(n)
  while n > 0 and not working[n] do
    n -= 1
  end
  return if n > 0 then n else M.office_day(1)
end

--- So many working days later; the day itself is not counted. Nil if that is beyond the year.
function M.later(n, days)
  while days > 0 do
    n += 1
    if n > M.days then
      return nil
    end
    if working[n] then
      days -= 1
    end
  end
  return n
end

return M
