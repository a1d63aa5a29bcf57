-- find_deliveries: one bounded step of a search, newest event first.
-- KEYS[1] key prefix of the shard
-- ARGV    index key (without prefix), from score, after event ('' = none), after its webhook ('' = all of it),
--         lowest score, most events to look at, most deliveries to return,
--         accounts (|a|b|), kind, scope key part (name), type, webhook, statuses (letters), status code ('-' = none), reason: '' = any
-- Looks at no more than `LOOK` deliveries and the rest of an event, because Redis serves nobody else meanwhile.
-- Reply   { next score, next event, next webhook, deliveries … }; next score '' = the end
--         a delivery: event id, webhook, state, account, kind, scope, type, accepted at, due at ('' = none, or it is being tried now)
local P = KEYS[1]
--- include peek
local from_score, from_event, after_hook = ARGV[2], ARGV[3], ARGV[4]
local scan, most = tonumber(ARGV[6]), tonumber(ARGV[7])
local LOOK = 2000
local out, found, looked = {}, 0, 0

local function event_matches(e)
  if ARGV[8] ~= '' and not string.find(ARGV[8], '|' .. string.lower(e[2] or '') .. '|', 1, true) then return false end
  if ARGV[9] ~= '' and e[3] ~= ARGV[9] then return false end
  if ARGV[10] ~= '' and (e[6] or string.lower(e[4] or '')) ~= ARGV[10] then return false end
  return ARGV[11] == '' or e[1] == ARGV[11]
end

local function state_matches(text)
  if ARGV[13] ~= '' and not string.find(ARGV[13], string.sub(text, 1, 1), 1, true) then return false end
  if ARGV[15] ~= '' and string.match(text, '|([^|]*)$') ~= ARGV[15] then return false end
  if ARGV[14] == '' then return true end
  return string.match(text, '^%a|[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|([^|]*)') == (ARGV[14] == '-' and '' or ARGV[14])
end

local function webhooks_of(event)
  if ARGV[12] ~= '' then return { ARGV[12] } end
  local hooks = {}
  for _, field in ipairs(peek('HKEYS', event) or {}) do
    if string.sub(field, 1, 2) == 'd:' then hooks[#hooks + 1] = string.sub(field, 3) end
  end
  table.sort(hooks)
  return hooks
end

local function due_at(webhook, id)
  if peek('SISMEMBER', P .. 'trying:' .. webhook, id) == 1 then return '' end
  return peek('ZSCORE', P .. 'lane:' .. webhook, id) or ''
end

local function add(id, webhook, text, e)
  local due = ''
  local status = string.sub(text, 1, 1)
  if status == 'p' or status == 'r' then due = due_at(webhook, id) end
  for _, value in ipairs({ id, webhook, text, e[2] or '', e[3] or '', e[4] or '', e[1], e[5] or '', due }) do out[#out + 1] = value end
  found = found + 1
end

-- Returns the webhook after which the page is full, or nil when all of the event was looked at.
local function scan_event(id)
  local event = P .. 'event:' .. id
  local e = peek_fields(event, 't', 'a', 'k', 'n', 'c', 'nk')
  if not e[1] or not event_matches(e) then return nil end
  local last = nil
  for _, webhook in ipairs(webhooks_of(event)) do
    looked = looked + 1
    local skip = id == from_event and after_hook ~= '' and webhook <= after_hook
    local text = not skip and redis.call('HGET', event, 'd:' .. webhook)
    if text and state_matches(text) then
      if found >= most then return last or '' end
      add(id, webhook, text, e)
    end
    last = webhook
  end
  return nil
end

local index, low = P .. ARGV[1], ARGV[5]
local rank = from_event ~= '' and redis.call('ZREVRANK', index, from_event)
local page
if rank then
  if after_hook == '' then rank = rank + 1 end
  page = redis.call('ZREVRANGE', index, rank, rank + scan - 1, 'WITHSCORES')
else
  page = redis.call('ZREVRANGEBYSCORE', index, from_score, low, 'WITHSCORES', 'LIMIT', 0, scan)
end
local lowest = tonumber(low) or 0
local last_score, last_event = '', ''
for i = 1, #page, 2 do
  local id, score = page[i], page[i + 1]
  if tonumber(score) < lowest then return { '', '', '', unpack(out) } end
  if found >= most or looked >= LOOK then return { last_score, last_event, '', unpack(out) } end
  local full = scan_event(id)
  if full then return { full == '' and last_score or score, full == '' and last_event or id, full, unpack(out) } end
  last_score, last_event = score, id
end
if #page < scan * 2 then return { '', '', '', unpack(out) } end
return { last_score, last_event, '', unpack(out) }
