-- Official numbers: by the year, without gaps.

local M = {}

--- `建议〔2023〕12号`: the next of a sequence that begins anew each year. Only where a record is numbered.
function M.yearly(sequence, word, on)
  local year = string.sub(on, 1, 4)
  return `{word}〔{year}〕{host.sequence(`{sequence}/{year}`)}号`
end

return M
