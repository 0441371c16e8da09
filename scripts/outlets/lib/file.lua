-- What a document is called as a file, and the files of it.

local M = {}

local types = {
  docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  pdf = "application/pdf",
}

--- Its day and title, without what a file's name can't hold.
function M.name(document, outlet)
  local title = string.gsub(document.title, '[%c/\\:*?"<>|]', "")
  return `{outlet.on} {title}`
end

--- The document in each format that somebody renders: { name, type, content }.
function M.all(document, outlet)
  local files = {}
  for _, format in outlet.formats or host.settings.formats do
    local content = host.render(document, format)
    if content == nil then
      error({ zh = `没有插件能生成 {format} 文件`, en = `No plugin renders {format}; see registrar formats.` }, 0)
    end
    table.insert(files, {
      name = `{M.name(document, outlet)}.{format}`, type = types[format] or "application/octet-stream", content = content,
    })
  end
  return files
end

return M
