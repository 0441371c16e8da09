-- The list of who is commended: winners by category with their figures, and ties that nobody has
-- decided yet, named as such; the standings they were chosen from behind it.

local names = require("std/names")
local periods = require("std/periods")

local M = {}

local numerals = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" }

--- What an award is called, by the names that a rule set gives: `total-units` is an award of a pool, `people` one of all.
function M.category(award, called)
  if called[award] then
    return called[award]
  end
  local kind, pool = string.match(award, "^(%a+)%-(.+)$")
  kind = kind or award
  local named = called[kind] or kind
  return if pool then `{named}（{called[pool] or pool}）` else named
end

local function called(account, on)
  if host.unit(account, on) then
    return names.unit(account, on)
  end
  local person = host.person(account, on)
  return person and person.name or account
end

local function each_called(accounts, on)
  local list = {}
  for n, account in accounts do
    list[n] = called(account, on)
  end
  return table.concat(list, "、")
end

-- Why nobody can be named for these places yet.
local function open(pending, on)
  if pending.waits then
    return "待前项并列决定后确定。"
  end
  return `{each_called(pending.candidates, on)}并列，余{pending.places}个名额，待决定。`
end

local columns = {
  { title = "名次", align = "center", width = 1 },
  { title = "名称", width = 3.6 },
  { title = "得分", align = "right", width = 1.6 },
}

local function blocks_of(awards, on)
  local rows, blocks = {}, {}
  for _, award in awards do
    if award.pending then
      table.insert(blocks, { kind = "paragraph", text = open(award.pending, on) })
    else
      table.insert(rows, { award.rank or "", called(award.account, on), award.amount or "" })
    end
  end
  if #rows > 0 then
    table.insert(blocks, 1, { kind = "table", columns = columns, rows = rows })
  end
  return blocks
end

-- In the order in which the rules choose.
local function sections_of(awards, on, names_of)
  local order, by_award = {}, {}
  for _, award in awards do
    local id = award.award or ""
    if not by_award[id] then
      by_award[id] = {}
      table.insert(order, id)
    end
    table.insert(by_award[id], award)
  end
  local sections = {}
  for n, id in order do
    sections[n] = { heading = `{numerals[n] or n}、{M.category(id, names_of)}`, blocks = blocks_of(by_award[id], on) }
  end
  return sections
end

-- A pool's standing with what was earned by adoption, and what else is to be seen, beside it.
local function standing_of(period, pool, of)
  local rows = {}
  local beside = of.beside and of.beside.rows(period, pool)
  for _, row in host.standing({ register = "information", period = period.id, measure = "points", pool = pool }) do
    local line = { row.rank or "", called(row.account, period.last), row.amount, row.tags and row.tags.adoption or 0 }
    if beside then
      table.insert(line, beside[row.account] or "")
    end
    table.insert(line, row.excluded or "")
    table.insert(rows, line)
  end
  local heads = { columns[1], columns[2], columns[3], { title = "其中采用分", align = "right", width = 1.6 } }
  if beside then
    table.insert(heads, { title = of.beside.title, align = "center", width = 1.6 })
  end
  table.insert(heads, { title = "说明", width = 2.4 })
  return {
    title = `{period.name}{of.names[pool] or pool}得分表`,
    blocks = { { kind = "table", rows = rows, columns = heads } },
  }
end

--- The list of a period. `of` has `names` (what awards and pools are called), `pools` (whose standings are shown behind
--- it), `issuer`, and may have `beside = { title, rows(period, pool) }`: a column of texts by account.
function M.build(parameters, of)
  local period = periods.read(parameters.period)
  local sections = sections_of(host.awards({ register = "information", period = period.id }), period.last, of.names)
  if #sections == 0 then
    sections = { { blocks = { { kind = "paragraph", text = "本期没有表彰对象。" } } } }
  end
  local appendices, titles = {}, {}
  for n, pool in of.pools do
    appendices[n] = standing_of(period, pool, of)
    titles[n] = appendices[n].title
  end
  return {
    kind = "list", language = "zh",
    title = parameters.title or `{period.name}信息工作表彰名单`,
    sections = sections, attachments = titles, appendices = appendices,
    note = `制表：{of.issuer}`,
  }
end

return M
