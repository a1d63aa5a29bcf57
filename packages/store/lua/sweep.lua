-- sweep: finds lanes that somebody should have looked at: a wake got lost, or a run died. Bounded per call.
-- KEYS[1] key prefix of the shard
-- ARGV    now, awake ms, grace ms, most lanes per call, how far the clock must have gone back for `follow_clock`, ms
-- Reply   webhook, pool, mark of the wake, webhook, …
local P = KEYS[1]
--- include clock
--- include number
--- include sound
--- include peek
local now = now_ms(ARGV[1])
-- Time in which nobody swept (no worker, no Redis, a clock that jumped) is no time of service: see follow_streak.
local meta = P .. 'meta'
-- A `meta` that somebody wrote over stays as it is: it holds the mark of the secret key, which is for a person to judge.
if peek_fields(meta, 'seen')[1] ~= nil then
  local seen = number(peek('HGET', meta, 'seen'), now)
  if now - seen > 60000 then count_up(meta, 'down', string.format('%.0f', now - seen)) end
  -- That the clock has gone back is for `follow_clock` to find, which does one step after the other.
  if seen - now < tonumber(ARGV[5]) and redis.call('EXISTS', P .. 'stepped') == 0 then
    redis.call('HSET', meta, 'seen', string.format('%.0f', now))
  end
end
local late = sound('ZRANGEBYSCORE', P .. 'lanes', '-inf', now - tonumber(ARGV[3]), 'LIMIT', 0, ARGV[4])
local wakes = {}
local mark = string.format('%.0f', now + tonumber(ARGV[2]))
for _, webhook in ipairs(late) do
  local state = P .. 'state:' .. webhook
  sound('HSET', state, 'aw', mark)
  redis.call('ZADD', P .. 'lanes', mark, webhook)
  wakes[#wakes + 1] = webhook
  wakes[#wakes + 1] = redis.call('HGET', state, 'sl') == '1' and 'slow-lanes' or 'lanes'
  wakes[#wakes + 1] = mark
end
return wakes
