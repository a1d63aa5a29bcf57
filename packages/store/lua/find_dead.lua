-- find_dead: one bounded step through the open dead letters, the newest death first.
-- KEYS[1] key prefix of the shard
-- ARGV    after delivery id ('' = from the newest), its score, most to look at, most to return,
--         accounts (|a|b|), kind, scope name, type, webhook, status code ('-' = none), since, until, died before, reason: '' = any
-- Reply   { next score, next delivery id ('' = the end), deliveries … } with the fields of find_deliveries, the last one: when it died
local P = KEYS[1]
--- include number
--- include peek
local after, scan, most = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4])
local died_before = ARGV[13] ~= '' and ARGV[13] or '+inf'
local index = P .. 'dead'

local function first_rank(score)
  return score == '+inf' and 0 or redis.call('ZCOUNT', index, '(' .. score, '+inf')
end

-- The rank after a letter that was resolved meanwhile. Many died in the same ms; among those the greater id comes first.
local function rank_below(score, id)
  local low = first_rank(score)
  local high = low + redis.call('ZCOUNT', index, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if redis.call('ZREVRANGE', index, middle, middle)[1] > id then low = middle + 1 else high = middle end
  end
  return low
end

local rank = after ~= '' and redis.call('ZREVRANK', index, after)
local page
if rank then
  page = redis.call('ZREVRANGE', index, rank + 1, rank + scan, 'WITHSCORES')
else
  local from = after == '' and first_rank(died_before) or rank_below(ARGV[2], after)
  page = redis.call('ZREVRANGE', index, from, from + scan - 1, 'WITHSCORES')
end

local function matches(e, webhook)
  if ARGV[5] ~= '' and not string.find(ARGV[5], '|' .. string.lower(e[2] or '') .. '|', 1, true) then return false end
  if ARGV[6] ~= '' and e[3] ~= ARGV[6] then return false end
  if ARGV[7] ~= '' and (e[7] or string.lower(e[4] or '')) ~= ARGV[7] then return false end
  if ARGV[8] ~= '' and e[1] ~= ARGV[8] then return false end
  if ARGV[9] ~= '' and webhook ~= ARGV[9] then return false end
  if ARGV[11] ~= '' and number(e[5], 0) < tonumber(ARGV[11]) then return false end
  if ARGV[12] ~= '' and number(e[5], 0) >= tonumber(ARGV[12]) then return false end
  if ARGV[14] ~= '' and string.match(e[6], '|([^|]*)$') ~= ARGV[14] then return false end
  if ARGV[10] == '' then return true end
  return string.match(e[6], '^%a|[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|([^|]*)') == (ARGV[10] == '-' and '' or ARGV[10])
end

local out, found = {}, 0
local last_score, last = '', ''
for i = 1, #page, 2 do
  if found >= most then return { last_score, last, unpack(out) } end
  local id, webhook = string.match(page[i], '^([^.]+)%.(.+)$')
  local e = id and peek_fields(P .. 'event:' .. id, 't', 'a', 'k', 'n', 'c', 'd:' .. (webhook or ''), 'nk')
  if e and e[1] and e[6] and matches(e, webhook) then
    local fields = { id, webhook, e[6], e[2] or '', e[3] or '', e[4] or '', e[1], e[5] or '', page[i + 1] }
    for _, value in ipairs(fields) do out[#out + 1] = value end
    found = found + 1
  end
  last, last_score = page[i], page[i + 1]
end
if #page < scan * 2 then return { '', '', unpack(out) } end
return { last_score, last, unpack(out) }
