-- Numbers that look like chance and are none: the same seed gives the same ones, on any machine.

local M = {}

local WORD = 4294967296
local bxor, bor, rshift = bit32.bxor, bit32.bor, bit32.rshift

-- The product of two words, cut off at a word; in halves, since a number holds 53 bits.
local function times(a, b)
  local high, low = a // 65536, a % 65536
  return (high * b % 65536 * 65536 + low * b) % WORD
end

-- MurmurHash3's finaliser: each bit of what goes in moves half of those that come out.
local function scattered(word)
  word = times(bxor(word, rshift(word, 16)), 0x85EBCA6B)
  word = times(bxor(word, rshift(word, 13)), 0xC2B2AE35)
  return bxor(word, rshift(word, 16))
end

local Dice = {}
Dice.__index = Dice

-- From 0 up to, not including, 1 (mulberry32).
function Dice.next(self)
  local state = (self.state + 0x6D2B79F5) % WORD
  self.state = state
  local word = times(bxor(state, rshift(state, 15)), bor(state, 1))
  word = bxor(word, (word + times(bxor(word, rshift(word, 7)), bor(word, 61))) % WORD)
  return bxor(word, rshift(word, 14)) / WORD
end

-- A whole number from one to another, both included.
function Dice.whole(self, from, to)
  return from + (self:next() * (to - from + 1)) // 1
end

function Dice.chance(self, percent)
  return self:next() * 100 < percent
end

function Dice.pick(self, list)
  return list[1 + (self:next() * #list) // 1]
end

-- One of `{ { weight, value }, … }`.
function Dice.weighed(self, list)
  local all = 0
  for _, entry in list do
    all += entry[1]
  end
  local left = self:next() * all
  for _, entry in list do
    left -= entry[1]
    if left < 0 then
      return entry[2]
    end
  end
  return list[#list][2]
end

-- So many different ones, in the order in which they are drawn; all, if there are no more.
function Dice.some(self, list, n)
  local left, drawn = table.clone(list), {}
  for i = 1, math.min(n, #left) do
    drawn[i] = table.remove(left, 1 + (self:next() * #left) // 1)
  end
  return drawn
end

-- Others, that draw without moving these again.
function Dice.apart(self)
  return M.new(self:next() * WORD)
end

-- Dice of their own for whatever these whole numbers stand for.
function M.new(...)
  local word = 0
  for _, part in { ... } do
    word = scattered((times(word, 0x9E3779B1) + part + 1) % WORD)
  end
  return setmetatable({ state = word }, Dice)
end

return M
