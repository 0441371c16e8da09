-- An outlet that is a list of mail addresses: the document's text, and the document itself with it.

local file = require("lib/file")
local text = require("lib/text")

host.on("outlet.publish", { kind = "mail" }, function(document, outlet)
  if #(outlet.to or {}) == 0 then
    error({ zh = "邮件发布点没有收件人", en = "The outlet has no addresses: registrar outlet NAME --set 'to=[\"a@example.org\"]'." }, 0)
  end
  host.mail({
    to = outlet.to, subject = document.title, key = outlet.key,
    text = text.of(document), attachments = file.all(document, outlet),
  })
end)

local document = {
  title = "通报", sections = { { heading = "一、总体情况", blocks = { { kind = "paragraph", text = "共报送3条。" } } } },
}

host.example("a document goes to each address", {
  point = "outlet.publish", document = document,
  outlet = { id = "units", kind = "mail", on = "2023-04-04", key = "e-1", to = { "a@example.org" }, formats = {} },
  calls = { mail = true }, expect = host.null,
})

host.example("without addresses it says how to name some", {
  point = "outlet.publish", document = document,
  outlet = { id = "units", kind = "mail", on = "2023-04-04", key = "e-1" },
  fails = "no addresses",
})
