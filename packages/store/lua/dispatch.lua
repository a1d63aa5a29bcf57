-- dispatch: matches events to webhooks, stores them, puts each delivery into its lane. Idempotent by event id.
-- KEYS[1] key prefix of the shard, such as `{h0}:`
-- ARGV    now ('' = Redis's clock), retention ms, awake ms, then 12 per event:
--         id, type, account, kind, scope name, scope key, accepted at, occurred at, body, target webhook ('' = match; else a test send, which goes first),
--         order within the ms, traceparent ('' = none)
-- Reply   { results, wakes }: results per event: `duplicate`, `id_taken`, `damaged` (its scope cannot be read; nothing was done), `scope_disabled`, `no_matching_webhook` or the number
--         of deliveries; wakes: webhook, pool, mark of the wake, webhook, …
local P = KEYS[1]
local AWAKE_MS = tonumber(ARGV[3])
--- include clock
--- include number
--- include sound
--- include peek
--- include wake_lane
--- include count_minute
--- include note_changes
local now = now_ms(ARGV[1])
local retention = tonumber(ARGV[2])
local results, wakes = {}, {}

-- Events of one batch mostly share scope and type.
local known, trimmed = {}, {}
local function match(scope_key, type)
  local key = type .. ':' .. scope_key
  if known[key] then return known[key].hooks, known[key].reason end
  local hooks, reason = nil, nil
  local scope = peek_fields(P .. 'scope:' .. scope_key, 'enabled', 'tr')
  if scope[1] then trimmed[scope_key] = tonumber(scope[2] or 0) or 0 end
  if scope[1] == nil then
    reason = 'damaged'
  elseif scope[1] ~= '1' then
    reason = 'scope_disabled'
  else
    hooks = peek('SMEMBERS', P .. 'match:' .. key)
    if not hooks then hooks, reason = nil, 'damaged'
    elseif #hooks == 0 then hooks, reason = nil, 'no_matching_webhook' end
  end
  known[key] = { hooks = hooks, reason = reason }
  return hooks, reason
end

-- Members of sorted sets are collected and written with one command per set.
local sets, order = {}, {}
local function add(key, score, member)
  local set = sets[key]
  if not set then
    set = {}
    sets[key] = set
    order[#order + 1] = key
  end
  set[#set + 1] = score
  set[#set + 1] = member
end

-- Due in the order of acceptance, whichever batch comes first (a spool may hold events for days), and never later than
-- now: half a millisecond has a place for each event of a producer. When the clock of a producer is ahead, its events
-- get the other half, in the order in which they come; 2048 places of a double lie in a half. Mostly the id says the place and
-- `order` is 0: a short sorted set is a list, in which Redis reads a fraction anew at every write, and a whole number not.
local ahead
local function due_at(accepted_at, order)
  if accepted_at <= now then return math.max(2, accepted_at - 1 + order / 4096) end
  if not ahead then
    local before = sound('HMGET', P .. 'ahead', 'ms', 'n')
    ahead = number(before[1], 0) == now and number(before[2], 0) or 0
  end
  ahead = math.min(ahead + 1, 2047)
  return now - 0.5 + ahead / 4096
end

local seen = {}
local function owe(webhook, id, at, first)
  add(P .. 'lane:' .. webhook, first and 1 or at, id)
  if seen[webhook] then return end
  seen[webhook] = true
  local pool, mark = wake_lane(webhook, now, first)
  if pool then
    wakes[#wakes + 1] = webhook
    wakes[#wakes + 1] = pool
    wakes[#wakes + 1] = mark
  end
end

-- Events that go to the same webhooks make one line.
local told, told_order = {}, {}
local function tell(id, hooks)
  local line = told[hooks]
  if not line then
    line = { table.concat(hooks, ',') }
    told[hooks] = line
    told_order[#told_order + 1] = line
  end
  line[#line + 1] = id
end

local function store(i, hooks, reason)
  local id, scope_key, accepted_at, first = ARGV[i], ARGV[i + 5], ARGV[i + 6], ARGV[i + 9] ~= ''
  local set = {
    't', ARGV[i + 1], 'a', ARGV[i + 2], 'k', ARGV[i + 3], 'n', ARGV[i + 4],
    'c', accepted_at, 'o', ARGV[i + 7], 'b', ARGV[i + 8], 'bl', #ARGV[i + 8],
  }
  -- Scripts fold ASCII only; a name that needs more brings its key along.
  local folded = string.match(scope_key, '^[^:]*:[^:]*:(.*)$')
  if folded ~= string.lower(ARGV[i + 4]) then set[#set + 1] = 'nk'; set[#set + 1] = folded end
  if ARGV[i + 11] ~= '' then set[#set + 1] = 'tp'; set[#set + 1] = ARGV[i + 11] end
  if reason then set[#set + 1] = 'r'; set[#set + 1] = reason end
  if first then set[#set + 1] = 'x'; set[#set + 1] = '1' end
  if hooks then tell(id, hooks) end
  local at = hooks and due_at(tonumber(accepted_at), tonumber(ARGV[i + 10]))
  for _, webhook in ipairs(hooks or {}) do
    set[#set + 1] = 'd:' .. webhook
    set[#set + 1] = 'p'
    owe(webhook, id, at, first)
  end
  local event = P .. 'event:' .. id
  redis.call('HSET', event, unpack(set))
  redis.call('PEXPIRE', event, retention)
  add(P .. 'index', accepted_at, id)
  add(P .. 'index:' .. scope_key, accepted_at, id)
end

-- An id that another event has is a mistake of the caller, and must be told from a harmless repeat.
local function repeated(i)
  local e = peek_fields(P .. 'event:' .. ARGV[i], 't', 'a', 'k', 'n')
  for k = 1, 4 do
    if string.lower(e[k] or '') ~= string.lower(ARGV[i + k]) then return 'id_taken' end
  end
  return 'duplicate'
end

local stored, in_batch, scopes = 0, {}, {}
local keys = {}
for i = 4, #ARGV, 12 do keys[#keys + 1] = P .. 'event:' .. ARGV[i] end
local some_known = redis.call('EXISTS', unpack(keys)) > 0
for i = 4, #ARGV, 12 do
  local id, target = ARGV[i], ARGV[i + 9]
  if in_batch[id] or (some_known and redis.call('EXISTS', P .. 'event:' .. id) == 1) then
    results[#results + 1] = repeated(i)
  else
    local hooks, reason
    if target ~= '' then hooks = { target } else hooks, reason = match(ARGV[i + 5], ARGV[i + 1]) end
    -- What is to be done with an event whose scope cannot be read, nobody knows yet: it stays in its queue.
    if reason ~= 'damaged' then
      store(i, hooks, reason)
      in_batch[id] = true
      scopes[ARGV[i + 5]] = true
      stored = stored + 1
    end
    results[#results + 1] = reason or tostring(#hooks)
  end
end
if ahead then redis.call('HSET', P .. 'ahead', 'ms', now, 'n', ahead) end
for _, key in ipairs(order) do sound('ZADD', key, unpack(sets[key])) end
-- Once an hour (`tr`: the last time) the index of a scope drops what retention has taken, and it goes itself when nothing comes.
local HOUR = 3600000
for scope_key in pairs(scopes) do
  if (trimmed[scope_key] or 0) + HOUR <= now then
    local key = P .. 'index:' .. scope_key
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - retention)
    redis.call('PEXPIRE', key, retention + HOUR)
    if trimmed[scope_key] then redis.call('HSET', P .. 'scope:' .. scope_key, 'tr', now) end
  end
end
count_minute(now, 'accepted', stored)
local changes = {}
for _, line in ipairs(told_order) do changes[#changes + 1] = table.concat(line, ' ') end
note_changes(changes)
return { results, wakes }
