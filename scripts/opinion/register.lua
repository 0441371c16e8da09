-- What the Opinion adds to the register: fees and the authors' own points, how quotas were met, who is ranked together.

host.register("opinion-of-information", {
  extends = "information",
  measures = {
    fee = { places = 2, account = "person", title = { zh = "稿酬", en = "Fee" }, unit = { zh = "元", en = "yuan" } },
    author = { places = 2, account = "person", title = { zh = "个人积分", en = "Authors' points" }, unit = { zh = "分", en = "points" } },
    fulfilment = { title = { zh = "任务完成", en = "Fulfilment" }, unit = { zh = "期", en = "periods" } },
  },
  pools = {
    counties = { title = { zh = "县（市、区）", en = "Counties and districts" }, classes = host.settings.counties },
    committees = { title = { zh = "工委、室", en = "Committees and offices" }, classes = { "committee" } },
  },
})
