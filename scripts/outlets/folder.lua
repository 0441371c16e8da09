-- An outlet that is a folder: each document as a file, for whatever takes it from there.

local file = require("lib/file")

host.on("outlet.publish", { kind = "folder" }, function(document, outlet)
  for _, one in file.all(document, outlet) do
    -- The same document again writes the same file.
    host.files.write(`{outlet.id}/{one.name}`, one.content)
  end
end)

local document = { title = "关于2023年第一季度信息报送采用情况的通报", sections = {} }

host.example("a document becomes a file in each of its formats", {
  point = "outlet.publish", document = document,
  outlet = { id = "archive", kind = "folder", on = "2023-04-04", key = "e-1", formats = { "docx", "pdf" } },
  calls = { render = "…", ["files.write"] = true }, expect = host.null,
})
