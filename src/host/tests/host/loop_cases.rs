//! Loops that end only when they are stopped.

// The body of a handler that never returns, by name.
pub(crate) const LOOPS: &[(&str, &str)] = &[
    ("plain", "while true do end"),
    ("repeat", "local i = 0 repeat i += 1 until i < 0"),
    ("numeric for", "for i = 1, math.huge do end"),
    ("hot", "local s = 0 for i = 1, 1e15 do s = (s * 31 + i) % 1000003 end return s"),
    ("compiled", "return native_loop()"),
    ("goto by tail call", "local function f() return f() end return f()"),
    ("in pcall", "while true do pcall(function() while true do end end) end"),
    (
        "nested pcall in a loop",
        "local function f(n) if n == 0 then while true do end end return pcall(f, n - 1) end while true do f(20) end",
    ),
    ("error in pcall in a loop", "while true do pcall(error, 'again') end"),
    ("coroutine", "local co = coroutine.wrap(function() while true do end end) while true do co() end"),
    (
        "coroutine that yields",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
    ),
    (
        "coroutines without end",
        "while true do local co = coroutine.create(function() coroutine.yield() while true do end end) coroutine.resume(co) pcall(coroutine.resume, co) end",
    ),
    (
        "metamethod __index",
        "local t = setmetatable({}, { __index = function() while true do end end }) while true do pcall(function() return t.x end) end",
    ),
    (
        "metamethod __eq",
        "local m = { __eq = function() while true do end end } return setmetatable({}, m) == setmetatable({}, m)",
    ),
    (
        "metamethod __tostring",
        "return tostring(setmetatable({}, { __tostring = function() while true do end end }))",
    ),
    (
        "metamethod __concat",
        "return setmetatable({}, { __concat = function() while true do end end }) .. 'x'",
    ),
    ("metamethod __len", "return #setmetatable({}, { __len = function() while true do end end })"),
    ("error with __tostring", "error(setmetatable({}, { __tostring = function() while true do end end }))"),
    ("iterator", "for _ in function() return 1 end do end"),
    (
        "generalized iterator",
        "for _ in setmetatable({}, { __iter = function() return function() return 1 end end }) do end",
    ),
    (
        "next over a growing table",
        "local t = {} while true do for i = 1, 100 do t[i] = i end for k in pairs(t) do t[k] = nil end end",
    ),
    (
        "pattern that explodes",
        "return string.find(string.rep('a', 40), string.rep('a?', 40) .. string.rep('a', 40) .. 'b')",
    ),
    ("pattern with many stars", "return string.match(string.rep('a', 5000), string.rep('.-', 30) .. 'b')"),
    (
        "pattern in pcall",
        "while true do pcall(string.find, string.rep('a', 300), string.rep('.-', 12) .. 'b') end",
    ),
    (
        "gmatch that explodes",
        "for _ in string.gmatch(string.rep('a', 3000), string.rep('a-', 20) .. 'b') do end",
    ),
    ("gsub callback", "return string.gsub('x', '.', function() while true do end end)"),
    ("gsub that explodes", "return string.gsub(string.rep('a', 3000), string.rep('a-', 20) .. 'b', '')"),
    (
        "gsub with __index",
        "return string.gsub('x', '.', setmetatable({}, { __index = function() while true do end end }))",
    ),
    (
        "comparator",
        "local t = {} for i = 1, 100 do t[i] = i end table.sort(t, function() while true do end end)",
    ),
    (
        "comparator in pcall",
        "local t = {} for i = 1, 50 do t[i] = -i end while true do pcall(table.sort, t, function(a, b) return a < b end) end",
    ),
    ("recursion", "local function f(n) if n > 0 then f(n - 1) f(n - 1) end end f(200)"),
    ("recursion without end in pcall", "local function f() return 1 + f() end while true do pcall(f) end"),
    ("xpcall handler", "while true do xpcall(error, function() while true do end end, 'x') end"),
    ("xpcall handler that raises", "while true do xpcall(error, function(e) error(e) end, 'x') end"),
    (
        "string.find plain on huge strings",
        "return string.find(string.rep('a', 4e6), string.rep('a', 2e6) .. 'b', 1, true)",
    ),
    (
        "string.find again and again",
        "local s, p = string.rep('a', 4e6), string.rep('a', 2e6) .. 'b' while true do string.find(s, p, 1, true) end",
    ),
    (
        "string.find without specials",
        "while true do string.find(string.rep('ab', 2e6), string.rep('ab', 1e6) .. 'c') end",
    ),
    (
        "string.split on huge strings",
        "while true do string.split(string.rep('a', 4e6), string.rep('a', 2e6) .. 'b') end",
    ),
    ("string.split into many", "while true do string.split(string.rep('a,', 1e5), ',') end"),
    (
        "table.sort on huge lists",
        "local t = {} for i = 1, 1e6 do t[i] = (i * 7919) % 1000003 end while true do table.sort(t) end",
    ),
    (
        "table.sort of huge strings",
        "local s, t = string.rep('a', 1e6), {} for i = 1, 20 do t[i] = s .. i end while true do table.sort(t) end",
    ),
    ("table.move of nothing", "while true do table.move({}, 1, 9e6, 1) end"),
    ("table.move between text bounds", "table.move({}, '1', '2000000000', 1)"),
    ("table.concat", "local t = table.create(1e6, 'x') while true do table.concat(t) end"),
    (
        "table.insert at the front",
        "local t = table.create(5e5, 0) while true do table.insert(t, 1, 0) table.remove(t) end",
    ),
    ("table.find", "local t = table.create(1e6, 0) while true do table.find(t, 1) end"),
    ("string.rep of nothing", "return string.rep('', 2^31 - 1)"),
    ("string.rep again and again", "while true do string.rep('abc', 1e6) end"),
    ("string.reverse", "local s = string.rep('a', 1e7) while true do string.reverse(s) end"),
    ("string.rep of one letter", "while true do string.rep('x', 6e7) end"),
    ("string.split into letters", "while true do string.split(string.rep('ab', 2e6), '') end"),
    ("utf8.len of the largest", "local s = string.rep('x', 6e7) while true do utf8.len(s) end"),
    ("tonumber of the largest", "local s = string.rep('1', 6e7) while true do tonumber(s) end"),
    ("string.lower", "local s = string.rep('x', 3e7) while true do string.lower(s) end"),
    ("string.reverse of the largest", "local s = string.rep('x', 3e7) while true do string.reverse(s) end"),
    ("table.remove at the front", "local t = table.create(3e6, 0) while true do table.remove(t, 1) end"),
    (
        "text compared",
        "local a, b = string.rep('x', 2e7) .. 'a', string.rep('x', 2e7) .. 'b' while true do local c = a < b end",
    ),
    ("string.byte", "local s = string.rep('a', 5000) while true do string.byte(s, 1, -1) end"),
    ("string.format", "local s = string.rep('a', 1e6) while true do string.format('%s %q', s, s) end"),
    ("utf8.len", "local s = string.rep('a', 1e7) while true do utf8.len(s) end"),
    (
        "utf8.codes",
        "for _ in utf8.codes(string.rep('a', 2e7)) do for _ in utf8.codes('abc') do end end while true do end",
    ),
    ("buffer.fill", "local b = buffer.create(3e7) while true do buffer.fill(b, 0, 1) end"),
    ("table.clone", "local t = table.create(1e6, 0) while true do table.clone(t) end"),
    ("table.create", "while true do table.create(1e6, 0) end"),
    ("unpack", "local t = table.create(7000, 0) while true do table.unpack(t) end"),
    ("a host call in a loop", "while true do host.twice(1) end"),
    ("a failing host call in a loop", "while true do pcall(host.twice, 'x') end"),
    ("log in a loop", "while true do host.log.debug('x') end"),
    ("an answer that is shared without end", "local t = {} for i = 1, 31 do t = { t, t } end return t"),
    (
        "an answer with a huge shared text",
        "local s, t = string.rep('a', 1e7), {} for i = 1, 1e5 do t[i] = s end return t",
    ),
    (
        "an argument that is shared without end",
        "local t = {} for i = 1, 31 do t = { t, t } end host.twice(t)",
    ),
];
