-- create_webhook: adds a webhook to its scope; the Friendly Name is unique there.
-- KEYS[1] key prefix of the shard
-- ARGV    webhook id, scope key, scope entry, scope name, name key, event type, enabled (0/1), most webhooks per scope,
--         then the fields of the webhook's hash: name, value, name, value …
-- Reply   'ok' | 'name_taken' | 'scope_full'
local P = KEYS[1]
local id, scope_key, enabled = ARGV[1], ARGV[2], ARGV[7]
local names = P .. 'hooks:' .. scope_key
if redis.call('HEXISTS', names, ARGV[5]) == 1 then return 'name_taken' end
if redis.call('HLEN', names) >= tonumber(ARGV[8]) then return 'scope_full' end
redis.call('HSET', names, ARGV[5], id)
redis.call('HSETNX', P .. 'scope:' .. scope_key, 'name', ARGV[4])
redis.call('ZADD', P .. 'scopes', 0, ARGV[3])
redis.call('HSET', P .. 'webhook:' .. id, unpack(ARGV, 9))
if enabled == '1' then redis.call('SADD', P .. 'match:' .. ARGV[6] .. ':' .. scope_key, id) end
return 'ok'
