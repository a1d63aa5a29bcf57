-- take: leases due deliveries of a lane to a run, or lets the lane sleep. One run has a lane at a time.
-- KEYS[1] key prefix of the shard
-- ARGV    now, webhook, run, limit, known version of the webhook, run lease ms, delivery lease ms, lapse ms (0 = never),
--         mark of the wake that began the run ('' = a timed wake, which has none)
-- Reply   { 'busy' } | { 'paused' } | { 'nothing_due' }
--         { 'deleted', owed }
--         { 'idle', ms until the next is due ('' = lane empty), '1' = set a wake, pool }
--         { 'work', webhook fields or {}, breaker, due, interrupted, lapsed }
--           breaker: state, ms until the probe, text, slow, ms since it was written
--           owed, due, interrupted, lapsed: a line per delivery: event id, type, delivery state, accepted at, '1' = a test send, traceparent,
--           separated by tabs, which none of them can hold: one text is read in far less time than a list
local P = KEYS[1]
--- include clock
--- include number
--- include sound
--- include peek
local now, webhook, run, limit = now_ms(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local run_ms, lease_ms, lapse_ms = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local lane, trying, state, hook =
  P .. 'lane:' .. webhook, P .. 'trying:' .. webhook, P .. 'state:' .. webhook, P .. 'webhook:' .. webhook

local s = sound('HMGET', state, 'run', 'ru', 'bs', 'bp', 'b', 'sl', 'nw', 'bw', 'aw', 'sv')
local held_until = time_near(s[2], now, 0)
if s[1] and s[1] ~= run and held_until > now then return { 'busy' } end
local fresh = s[1] ~= run
-- A run serves every wake that was given before it (`sv`: the last of them). The others of these end here: while all
-- slots are busy a lane is woken again and again, and each wake would live on for ever.
if fresh and ARGV[9] ~= '' and tonumber(ARGV[9]) <= time_near(s[10], now, 0) then return { 'busy' } end

-- The worker renews the leases of its runs; a run that has plenty left need not do it at every call.
local function hold()
  if s[1] == run and held_until > now + run_ms / 2 then return end
  if fresh and s[9] then redis.call('HSET', state, 'sv', s[9]) end
  redis.call('HSET', state, 'run', run, 'ru', now + run_ms, 'aw', now + run_ms)
  sound('ZADD', P .. 'lanes', now + run_ms, webhook)
end

local function let_go()
  redis.call('HDEL', state, 'run', 'ru', 'aw', 'sv')
end

-- What is tried needs its body, which the caller has or reads: no more than 4 MiB of them.
local MOST_BYTES = 4194304
local function read(ids, bodies)
  local out, kept, bytes = {}, {}, 0
  for _, id in ipairs(ids) do
    if bytes > MOST_BYTES then break end
    local e = peek_fields(P .. 'event:' .. id, 't', 'd:' .. webhook, 'c', 'x', 'tp', 'bl')
    -- Events of an older version do not say how long their body is.
    if bodies then bytes = bytes + (tonumber(e[6] or '') or peek('HSTRLEN', P .. 'event:' .. id, 'b') or 0) end
    local status = e[2] and string.sub(e[2], 1, 1)
    -- A status that nobody knows counts as pending: rather twice than never.
    if status and status ~= 'v' and status ~= 'x' then
      kept[#kept + 1] = id
      local line = id .. '\t' .. (e[1] or '') .. '\t' .. e[2] .. '\t' .. (e[3] or '') .. '\t' .. (e[4] or '') .. '\t' .. (e[5] or '')
      -- Only what somebody wrote over can hold a line break.
      if string.find(line, '\n', 1, true) then line = string.gsub(line, '\n', ' ') end
      out[#out + 1] = line
    else -- its event expired, or it is finished already
      sound('ZREM', lane, id)
      sound('SREM', trying, id)
    end
  end
  return table.concat(out, '\n'), kept
end

local h = redis.call('HMGET', hook, 'version', 'enabled', 'deleted', 'maxInFlight')
if h[3] == '1' or (not h[1] and redis.call('EXISTS', hook) == 0) then
  -- Members whose events expired are dropped on the way, twenty batches at a time.
  for _ = 1, 20 do
    local members = sound('ZRANGE', lane, 0, math.max(limit, 1) - 1)
    if #members == 0 then break end
    local owed = read(members)
    if #owed > 0 then hold(); return { 'deleted', owed } end
  end
  if redis.call('EXISTS', lane) == 1 then hold(); return { 'nothing_due' } end
  sound('ZREM', P .. 'lanes', webhook)
  sound('SREM', P .. 'open-lanes', webhook)
  sound('SREM', P .. 'slow-lanes', webhook)
  redis.call('DEL', state, trying, hook)
  redis.call('PEXPIRE', P .. 'log:' .. webhook, 86400000)
  return { 'deleted', '' }
end

local interrupted, lost = '', {}
if fresh then interrupted, lost = read(sound('SMEMBERS', trying)) end
-- What was leased and not settled yet. The lane itself knows it best: a settle may still be on its way.
local in_flight = sound('SCARD', trying)
if h[2] ~= '1' and #lost == 0 then
  if in_flight > 0 then hold(); return { 'nothing_due' } end
  let_go()
  sound('ZREM', P .. 'lanes', webhook)
  return { 'paused' }
end

local open = s[3] == 'open'
local probe_at = open and time_near(s[4], now, 0) or 0
if open then limit = (probe_at > now or in_flight > 0) and 0 or math.min(limit, 1) end
local cap = number(h[4], limit)
if s[3] == 'draining' then cap = math.min(cap, math.max(1, tonumber(string.match(s[5] or '', '(%d*)$')) or 1)) end
if cap < 1 then cap = limit end
limit = math.max(0, math.min(limit, cap - in_flight))
-- Lost tries first, alone: their leases may be over, and then they are due as well.
if h[2] ~= '1' or #lost > 0 then limit = 0 end

-- What waited in an open lane for longer than its whole schedule is given up, a hundred at a time.
local lapsed = ''
if open and lapse_ms > 0 and in_flight == 0 then
  local late = {}
  for _, id in ipairs(sound('ZRANGEBYSCORE', lane, '-inf', now, 'LIMIT', 0, 100)) do
    local e = peek_fields(P .. 'event:' .. id, 'c', 'd:' .. webhook)
    local from = number(e[2] and string.match(e[2], '^%a|%d*|%d*|(%d+)'), 0)
    if from == 0 then from = number(e[1], 0) end
    if from > 0 and from + lapse_ms < now then late[#late + 1] = id end
  end
  lapsed = read(late)
  if #lapsed > 0 then limit = 0 end
end

-- A Redis that stood still lets leases end while the run lives: its results are on their way, behind this call.
local function not_in_flight(ids)
  if in_flight == 0 or #ids == 0 then return ids end
  local free = {}
  for k, mine in ipairs(redis.call('SMISMEMBER', trying, unpack(ids))) do
    if mine == 0 then free[#free + 1] = ids[k] else redis.call('ZADD', lane, now + lease_ms, ids[k]) end
  end
  return free
end

local due, ids = '', {}
if limit > 0 then
  due, ids = read(not_in_flight(sound('ZRANGEBYSCORE', lane, '-inf', now, 'LIMIT', 0, limit)), true)
end

if #due == 0 and #interrupted == 0 and #lapsed == 0 then
  if in_flight > 0 then hold(); return { 'nothing_due' } end
  let_go()
  local first = sound('ZRANGE', lane, 0, 0, 'WITHSCORES')
  local pool = s[6] == '1' and 'slow-lanes' or 'lanes'
  if not first[1] then
    sound('ZREM', P .. 'lanes', webhook)
    redis.call('HDEL', state, 'nw')
    return { 'idle', '', '0', pool }
  end
  local next_due = math.max(tonumber(first[2]), probe_at)
  sound('ZADD', P .. 'lanes', next_due, webhook)
  local planned = number(s[7], 0)
  local wait = tostring(next_due - now)
  -- A wake that is nearly due may be the one that brought us here, a moment early: then there is no other.
  if planned > now + 1000 and planned <= next_due then return { 'idle', wait, '0', pool } end
  redis.call('HSET', state, 'nw', next_due)
  return { 'idle', wait, '1', pool }
end

hold()
if #ids > 0 then
  local lease, lease_end = {}, string.format('%.0f', now + lease_ms)
  for _, id in ipairs(ids) do lease[#lease + 1] = lease_end; lease[#lease + 1] = id end
  redis.call('ZADD', lane, unpack(lease))
  redis.call('SADD', trying, unpack(ids))
end
local fields = {}
if h[1] ~= ARGV[5] then fields = redis.call('HGETALL', hook) end
local probe_in, age = open and tostring(probe_at - now) or '', tostring(now - number(s[8], now))
return { 'work', fields, { s[3] or '', probe_in, s[5] or '', s[6] or '', age }, due, interrupted, lapsed }
