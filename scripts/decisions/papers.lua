-- The resolution on paper, and what was done for each policy.

local blocks = require("std/blocks")
local settings = host.settings
local column = blocks.column

-- More than an office has.
local all = 10000

host.on("report.build", {
  name = "resolution", title = { zh = "决议", en = "Resolution" },
  form = { decision = { type = "record", of = "decisions", required = true, label = { zh = "重大事项", en = "Decision" } } },
}, function(_, parameters)
  local decision = if parameters.decision then host.records({ register = "decisions", id = parameters.decision })[1] else nil
  if decision == nil then
    error({ zh = "请指定事项，例如 decision=2023-0001", en = "Say which decision, such as decision=2023-0001." }, 0)
  end
  if decision.resolution == nil then
    error({ zh = `“{decision.title}”尚未作出决议`, en = `“{decision.title}” has not been resolved.` }, 0)
  end
  local body = { blocks.paragraph(`（{blocks.day(decision.resolved)}通过）`) }
  for _, paragraph in blocks.paragraphs(decision.resolution) do
    table.insert(body, paragraph)
  end
  return {
    kind = "decision", language = "zh", number = decision.number, title = `{settings.issuer}关于{decision.title}的决议`, sections = { { blocks = body } },
    signature = { issuers = { settings.issuer }, date = decision.resolved, seal = true },
  }
end)

-- A policy, what names it, and whether anything was done for it.
local function lines()
  local by_policy = {}
  for _, decision in host.records({ register = "decisions", limit = all }) do
    if decision.policy then
      by_policy[decision.policy] = by_policy[decision.policy] or {}
      table.insert(by_policy[decision.policy], `{decision.title}（{host.label("decisions", "stage", decision.stage).zh}）`)
    end
  end
  local rows, without = {}, {}
  for _, policy in host.records({ register = "policies", stage = "in_force", limit = all }) do
    local decisions, items = by_policy[policy.id] or {}, #(policy.items or {})
    if #decisions == 0 and items == 0 then
      table.insert(without, policy.title)
    end
    table.insert(rows, { #rows + 1, policy.title, policy.issuer or "", items, table.concat(decisions, "、") })
  end
  return rows, without
end

host.on("report.build", { name = "policies", title = { zh = "政策落实情况", en = "What was done for policies" } }, function(_, parameters)
  local rows, without = lines()
  local said = `施行中的政策{#rows}项，`
  said ..= if #without == 0 then "均有落实事项。" else `其中{#without}项没有落实事项：{table.concat(without, "、")}。`
  return {
    kind = "table", language = "zh", title = parameters.title or "政策落实情况",
    sections = { { blocks = {
      blocks.paragraph(said),
      { kind = "table", rows = rows, columns = { column("序号", 1, "center"), column("政策", 4), column("发布机关", 2.4), column("信息", 1.2, "right"), column("决定", 4) } },
    } } },
  }
end)

host.on("panel.show", { place = "home" }, function(_, person)
  local held = false
  for _, role in person.roles or {} do
    held = held or table.find(settings.clerks, role.role) ~= nil
  end
  if not held then
    return nil
  end
  local _, without = lines()
  if #without == 0 then
    return nil
  end
  return {
    id = "policies", title = { zh = `没有落实事项的政策（{#without}）`, en = `Policies for which nothing was done ({#without})` }, kind = "list", rows = without, link = "policies",
    level = "notice", order = 25,
  }
end)

local decision = {
  id = "1", register = "decisions", number = "决议〔2023〕1号", stage = "published", title = "预算调整", policy = "1", resolution = "批准预算调整方案。", resolved = "2023-05-20",
}

host.example("a resolution on paper", {
  point = "report.build", name = "resolution", parameters = { decision = "1" }, calls = { records = { decision } },
  expect = { title = `{settings.issuer}关于预算调整的决议`, number = "决议〔2023〕1号", sections = { { blocks = { { text = "（2023年5月20日通过）" }, { text = "批准预算调整方案。" } } } } },
})
host.example("none before it is resolved", {
  point = "report.build", name = "resolution", parameters = { decision = "1" }, calls = { records = { { id = "1", register = "decisions", stage = "proposed", title = "预算调整" } } }, fails = "尚未作出决议",
})
-- In an example policies and decisions are the same records.
host.example("a policy with a decision is not listed as one without", {
  point = "report.build", name = "policies", parameters = {}, calls = { records = { decision }, label = { zh = "已公布" } },
  expect = { sections = { { blocks = { { text = "施行中的政策1项，均有落实事项。" }, { rows = { { 1, "预算调整", "", 0, "预算调整（已公布）" } } } } } } },
})
host.example("one without items is", {
  point = "report.build", name = "policies", parameters = {}, calls = { records = { { id = "2", register = "policies", stage = "in_force", title = "养老条例" } } },
  expect = { sections = { { blocks = { { text = "施行中的政策1项，其中1项没有落实事项：养老条例。" }, { rows = { { 1, "养老条例", "", 0, "" } } } } } } },
})
host.example("and a clerk is told", {
  point = "panel.show", place = "home", person = { id = "li", roles = { { role = settings.clerks[1] or "editor" } } },
  calls = { records = { { id = "2", register = "policies", stage = "in_force", title = "养老条例" } } }, expect = { { rows = { "养老条例" } } },
})
