-- What the words of the register are shown as.

local M = {}

M.stages = {
  draft = { zh = "草稿", en = "Draft" },
  commissioned = { zh = "已约稿", en = "Commissioned" },
  submitted = { zh = "已报送", en = "Submitted" },
  returned = { zh = "已退回", en = "Returned" },
  adopted = { zh = "已采用", en = "Adopted" },
  merged = { zh = "已合并", en = "Merged" },
  closed = { zh = "已办结", en = "Closed" },
}

M.kinds = {
  dynamic = { zh = "动态信息", en = "Dynamic" },
  routine = { zh = "一般信息", en = "Routine" },
  research = { zh = "综合调研", en = "Research" },
  voice = { zh = "代表之声", en = "Deputies' voice" },
  commissioned = { zh = "约稿", en = "Commissioned" },
  problem = { zh = "问题信息", en = "Problem" },
  opinion = { zh = "意见建议", en = "Opinion" },
  typical = { zh = "典型经验", en = "Typical experience" },
}

M.carriers = {
  journal = { zh = "人大信息", en = "Journal" },
  brief = { zh = "简报", en = "Brief" },
  daily = { zh = "每日上报", en = "Daily report" },
  special = { zh = "信息专刊", en = "Special issue" },
  proposal = { zh = "建议专报", en = "Proposal" },
  research = { zh = "调研专报", en = "Research report" },
  digest = { zh = "要情专报", en = "Digest" },
  selected = { zh = "选编", en = "Selection" },
  newspaper = { zh = "报刊", en = "Newspaper" },
  voice = { zh = "代表之声", en = "Deputies' Voice" },
  ["province-journal"] = { zh = "省人大信息", en = "Provincial Journal" },
  ["province-special"] = { zh = "省人大信息专刊", en = "Provincial special issue" },
  ["province-voice"] = { zh = "省代表之声", en = "Provincial Deputies' Voice" },
  site = { zh = "省人大外网", en = "Provincial congress's site" },
}

M.levels = {
  town = { zh = "乡镇", en = "Town" },
  district = { zh = "区县", en = "District" },
  city = { zh = "市", en = "City" },
  province = { zh = "省", en = "Province" },
  state = { zh = "全国", en = "State" },
}

--- The words with their labels, in their order; one that an office adds says its own: `{ id = "bulletin", zh = "县人大通报" }`.
function M.all(labels, words)
  local all = {}
  for n, word in words do
    if type(word) == "table" then
      all[n] = { id = word.id, label = { zh = word.zh or word.en, en = word.en or word.zh } }
    else
      all[n] = if labels[word] then { id = word, label = labels[word] } else word
    end
  end
  return all
end

--- What a word is called where it is used: as the register says, else as it is known here, else as it is.
function M.of(labels, register, field, word)
  return host.label(register, field, word) or labels[word] or { zh = word, en = word }
end

return M
