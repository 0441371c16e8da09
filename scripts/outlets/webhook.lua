-- An outlet that is another program's address: the document as JSON, signed.

host.on("outlet.publish", { kind = "webhook" }, function(document, outlet)
  local body = host.json.encode({
    type = "document.published", id = outlet.key, on = outlet.on, outlet = outlet.id, report = outlet.report,
    document = document,
  })
  local answer = host.http({
    method = "POST", url = outlet.url or "", body = body, key = outlet.key, sign = outlet.sign ~= false,
    headers = { ["content-type"] = "application/json" },
  })
  if answer.status < 200 or answer.status > 299 then
    error({ zh = `对方答复 {answer.status}`, en = `The other side answered {answer.status}.` }, 0)
  end
end)

local function case(title, status, fails)
  host.example(title, {
    point = "outlet.publish", document = { title = "通报", sections = {} },
    outlet = { id = "site", kind = "webhook", on = "2023-04-04", key = "e-1", url = "https://hooks.example.org/in" },
    calls = { http = { status = status, headers = {}, body = "" } },
    fails = fails, expect = if fails then nil else host.null,
  })
end

case("what the other side takes is published", 202)
case("what it does not take is tried again", 503, "answered 503")
case("a redirection is no answer", 302, "answered 302")
