-- reseal_secrets: puts newly sealed secrets in the place of the old ones, unless somebody changed them meanwhile.
-- KEYS[1] key prefix of the shard
-- ARGV    webhook, secrets as they were read, secrets as they shall be
-- Reply   1, or 0 when they are no longer as they were read
local key = KEYS[1] .. 'webhook:' .. ARGV[1]
if redis.call('HGET', key, 'secrets') ~= ARGV[2] then return 0 end
redis.call('HSET', key, 'secrets', ARGV[3])
return 1
