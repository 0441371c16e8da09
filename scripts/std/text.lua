-- Text as people write it.

local M = {}

-- An ideographic space is three bytes, so no character class can hold it.
local wide = "　"

--- Without spaces at either end, wide ones among them.
function M.trim(text)
  local before
  repeat
    before = text
    text = string.match(text, "^%s*(.-)%s*$")
    if string.sub(text, 1, #wide) == wide then
      text = string.sub(text, #wide + 1)
    end
    if string.sub(text, -#wide) == wide then
      text = string.sub(text, 1, -#wide - 1)
    end
  until text == before
  return text
end

return M
