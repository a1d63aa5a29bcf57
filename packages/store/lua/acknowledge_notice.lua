-- acknowledge_notice: a person has seen it. Repeating it is harmless.
-- KEYS[1] key prefix of the shard
-- ARGV    now, notice id
-- Reply   '1', or '0' when there is none
local P = KEYS[1]
--- include clock
local notice = P .. 'notice:' .. ARGV[2]
if redis.call('EXISTS', notice) == 0 then return '0' end
redis.call('HSETNX', notice, 'ack', now_ms(ARGV[1]))
redis.call('ZREM', P .. 'open-notices', ARGV[2])
return '1'
