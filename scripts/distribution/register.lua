-- The register of copies: one for each unit that gets a document, numbered or not, until it is received and,
-- where it is asked back, returned.

local sources = require("lib/sources")

local classes = {}
for class, title in host.settings.classes do
  table.insert(classes, { id = class, label = title })
end
table.sort(classes, function(a, b)
  return a.id < b.id
end)

host.register("distribution", {
  title = { zh = "文件分发", en = "Distribution" },
  fields = {
    title = { type = "text", required = true, search = true, order = 1, label = { zh = "标题", en = "Title" } },
    item = { type = "record", of = "information", order = 2, label = sources.labels.item },
    instruction = { type = "record", of = "instructions", order = 3, label = sources.labels.instruction },
    unit = { type = "unit", required = true, order = 4, label = { zh = "收文单位", en = "Recipient" } },
    copy = { type = "text", order = 5, label = { zh = "份号", en = "Copy" } },
    secrecy = { type = "text", order = 6, label = { zh = "密级和保密期限", en = "Secrecy" } },
    due = { type = "date", order = 7, label = { zh = "签收期限", en = "To be confirmed by" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "sent", label = { zh = "待签收", en = "To be confirmed" } },
    { id = "received", label = { zh = "已签收", en = "Received" } },
    { id = "recalled", label = { zh = "待退回", en = "Called back" } },
    { id = "returned", label = { zh = "已退回", en = "Returned" } },
  },
  actions = {
    -- Copies come from distributing a document: by hand nobody sends one, or two would have one number.
    send = { title = { zh = "分发", en = "Send" }, from = { "draft" }, to = "sent", create = true, submission = true },
    receive = { title = { zh = "签收", en = "Confirm" }, from = { "sent" }, to = "received", by = "reporter" },
    recall = { title = { zh = "要求退回", en = "Call back" }, from = { "sent", "received" }, to = "recalled", by = "editor" },
    take_back = {
      title = { zh = "收回", en = "Taken back" },
      from = { "received", "recalled" }, to = "returned", by = "editor",
    },
  },
})

-- In which stages there is something to send.
local from = {
  information = { "submitted", "adopted", "merged", "closed" },
  instructions = { "assigned", "signed", "answered", "closed" },
}

for _, register in sources.registers do
  host.register(`distribution-of-{register}`, {
    extends = register,
    actions = {
      distribute = {
        title = { zh = "分发", en = "Distribute" },
        from = from[register], by = "editor",
        form = {
          recipients = { type = "unit", many = true, order = 1, label = { zh = "收文单位", en = "Recipients" } },
          classes = { type = "choice", of = classes, many = true, order = 2, label = { zh = "收文单位类别", en = "Classes of recipients" } },
          numbered = { type = "bool", order = 3, label = { zh = "编份号", en = "Numbered copies" } },
          copies_secrecy = { type = "text", max = 20, order = 4, label = { zh = "密级和保密期限", en = "Secrecy" } },
          confirm_by = { type = "date", order = 5, label = { zh = "签收期限", en = "To be confirmed by" } },
        },
      },
      call_back = {
        title = { zh = "要求退回全部文件", en = "Call back all copies" },
        by = "editor",
        form = { why = { type = "text", required = true, max = 200, label = { zh = "原因", en = "Reason" } } },
      },
    },
  })
end
