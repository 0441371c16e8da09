-- The sheet by which a period's fees are paid: a line a person, its parts, and room to sign for it.

local sheet = require("lib/sheet")

-- The parts, by the tags of their postings.
local parts = {
  { tag = "base", title = "基本稿酬" },
  { tag = "level", title = "采用层级" },
  { tag = "instruction", title = "批示" },
}

host.on("report.build", {
  name = "fee-sheet", title = { zh = "稿酬发放表", en = "Fee sheet" },
}, function(_, parameters)
  return sheet.build(parameters, parts, host.settings.issuer)
end)

local function built(title, period, calls, expect)
  calls.unit = { id = "a", title = { zh = "甲县" } }
  host.example(title, {
    point = "report.build", name = "fee-sheet", parameters = { period = period, date = "2023-04-04" },
    calls = calls, expect = expect,
  })
end

local wang = { id = "wang", name = "王小芳", unit = "a", roles = {} }
local li = { id = "li", name = "李明", unit = "a", roles = {} }

-- In an example every sum is the same one, so that something is left over.
built("a line a person by the sound of their names, a sum, and room to sign", "2023-Q1", {
  people = { wang, li }, counts = {}, total = 30, sort = { "李明", "王小芳" },
}, {
  kind = "table", title = "2023年第一季度信息稿酬发放表",
  sections = { { blocks = { { rows = {
    { 1, "李明", "甲县", 30, 30, 30, -60, 30, "" },
    { 2, "王小芳", "甲县", 30, 30, 30, -60, 30, "" },
    { "", "合计", "", 60, 60, 60, -120, 60, "" },
  } } } } },
  note = `制表：{host.settings.issuer}，2023年4月4日`,
})

built("who came and left in between is paid too", "2023-03", { people = {}, counts = { zhang = 1 }, total = 50, sort = { "zhang" } }, {
  title = "2023年3月信息稿酬发放表",
  sections = { { blocks = { { rows = { { 1, "zhang", "", 50, 50, 50, -100, 50, "" }, { "", "合计" , "", 50, 50, 50, -100, 50, "" } } } } } },
})

built("who has none is not listed", "2023", { people = { wang }, counts = {}, total = 0, sort = {} }, {
  sections = { { blocks = { {
    columns = {
      { title = "序号" }, { title = "姓名" }, { title = "单位" }, { title = "基本稿酬" }, { title = "采用层级" },
      { title = "批示" }, { title = "合计（元）" }, { title = "签领" },
    },
    rows = { { "", "合计", "", 0, 0, 0, 0, "" } },
  } } } },
})

host.example("without a period it says how to write one", {
  point = "report.build", name = "fee-sheet", parameters = {}, fails = "2023-Q1",
})
