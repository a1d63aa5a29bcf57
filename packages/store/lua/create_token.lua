-- create_token: keeps a new token, unless there are too many.
-- KEYS[1] key prefix of the shard
-- ARGV    token id, created at, most tokens, fields and values in turn
-- Reply   'ok' or 'full'
local P = KEYS[1]
if redis.call('ZCARD', P .. 'tokens') >= tonumber(ARGV[3]) then return 'full' end
redis.call('HSET', P .. 'token:' .. ARGV[1], unpack(ARGV, 4))
redis.call('ZADD', P .. 'tokens', ARGV[2], ARGV[1])
return 'ok'
