-- What choices of a suggestion are called.

local M = {}

--- Result classes, in order.
M.classes = {
  { id = "A", label = { zh = "A 已解决或基本解决", en = "A solved" } },
  { id = "B", label = { zh = "B 正在解决", en = "B being solved" } },
  { id = "C", label = { zh = "C 列入计划解决", en = "C planned" } },
  { id = "D", label = { zh = "D 留作参考", en = "D for reference" } },
}

--- How content a deputy is, in order.
M.satisfactions = {
  { id = "satisfied", label = { zh = "满意", en = "Satisfied" } },
  { id = "fairly", label = { zh = "基本满意", en = "Fairly satisfied" } },
  { id = "dissatisfied", label = { zh = "不满意", en = "Not satisfied" } },
}

--- What a choice is called in Chinese; itself if it is none of the list.
function M.zh(list, id)
  for _, choice in list do
    if choice.id == id then
      return choice.label.zh
    end
  end
  return id or ""
end

return M
