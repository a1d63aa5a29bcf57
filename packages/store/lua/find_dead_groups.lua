-- find_dead_groups: open dead letters by webhook, event type, reason and last status, the largest group first.
-- KEYS[1] key prefix of the shard
-- ARGV    most groups to look at, most to return,
--         accounts (as `|a|b|`), kind, scope name, type, webhook, status code ('-' = none), reason: '' = any
-- Reply   { '1' = there are more, groups … }; a group: webhook, its name now ('' = deleted), account, kind, scope name, type,
--         reason, status code, how many, time of the first death, of the last
local P = KEYS[1]
--- include peek
local most = tonumber(ARGV[2])

-- All of a group is of one webhook, so any of its events says whose it is.
local function owner(group, webhook)
  local h = peek_fields(P .. 'webhook:' .. webhook, 'account', 'kind', 'scope', 'name', 'deleted')
  if h[1] then return h[1], h[2] or '', h[3] or '', h[5] ~= '1' and h[4] or '' end
  local event = (peek('ZRANGE', P .. 'dead:' .. group, 0, 0) or {})[1]
  local e = peek_fields(P .. 'event:' .. (event or ''), 'a', 'k', 'n')
  return e[1] or '', e[2] or '', e[3] or '', ''
end

local function is_wanted(webhook, type, reason, code)
  if ARGV[6] ~= '' and type ~= ARGV[6] then return false end
  if ARGV[7] ~= '' and webhook ~= ARGV[7] then return false end
  if ARGV[8] ~= '' and code ~= (ARGV[8] == '-' and '' or ARGV[8]) then return false end
  return ARGV[9] == '' or reason == ARGV[9]
end

local function is_of(account, kind, scope)
  if ARGV[3] ~= '' and not string.find(ARGV[3], '|' .. string.lower(account) .. '|', 1, true) then return false end
  if ARGV[4] ~= '' and kind ~= ARGV[4] then return false end
  return ARGV[5] == '' or scope == ARGV[5]
end

-- Scripts fold ASCII only; the key of the scope is folded already.
local function scope_name(webhook, scope)
  local key = peek('HGET', P .. 'webhook:' .. webhook, 'scopeKey')
  return key and string.match(key, '^[^:]*:[^:]*:(.*)$') or string.lower(scope)
end

local found = {}
local groups = redis.call('SSCAN', P .. 'dead-groups', 0, 'COUNT', ARGV[1])
for _, group in ipairs(groups[2]) do
  local webhook, type, reason, code = string.match(group, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)$')
  if webhook and is_wanted(webhook, type, reason, code) then
    local account, kind, scope, name = owner(group, webhook)
    if is_of(account, kind, ARGV[5] == '' and '' or scope_name(webhook, scope)) then
      local count = peek('ZCARD', P .. 'dead:' .. group) or 0
      found[#found + 1] = { group, count, { webhook, name, account, kind, scope, type, reason, code } }
    end
  end
end
table.sort(found, function(a, b) return a[2] > b[2] or (a[2] == b[2] and a[1] < b[1]) end)

local out = { (groups[1] ~= '0' or #found > most) and '1' or '0' }
for i = 1, math.min(#found, most) do
  local group, count, fields = unpack(found[i])
  for _, field in ipairs(fields) do out[#out + 1] = field end
  out[#out + 1] = tostring(count)
  out[#out + 1] = (peek('ZRANGE', P .. 'dead:' .. group, 0, 0, 'WITHSCORES') or {})[2] or '0'
  out[#out + 1] = (peek('ZREVRANGE', P .. 'dead:' .. group, 0, 0, 'WITHSCORES') or {})[2] or '0'
end
return out
