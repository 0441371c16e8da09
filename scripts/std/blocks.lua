-- Pieces of the documents that reports build: columns, paragraphs, days.

local text = require("std/text")

local M = {}

--- A column of a table.
function M.column(title, width, align, places)
  return { title = title, width = width, align = align, places = places }
end

--- A paragraph.
function M.paragraph(said)
  return { kind = "paragraph", text = said }
end

--- The paragraphs of a text, a line each. They are set in by whoever renders them.
function M.paragraphs(body)
  local blocks = {}
  for _, line in string.split(body or "", "\n") do
    local said = text.trim(line)
    if said ~= "" then
      table.insert(blocks, M.paragraph(said))
    end
  end
  return blocks
end

--- A day as documents write it: 2023年4月4日.
function M.day(date)
  local year, month, day = string.match(date, "^(%d+)%-0?(%d+)%-0?(%d+)$")
  return `{year}年{month}月{day}日`
end

return M
