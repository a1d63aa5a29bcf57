-- create_session: notes down who is signed in. A principal has a bounded number of sessions; the oldest give way.
-- KEYS[1] key prefix of the shard
-- ARGV    now, session (a digest of what the browser holds), principal, lifetime ms, most sessions of a principal
-- Reply   when it ends, ms since the epoch
local P = KEYS[1]
--- include clock
--- include sound
local now, lifetime = now_ms(ARGV[1]), tonumber(ARGV[4])
local ends = string.format('%.0f', now + lifetime)
local all = P .. 'sessions:' .. ARGV[3]
redis.call('HSET', P .. 'session:' .. ARGV[2], 'principal', ARGV[3], 'ends', ends)
redis.call('PEXPIRE', P .. 'session:' .. ARGV[2], lifetime)
sound('ZADD', all, ends, ARGV[2])
redis.call('PEXPIRE', all, lifetime)
redis.call('ZREMRANGEBYSCORE', all, '-inf', now)
local beyond = redis.call('ZCARD', all) - tonumber(ARGV[5])
if beyond > 0 then
  for _, old in ipairs(redis.call('ZRANGE', all, 0, beyond - 1)) do redis.call('DEL', P .. 'session:' .. old) end
  redis.call('ZREMRANGEBYRANK', all, 0, beyond - 1)
end
return ends
