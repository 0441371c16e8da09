-- The register of appointments and removals: nominated, documents looked at, put to the vote, appointed, sworn in; or not.

local settings = host.settings
local clerks = settings.clerks

local kinds = {
  { id = "appoint", label = { zh = "任命", en = "Appointment" } },
  { id = "acting", label = { zh = "代理", en = "Acting" } },
  { id = "remove", label = { zh = "免职", en = "Removal" } },
  { id = "resign", label = { zh = "接受辞职", en = "Resignation" } },
}

host.register("appointments", {
  title = { zh = "人事任免", en = "Appointments" },
  fields = {
    title = { type = "text", max = 200, search = true, asked = false, order = 1, label = { zh = "任免事项", en = "Appointment" } },
    kind = { type = "choice", of = kinds, required = true, default = "appoint", order = 2, label = { zh = "类别", en = "Kind" } },
    person = { type = "person", required = true, order = 3, label = { zh = "人选", en = "Person" } },
    post = { type = "text", required = true, max = 100, search = true, order = 4, label = { zh = "职务", en = "Post" } },
    office = { type = "text", max = 100, order = 5, label = { zh = "任职机关", en = "At" } },
    proposed_by = { type = "text", max = 100, order = 6, label = { zh = "提请人", en = "Nominated by" } },
    nomination = { type = "file", order = 7, label = { zh = "提请文件", en = "Nomination" } },
    resume = { type = "file", order = 8, label = { zh = "简历", en = "Curriculum vitae" } },
    review = { type = "file", order = 9, label = { zh = "考察材料", en = "Review" } },
    from = { type = "date", asked = false, order = 10, label = { zh = "生效日期", en = "From" } },
    sworn = { type = "date", asked = false, order = 11, label = { zh = "宣誓日期", en = "Sworn in on" } },
  },
  stages = {
    { id = "draft", label = { zh = "草稿", en = "Draft" } },
    { id = "nominated", label = { zh = "已提请", en = "Nominated" } },
    { id = "voting", label = { zh = "表决中", en = "Being voted on" } },
    { id = "decided", label = { zh = "已任免", en = "Decided" } },
    { id = "sworn", label = { zh = "已宣誓", en = "Sworn in" } },
    { id = "rejected", label = { zh = "未通过", en = "Rejected" } },
  },
  actions = {
    nominate = { title = { zh = "提请", en = "Nominate" }, from = { "draft" }, to = "nominated", by = clerks, submission = true },
    amend = { title = { zh = "补充材料", en = "Add documents" }, edits = true, from = { "nominated" }, by = clerks },
    put_to_vote = { title = { zh = "交付表决", en = "Put to the vote" }, from = { "nominated" }, to = "voting", by = clerks },
    decide = {
      title = { zh = "任免", en = "Decide" }, from = { "voting" }, to = "decided", by = clerks,
      form = { with_effect_from = { type = "date", sets = "from", label = { zh = "生效日期", en = "With effect from" } } },
    },
    reject = { title = { zh = "未通过", en = "Reject" }, from = { "voting" }, to = "rejected", by = clerks },
    swear = {
      title = { zh = "宪法宣誓", en = "Swear in" }, from = { "decided" }, to = "sworn", by = clerks,
      form = { on_day = { type = "date", sets = "sworn", label = { zh = "宣誓日期", en = "Day" } } },
    },
  },
  name_field = "title",
})

host.register("votes-on-appointments", {
  extends = "votes",
  fields = { appointment = { type = "record", of = "appointments", asked = false, order = 33, label = { zh = "人事任免", en = "Appointment" } } },
})
