-- Which figure an adoption or an instruction earns: by its carrier, in the Journals by the item's class, too; by the
-- leader's level. And to whom it goes.

local carriers = require("information/lib/carriers")
local credit = require("std/credit")
local depth = require("lib/depth")

local M = {}

--- By carrier: its figure, or that of each class. Whatever else the provincial party committee issues is its carrier, too.
M.carriers = {
  journal = { clause = "adoption-city", dynamic = "adopt_journal_dynamic", deep = "adopt_journal_deep" },
  special = { clause = "adoption-city", figure = "adopt_special" },
  voice = { clause = "adoption-city", figure = "adopt_voice" },
  ["province-journal"] = { clause = "adoption-province", dynamic = "adopt_province_journal_dynamic", deep = "adopt_province_journal_deep" },
  ["province-special"] = { clause = "adoption-province", figure = "adopt_province_special" },
  ["province-voice"] = { clause = "adoption-province", figure = "adopt_province_voice" },
  site = { clause = "adoption-site", figure = "adopt_site" },
}
M.party = { clause = "adoption-party", figure = "adopt_party" }
local levels = { city = "instruct_city", province = "instruct_province" }

--- Whether a carrier is the provincial party committee's.
function M.is_party(carrier)
  local of = carriers.of(carrier)
  return of.issuer == "party" and of.level == "province"
end

--- The clause of a carrier, and the name of the figure that an item earns there.
function M.figure(known, record)
  return known.clause, known.figure or known[depth.of(record)]
end

--- The same for an adoption; nil where the Opinion says nothing of its carrier.
function M.adopted(carrier, record)
  local known = M.carriers[carrier] or (carrier and M.is_party(carrier) and M.party) or nil
  if known == nil then
    return nil
  end
  return M.figure(known, record)
end

--- The name of the figure of an instruction.
function M.instructed(level)
  return levels[level]
end

--- Postings of an amount to the item's unit and those it was written with, each in full or in parts, as the office
--- says; nil where there is no such figure yet.
function M.to_units(record, amount)
  if amount == nil then
    return nil
  end
  return if host.settings.joint == "split" then credit.split(record, amount) else credit.each(record, amount)
end

--- The amount for the authors among whom it is split; nil where there are none.
function M.to_authors(record, amount)
  return if #(record.author or {}) > 0 then amount else nil
end

return M
