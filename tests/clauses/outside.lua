-- What another office gave counts as a multiple: twice from the province, one and a half times from the city.

host.register("outside", {
  extends = "information",
  actions = {
    credit = {
      title = { zh = "外单位计分", en = "Points of another office" }, by = "editor",
      form = {
        office = { type = "choice", of = { "province", "city" }, required = true, label = { zh = "来源", en = "Office" } },
        given = { type = "number", required = true, label = { zh = "分数", en = "Points given" } },
      },
    },
  },
})

local times = { province = 2, city = 1.5 }

host.on("score.post", {
  register = "information", action = "credit", measure = "points", account = "unit", clause = "points of another office",
}, function(event)
  return times[event.fields.office] * event.fields.given
end)

host.example("twice what the province gave", {
  point = "score.post",
  event = { register = "information", action = "credit", on = "2023-01-05", fields = { office = "province", given = 2.5 } },
  record = { unit = "a" },
  expect = { { account = "a", amount = times.province * 2.5 } },
})
