-- The answer on paper: class, text, joint handling, and the stamps of its steps.

local blocks = require("std/blocks")
local labels = require("lib/labels")
local names = require("std/names")
local recipients = require("std/recipients")
local stamps = require("std/stamps")

local titles = {
  submit = "登记", assign = "交办", sign = "签收", hand_back = "退回", extend = "延期", answer = "答复", rate = "评价", handle_again = "再次办理", close = "办结",
}

local function name_of(id, on)
  local person = if id then host.person(id, on) else nil
  return if person then person.name or id else id or ""
end

host.on("report.build", {
  name = "suggestion-reply", title = { zh = "代表建议答复", en = "Answer to a suggestion" },
  form = { suggestion = { type = "record", of = "suggestions", required = true, label = { zh = "代表建议", en = "Suggestion" } } },
}, function(_, parameters)
  local record = if parameters.suggestion then host.records({ register = "suggestions", id = parameters.suggestion })[1] else nil
  if record == nil then
    error({ zh = "请指定建议，例如 suggestion=2023-0001", en = "Say which suggestion, such as suggestion=2023-0001." }, 0)
  end
  local answers = host.events({ register = "suggestions", record = record.id, action = "answer" })
  local answered = answers[#answers]
  if answered == nil or record.reply == nil then
    error({ zh = `“{record.title}”尚未答复`, en = `“{record.title}” has not been answered.` }, 0)
  end
  local body = { blocks.paragraph(`您提出的“{record.title}”（{record.number or record.id}）收悉。现答复如下：`) }
  for _, paragraph in blocks.paragraphs(record.reply) do
    table.insert(body, paragraph)
  end
  if #(record.others or {}) > 0 then
    table.insert(body, blocks.paragraph(`本建议由{recipients.named(record.others, answered.on)}协办。`))
  end
  table.insert(body, blocks.paragraph(`办理结果：{labels.zh(labels.classes, record.class)}`))
  table.insert(body, blocks.paragraph(stamps.text(if (record.round or 1) > 1 then "再次答复" else "已答复", answered.on)))
  local unit = names.unit(record.unit, answered.on)
  return {
    kind = "letter", language = "zh", number = record.number, title = `关于“{record.title}”的答复`,
    addressees = { `{name_of(record.deputy, answered.on)}代表` }, sections = { { blocks = body } },
    signature = { issuers = { unit }, date = answered.on, seal = true },
    appendices = { { title = "办理过程", blocks = { stamps.table(stamps.steps(host.events({ register = "suggestions", record = record.id }), titles)) } } },
  }
end)

local record = {
  id = "7", register = "suggestions", number = "建议〔2023〕1号", stage = "answered", title = "校门口交通", deputy = "hu", unit = "a", others = { "b" },
  reply = "已增设信号灯。\n已划线。", class = "A", round = 1,
}
local answered = { id = "e", seq = 3, register = "suggestions", record = "7", action = "answer", on = "2024-02-20", by = "zhou", fields = {}, nth = 1 }

host.example("an answer to the deputy, with its class and its stamps", {
  point = "report.build", name = "suggestion-reply", parameters = { suggestion = "7" },
  calls = { records = { record }, events = { answered }, person = { id = "hu", name = "胡代表" }, unit = { id = "a", title = { zh = "交通局" } } },
  expect = {
    title = "关于“校门口交通”的答复", addressees = { "胡代表代表" },
    sections = { { blocks = {
      { text = "您提出的“校门口交通”（建议〔2023〕1号）收悉。现答复如下：" }, { text = "已增设信号灯。" }, { text = "已划线。" },
      { text = "本建议由交通局协办。" }, { text = "办理结果：A 已解决或基本解决" }, { text = "［已答复 2024年2月20日］" },
    } } },
    signature = { issuers = { "交通局" }, date = "2024-02-20" },
    appendices = { { blocks = { { rows = { { "答复", "2024年2月20日", "胡代表" } } } } } },
  },
})
host.example("there is none before it is answered", {
  point = "report.build", name = "suggestion-reply", parameters = { suggestion = "7" },
  calls = { records = { { id = "7", register = "suggestions", stage = "handling", title = "校门口交通" } }, events = {} }, fails = "尚未答复",
})
host.example("nor of no suggestion", { point = "report.build", name = "suggestion-reply", parameters = {}, fails = "请指定建议" })
