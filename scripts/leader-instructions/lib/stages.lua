-- Where an instruction stands with a unit, in order.

local M = {}

M.order = { "draft", "assigned", "signed", "answered", "closed" }

M.labels = {
  draft = { zh = "草稿", en = "Draft" },
  assigned = { zh = "待签收", en = "To be signed for" },
  signed = { zh = "办理中", en = "In hand" },
  answered = { zh = "已反馈", en = "Answered" },
  closed = { zh = "已办结", en = "Closed" },
}

--- Those in which the unit still owes an answer.
M.owing = { "assigned", "signed" }

return M
