-- What the town's rules need beyond the common register: urgent items that went wrong.

host.register("lianshi", {
  extends = "information",
  actions = {
    lapse = {
      title = { zh = "紧急信息迟报漏报瞒报", en = "Urgent item late, missed or concealed" },
      by = "editor", create = true,
      form = { lapse = { type = "choice", of = { "late", "missed", "concealed" }, required = true, label = { zh = "情形", en = "What happened" } } },
    },
    notify = {
      title = { zh = "通报批评", en = "Notified" },
      by = "editor",
    },
  },
})
