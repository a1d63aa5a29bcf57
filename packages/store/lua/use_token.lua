-- use_token: reads a token that somebody shows, and notes down that it was used, at most once a minute.
-- KEYS[1] key prefix of the shard
-- ARGV    now, token id
-- Reply   the fields of the token in turn; empty when there is none
local P = KEYS[1]
--- include clock
--- include number
local key = P .. 'token:' .. ARGV[2]
local fields = redis.call('HGETALL', key)
if #fields == 0 then return fields end
local now, used = now_ms(ARGV[1]), number(redis.call('HGET', key, 'usedAt'), 0)
if math.abs(now - used) >= 60000 then redis.call('HSET', key, 'usedAt', string.format('%.0f', now)) end
return fields
