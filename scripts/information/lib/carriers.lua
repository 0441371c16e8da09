-- The carriers in which items are published: what each is called, who issues it, at which level. Adopting by a
-- provincial congress's site and by the provincial party committee are two things, though both are the province's.

local labels = require("information/lib/labels")

local M = {}

--- Carriers that are known by their word; `issuer` is one of `M.issuers`.
M.known = {
  journal = { issuer = "congress", level = "city" },
  special = { issuer = "congress", level = "city" },
  voice = { issuer = "congress", level = "city" },
  brief = { issuer = "congress", level = "city" },
  proposal = { issuer = "congress", level = "city" },
  research = { issuer = "congress", level = "city" },
  selected = { issuer = "congress", level = "city" },
  ["province-journal"] = { issuer = "congress", level = "province" },
  ["province-special"] = { issuer = "congress", level = "province" },
  ["province-voice"] = { issuer = "congress", level = "province" },
  site = { issuer = "congress", level = "province" },
  daily = { issuer = "party", level = "province" },
  digest = { issuer = "party", level = "province" },
  newspaper = { issuer = "press" },
}

M.issuers = {
  congress = { zh = "人大", en = "Congress" },
  party = { zh = "党委", en = "Party committee" },
  government = { zh = "政府", en = "Government" },
  press = { zh = "报刊", en = "Press" },
}

--- The choices of a register, from the words and tables of a setting.
function M.all(words)
  local all = labels.all(labels.carriers, words)
  for n, word in words do
    local said = if type(word) == "table" then word else {}
    local id = said.id or word
    local known = M.known[id] or {}
    local entry = if type(all[n]) == "table" then all[n] else { id = id }
    entry.data = { issuer = said.issuer or known.issuer, level = said.level or known.level }
    all[n] = entry
  end
  return all
end

--- Who issues a carrier and at which level, as the register says; where nothing is said of either, an empty table.
function M.of(carrier)
  local choice = host.choice("information", "adopt.carrier", carrier)
  return if choice then choice.data else M.known[carrier] or {}
end

return M
