-- Supervision, an appraisal, appointments, what deputies did, and petitions of citizens.

local history = require("lib/history")
local meetings = require("lib/meetings")
local office = require("lib/office")
local year = require("lib/year")

local M = {}

local function reported(told)
  for n, title in { "水污染防治", "中小学布局", "政府债务管理" } do
    local id, unit, day = `2023-r{n}`, office.units[13 + n].id, year.day(({ "04-26", "06-28", "10-25" })[n])
    told:edited("special-reports", id, "plan", year.day("01-09"), { title = title, unit = unit, planned = year.date(day) })
    told:edited("special-reports", id, "hear", day, { said = `听取了{title}工作的报告。` })
    told:edited("special-reports", id, "send", day + 8, { said = "加大工作力度，完善长效机制。" })
    if n < 3 then
      told:add("special-reports", id, "reply", day + 8 + 35 * n, history.reporter(unit), { said = "已研究处理，情况附后。" })
    end
  end
end

local function inspected(told)
  local day = year.day("09-05")
  told:edited("inspections", "2023-i1", "plan", day - 40, { title = "食品安全法执法检查", law = "食品安全法", sites = { "农贸市场", "学校食堂", "餐饮企业" }, team = { "leader-3" } })
  told:edited("inspections", "2023-i1", "begin", day)
  for n, title in { "索证索票不全", "冷链记录缺失", "从业人员健康证过期", "餐具消毒不规范", "食品标识不清", "留样不足", "加工场所布局不合理" } do
    local id, unit = `2023-i1-f{n}`, office.units[n].id
    told:edited("findings", id, "find", day + 7, { title = title, inspection = "2023-i1", unit = unit, site = "农贸市场" })
    if n <= 5 then
      told:add("findings", id, "rectify", day + 30 + n, history.reporter(unit), { said = "已整改到位。" })
      told:edited("findings", id, "close", day + 45)
    end
  end
  told:edited("inspections", "2023-i1", "report", day + 20, { said = "检查了三类场所，发现七个问题。" })
end

local function inquired(told)
  local day, unit = year.day("08-30"), office.units[17].id
  told:edited("inquiries", "2023-q1", "plan", day - 30, { title = "城市停车难专题询问", day = year.date(day) })
  told:edited("inquiries", "2023-q1", "hold", day)
  told:edited("questions", "2023-q1-1", "ask", day, { title = "新增车位何时投入使用", inquiry = "2023-q1", asked_by = history.deputies[4].id, unit = unit })
  told:add("questions", "2023-q1-1", "answer", day, history.reporter(unit), { said = "首批车位已开工。", promises = "年底前投用五百个车位", by = "2023-12-20" })
  told:edited("tasks", "2023-q1-t1", "assign", day, { title = "年底前投用五百个车位", unit = unit, due = "2023-12-20", question = "2023-q1-1" })
end

local function appraised(told)
  local day, unit = year.day("10-25"), office.units[18].id
  local title = "水务工作评议"
  told:edited("appraisals", "2023-e1", "plan", day - 60, { title = title, unit = unit, way = "ballot" })
  told:add("appraisals", "2023-e1", "report", day - 20, history.reporter(unit), { said = "一年来水务工作情况。" })
  told:edited("appraisals", "2023-e1", "put_to_ballot", day)
  meetings.vote(told, "2023-v09", day, { number = "表决〔2023〕9号", title = `{title}测评`, kind = "appraisal", candidates = { title }, places = 1, appraisal = "2023-e1" }, "2x 1-\n31x 1+\n9x 1=", {
    elected = { title }, needed = 22, vacant = 0, again = 0, void = 0, blank = 0, counts = { [title] = { good = 31, fair = 9, poor = 2 } },
  })
  told:edited("appraisals", "2023-e1", "publish", day + 3, { said = "补齐短板，加强巡查。", good = 31, fair = 9, poor = 2, grade = "passed" })
end

local function appointed(told)
  local day, person = year.day("05-01"), "leader-2"
  local id, title = "2023-n1", "任命顾怀川为市人大常委会主任"
  told:edited("appointments", id, "nominate", day - 12, { kind = "appoint", person = person, post = "主任", office = "市人大常委会", title = title, proposed_by = "主任会议" })
  told:edited("appointments", id, "put_to_vote", day - 2)
  meetings.vote(told, "2023-v10", day - 2, { number = "表决〔2023〕10号", title = title, kind = "appointment", candidates = { "顾怀川" }, places = 1, appointment = id }, "2x 1o\n40x 1+", {
    elected = { "顾怀川" }, needed = 23, vacant = 0, again = 0, void = 0, blank = 0, counts = { ["顾怀川"] = { ["for"] = 40, against = 0, abstain = 2 } },
  })
  told:edited("appointments", id, "decide", day - 2, { with_effect_from = year.date(day), number = "任免〔2023〕1号" })
  told:edited("appointments", id, "swear", day, { on_day = year.date(day) })
end

local kinds = { { 4, "inspection", "专题视察" }, { 3, "contact", "联络站接待" }, { 2, "meeting", "列席会议" }, { 1, "training", "履职培训" } }

local function acted(told)
  local rolls = told.rolls
  for n = 1, 20 do
    local _, kind, title = table.unpack(kinds[1 + (n - 1) % #kinds])
    local who = {}
    for i, deputy in rolls:some(history.deputies, rolls:whole(3, 6)) do
      who[i] = deputy.id
    end
    told:edited("activities", string.format("2023-k%02d", n), "hold", year.office_day(n * 17), { title = `{title}（{n}）`, kind = kind, deputies = who })
  end
end

local function heard(told)
  for n, unit in { office.units[1], office.units[2], office.units[5] } do
    told:edited("stations", `station-{n}`, "open", year.day("01-10"), { title = `{unit.name}代表联络站`, unit = unit.id, deputies = { history.deputies[n].id } })
    for month = 1, 4 do
      local id, day = `2023-u{n}-{month}`, year.office_day(month * 80 + n)
      told:edited("duties", id, "plan", day - 20, { title = `{unit.name}联络站值班`, station = `station-{n}`, deputy = history.deputies[n].id, day = year.date(day) })
      told:edited("duties", id, "complete", day, { were_heard = 3 * n + month })
    end
  end
  for n, title in { "路灯不亮", "小区停水", "公交绕行", "噪声扰民", "占道堆物", "窨井盖缺失" } do
    local id, day, unit = `2023-o{n}`, year.office_day(30 + 45 * n), office.units[1 + n].id
    told:edited("petitions", id, "receive", day, { title = title, text = `群众反映{title}，请有关部门处理。`, deputy = history.deputies[1 + n % 3].id, station = `station-{1 + n % 3}` })
    told:edited("petitions", id, "transfer", day + 2, { to = unit })
    if n < 6 then
      told:add("petitions", id, "answer", day + 15 + 4 * n, history.reporter(unit), { said = "已处理。" })
      told:edited("petitions", id, "tell", day + 18 + 4 * n, { by_way = "电话" })
    end
  end
end

--- Notes all of it.
function M.tell(told)
  reported(told)
  inspected(told)
  inquired(told)
  appraised(told)
  appointed(told)
  acted(told)
  heard(told)
end

return M
