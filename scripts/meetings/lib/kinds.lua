-- Kinds of meeting.

local M = {}

M.choices = {
  { id = "plenary", label = { zh = "常委会会议", en = "Standing committee" } },
  { id = "directors", label = { zh = "主任会议", en = "Council of chairpersons" } },
  { id = "work", label = { zh = "工作会议", en = "Working meeting" } },
  { id = "training", label = { zh = "培训", en = "Training" } },
}

--- What a kind is called in Chinese.
function M.zh(id)
  for _, choice in M.choices do
    if choice.id == id then
      return choice.label.zh
    end
  end
  return id or ""
end

return M
