-- delete_webhook: nothing matches it any more; what its lane still owes is given up by the worker, in batches.
-- KEYS[1] key prefix of the shard
-- ARGV    now, webhook id, awake ms
-- Reply   { 'missing' } | { 'ok', pool to wake ('' = nothing to wake), mark of the wake }
local P = KEYS[1]
local AWAKE_MS = tonumber(ARGV[3])
--- include clock
--- include number
--- include sound
--- include wake_lane
local now, id = now_ms(ARGV[1]), ARGV[2]
local hook = P .. 'webhook:' .. id
local h = sound('HMGET', hook, 'scopeKey', 'nameKey', 'event', 'deleted', 'kind')
if redis.call('EXISTS', hook) == 0 or h[4] == '1' or h[5] == 'account' then return { 'missing' } end
-- A damaged webhook must be deletable as well: it leaves what it can be found in.
if h[1] then
  if h[2] then sound('HDEL', P .. 'hooks:' .. h[1], h[2]) end
  if h[3] then sound('SREM', P .. 'match:' .. h[3] .. ':' .. h[1], id) end
end
redis.call('PEXPIRE', P .. 'log:' .. id, 86400000)
if redis.call('EXISTS', P .. 'lane:' .. id) == 0 and redis.call('EXISTS', P .. 'trying:' .. id) == 0 then
  redis.call('DEL', hook, P .. 'state:' .. id)
  redis.call('ZREM', P .. 'lanes', id)
  redis.call('SREM', P .. 'open-lanes', id)
  redis.call('SREM', P .. 'slow-lanes', id)
  return { 'ok', '' }
end
redis.call('HSET', hook, 'deleted', '1')
redis.call('HDEL', hook, 'secrets')
local pool, mark = wake_lane(id, now, true)
return { 'ok', pool or '', mark or '' }
