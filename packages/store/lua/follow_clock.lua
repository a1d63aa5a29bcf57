-- follow_clock: after the clock of Redis has gone back, brings all that is due later back by the same step, a part of it per call: it
-- would wait that much longer, and so would a lane whose run died.
-- KEYS[1] key prefix of the shard
-- ARGV    now, awake ms, how far it must have gone back at least, ms, most deliveries per call (a lane counts as five)
-- Reply   { how many lanes are still to do, ms by which it was found gone back in this call (0: it was not) }
-- `stepped`: the lanes that are still to do; their scores say how far each is done. `back` of `meta`: the step, ms.
local P = KEYS[1]
--- include clock
--- include number
--- include sound
--- include peek
local now, awake_ms, budget = now_ms(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local meta, todo, lanes = P .. 'meta', P .. 'stepped', P .. 'lanes'
local found = 0
if sound('ZCARD', todo) == 0 then
  -- The last sweep wrote down when it was: later than now, so the clock went back, by the time between the two at least.
  found = number(peek('HGET', meta, 'seen'), now) - now
  if found < tonumber(ARGV[3]) then return { 0, 0 } end
  redis.call('HSET', meta, 'seen', string.format('%.0f', now), 'back', string.format('%.0f', found))
  if sound('ZCARD', lanes) == 0 then return { 0, found } end
  redis.call('ZUNIONSTORE', todo, 1, lanes, 'WEIGHTS', 0)
end
local step = number(peek('HGET', meta, 'back'), 0)

-- From the earliest on: what is done lies before all that is not. Returns how far it is done; nil: to its end.
local function bring_back(lane, from)
  local most = math.max(1, budget)
  local list = sound('ZRANGEBYSCORE', lane, '(' .. from, '+inf', 'WITHSCORES', 'LIMIT', 0, most)
  local last = list[#list]
  if not last then return nil end
  if #list == 2 * most then
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', lane, last, last, 'LIMIT', 0, 2000)) do
      list[#list + 1] = id
      list[#list + 1] = last
    end
  end
  budget = budget - #list / 2
  local pairs_of = {}
  for i = 1, #list, 2 do
    -- 1 is the place of what a person sends: what comes back by itself goes behind it.
    pairs_of[i] = string.format('%.17g', math.max(2, tonumber(list[i + 1]) - step))
    pairs_of[i + 1] = list[i]
  end
  for i = 1, #pairs_of, 2000 do
    redis.call('ZADD', lane, 'XX', unpack(pairs_of, i, math.min(i + 1999, #pairs_of)))
  end
  return #list >= 2 * most and last or nil
end

-- A run that lives renews these in a moment; of one that died, they end after it.
local function bring_back_state(webhook)
  local state, latest = P .. 'state:' .. webhook, now + awake_ms
  local s = sound('HMGET', state, 'ru', 'aw', 'sv', 'bp')
  for i, field in ipairs({ 'ru', 'aw' }) do
    if number(s[i], 0) > latest then redis.call('HSET', state, field, string.format('%.0f', latest)) end
  end
  if number(s[3], 0) > latest then redis.call('HDEL', state, 'sv') end
  local probe_at = number(s[4], 0)
  if probe_at > now then redis.call('HSET', state, 'bp', string.format('%.0f', math.max(now, probe_at - step))) end
  redis.call('HDEL', state, 'nw')
  local look_at = tonumber(redis.call('ZSCORE', lanes, webhook) or 0)
  if look_at > latest then
    look_at = math.max(now, look_at - step)
    if s[2] then look_at = math.min(look_at, latest) end
    redis.call('ZADD', lanes, 'XX', look_at, webhook)
  end
end

while budget > 0 do
  local first = redis.call('ZRANGE', todo, 0, 0, 'WITHSCORES')
  local webhook, from = first[1], first[2]
  if not webhook then break end
  budget = budget - 5
  local done_to = bring_back(P .. 'lane:' .. webhook, from == '0' and string.format('%.0f', now) or from)
  if done_to then
    redis.call('ZADD', todo, done_to, webhook)
  else
    bring_back_state(webhook)
    redis.call('ZREM', todo, webhook)
  end
end
local left = redis.call('ZCARD', todo)
if left == 0 then redis.call('HDEL', meta, 'back') end
return { left, found }
