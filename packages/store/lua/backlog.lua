-- backlog: what waits in lanes, counted in one call and remembered for a moment, so that many who ask cost no more than one.
-- KEYS[1] key prefix of the shard
-- ARGV    now, most lanes to look at, how old the answer may be, ms (0: count now)
-- Reply   for healthy, slow and open lanes: deliveries in lanes, of them due, since when the first one is due ('' = none; test sends and
--         redeliveries go first and do not count)
local P = KEYS[1]
--- include clock
--- include number
--- include peek
local now = now_ms(ARGV[1])
local kept = P .. 'backlog'
-- One that lasts longer than it may is of before the clock went back.
if ARGV[3] ~= '0' and redis.call('PTTL', kept) <= tonumber(ARGV[3]) then
  local known = peek('GET', kept)
  local is_read, counts = pcall(cjson.decode, known or '')
  if is_read and type(counts) == 'table' and #counts == 9 then return counts end
end

local HEALTHY, SLOW, OPEN = 1, 2, 3
local waiting, due, oldest = { 0, 0, 0 }, { 0, 0, 0 }, {}
for _, webhook in ipairs(peek('ZRANGE', P .. 'lanes', 0, ARGV[2] - 1) or {}) do
  local lane = P .. 'lane:' .. webhook
  local s = peek_fields(P .. 'state:' .. webhook, 'bs', 'sl')
  local class = s[1] == 'open' and OPEN or s[2] == '1' and SLOW or HEALTHY
  waiting[class] = waiting[class] + (peek('ZCARD', lane) or 0)
  local ready = peek('ZCOUNT', lane, '-inf', now) or 0
  if ready > 0 then
    due[class] = due[class] + ready
    local first = redis.call('ZRANGEBYSCORE', lane, 2, now, 'WITHSCORES', 'LIMIT', 0, 1)
    if first[2] and (not oldest[class] or tonumber(first[2]) < oldest[class]) then oldest[class] = tonumber(first[2]) end
  end
end
local reply = {}
for class = HEALTHY, OPEN do
  reply[#reply + 1] = waiting[class]
  reply[#reply + 1] = due[class]
  reply[#reply + 1] = oldest[class] and string.format('%.0f', oldest[class]) or ''
end
if ARGV[3] ~= '0' then redis.call('SET', kept, cjson.encode(reply), 'PX', ARGV[3]) end
return reply
