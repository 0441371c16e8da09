-- Two dozen suggestions of deputies, from their registration to the rating; one is handed back, one joined, one extended, some late.

local history = require("lib/history")
local office = require("lib/office")
local year = require("lib/year")

local M = {}

local subjects = {
  { "增设校门口信号灯", "上下学时段校门口车辆拥堵，建议增设信号灯并划定接送区。" },
  { "老旧小区加装电梯", "老旧小区高龄住户出行不便，建议明确加装电梯的出资和审批办法。" },
  { "恢复河西路公交线", "河西路撤销公交线后居民出行不便，建议恢复早晚班次。" },
  { "整治农贸市场占道", "农贸市场周边占道经营影响通行，建议划定临时摊位区。" },
  { "增加社区养老床位", "社区养老床位不足，建议利用闲置校舍改建。" },
  { "修缮农村饮水管网", "部分村组水管老化漏损，建议纳入年度改造。" },
  { "开放学校体育场地", "群众健身场地不足，建议节假日开放学校操场。" },
  { "加强烟花爆竹管理", "城区燃放扰民且有隐患，建议明确限放区域。" },
  { "完善盲道和坡道", "部分路口盲道中断，建议结合道路维修一并改造。" },
  { "设立夜间充电车位", "电动车夜间充电难，建议在公共停车场设立充电车位。" },
  { "保护古树名木", "城郊古树缺乏围护，建议登记挂牌并确定养护责任人。" },
  { "推广移动支付适老", "老年人不会使用手机缴费，建议保留窗口和现金渠道。" },
}

local classes = { { 5, "A" }, { 3, "B" }, { 2, "C" }, { 1, "D" } }
local ratings = { { 12, "satisfied" }, { 5, "fairly" }, { 1, "dissatisfied" } }

-- What becomes of one that was assigned on a day.
local function handled(told, id, unit, day)
  local rolls = told.rolls
  local by = history.reporter(unit)
  told:add("suggestions", id, "sign", year.office_day(day + 2), by)
  local answered = day + rolls:whole(20, 100)
  told:add("suggestions", id, "answer", year.office_day(answered), by, { said = "经研究，已作安排，具体情况另附。", came_to = rolls:weighed(classes) })
  if answered + 15 > year.days then
    return
  end
  local rating = rolls:weighed(ratings)
  told:edited("suggestions", id, "rate", year.office_day(answered + 10), { rating = rating })
  if rating ~= "dissatisfied" then
    told:edited("suggestions", id, "close", year.office_day(answered + 15))
  end
end

--- Notes all of them.
function M.tell(told)
  local rolls = told.rolls
  for n = 1, 24 do
    local subject, id = subjects[1 + (n - 1) % #subjects], string.format("2023-s%02d", n)
    local day = year.office_day(rolls:whole(8, 250))
    local deputy, second = history.deputies[1 + n % 12], history.deputies[1 + (n + 5) % 12]
    local town = if n > #subjects then office.units[n % 12 + 1].name else ""
    told:edited("suggestions", id, "submit", day, {
      number = `建议〔2023〕{n}号`, title = `{town}{subject[1]}`, text = subject[2], deputy = deputy.id, joint = { second.id }, received = year.date(day),
    })
    local unit = office.units[14 + (n - 1) % 12].id
    local assigned = year.office_day(day + 3)
    if n == 24 then
      told:edited("suggestions", id, "join", assigned, { into = "2023-s12" })
    else
      told:edited("suggestions", id, "assign", assigned, { main = unit })
      if n == 7 then
        told:add("suggestions", id, "hand_back", year.later(assigned, 5), history.reporter(unit), { why = "属教育部门职责。" })
        unit = office.units[16].id
        assigned = year.later(assigned, 7)
        told:edited("suggestions", id, "assign", assigned, { main = unit })
      elseif n == 9 then
        told:edited("suggestions", id, "extend", assigned + 60, { why = "涉及多条道路，需要统筹安排。", extended = true })
      end
      handled(told, id, unit, assigned)
    end
  end
end

return M
