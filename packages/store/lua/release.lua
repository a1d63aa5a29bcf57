-- release: gives a lane back that may still have work; it is marked awake, because the caller wakes it. One that is empty sleeps.
-- KEYS[1] key prefix of the shard
-- ARGV    now, webhook, run, awake ms
-- Reply   { pool to wake the lane in, mark of the wake }, or {} when it sleeps, or another run has it
local P = KEYS[1]
--- include clock
--- include number
--- include sound
--- include sleep_empty
local now, webhook = now_ms(ARGV[1]), ARGV[2]
local state = P .. 'state:' .. webhook
if sound('HGET', state, 'run') ~= ARGV[3] then return {} end
if sleep_empty(webhook) then return {} end
redis.call('HDEL', state, 'run', 'ru')
local served = time_near(redis.call('HGET', state, 'sv'), now, 0)
local mark = string.format('%.0f', math.max(now + tonumber(ARGV[4]), served + 1))
redis.call('HSET', state, 'aw', mark)
sound('ZADD', P .. 'lanes', mark, webhook)
return { redis.call('HGET', state, 'sl') == '1' and 'slow-lanes' or 'lanes', mark }
