-- A document as plain text, for the body of a mail and the summary in a feed.

local M = {}

local function runs(block)
  local said = {}
  for _, run in block.runs or {} do
    table.insert(said, run.text)
  end
  return block.text or table.concat(said)
end

local function cells(row)
  local said = {}
  for n, cell in row do
    said[n] = tostring(cell)
  end
  return table.concat(said, "\t")
end

local function lines(block, into)
  if block.kind == "list" then
    for _, item in block.items or {} do
      table.insert(into, item)
    end
  elseif block.kind == "table" then
    local heads = {}
    for n, column in block.columns or {} do
      heads[n] = column.title
    end
    table.insert(into, table.concat(heads, "\t"))
    for _, row in block.rows or {} do
      table.insert(into, cells(row))
    end
  elseif block.kind ~= "page_break" then
    table.insert(into, runs(block))
  end
end

--- The body of a document, a line a paragraph; appendices are left to the file.
function M.of(document)
  local said = {}
  for _, section in document.sections or {} do
    if section.heading then
      table.insert(said, section.heading)
    end
    for _, block in section.blocks do
      lines(block, said)
    end
  end
  return table.concat(said, "\n")
end

--- Its first paragraph.
function M.first(document)
  return string.match(M.of(document), "^[^\n]*")
end

return M
