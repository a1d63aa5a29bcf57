-- update_webhook: changes a webhook and everything that is derived from it. What became enabled is woken.
-- KEYS[1] key prefix of the shard
-- ARGV    now, webhook id, awake ms, new name key ('' = same), new event type, new enabled (0/1), old version,
--         then the changed fields of the webhook's hash: name, value … (a value of '' deletes the field)
-- Reply   { 'ok', pool to wake ('' = none), mark of the wake } | { 'missing' } | { 'name_taken' } | { 'changed' } (somebody was faster)
local P = KEYS[1]
local AWAKE_MS = tonumber(ARGV[3])
--- include clock
--- include number
--- include sound
--- include wake_lane
local now, id = now_ms(ARGV[1]), ARGV[2]
local hook = P .. 'webhook:' .. id
local h = redis.call('HMGET', hook, 'scopeKey', 'nameKey', 'event', 'enabled', 'deleted', 'version')
if redis.call('EXISTS', hook) == 0 or h[5] == '1' then return { 'missing' } end
if (h[6] or '') ~= ARGV[7] then return { 'changed' } end
local names = P .. 'hooks:' .. (h[1] or '')
if ARGV[4] ~= '' and ARGV[4] ~= h[2] then
  if redis.call('HEXISTS', names, ARGV[4]) == 1 then return { 'name_taken' } end
  if h[2] then redis.call('HDEL', names, h[2]) end
  redis.call('HSET', names, ARGV[4], id)
  redis.call('HSET', hook, 'nameKey', ARGV[4])
end
if h[3] and h[1] then sound('SREM', P .. 'match:' .. h[3] .. ':' .. h[1], id) end
if ARGV[6] == '1' and h[1] then sound('SADD', P .. 'match:' .. ARGV[5] .. ':' .. h[1], id) end
for i = 8, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', hook, ARGV[i]) else redis.call('HSET', hook, ARGV[i], ARGV[i + 1]) end
end
redis.call('HSET', hook, 'event', ARGV[5], 'enabled', ARGV[6])
count_up(hook, 'version', 1)
-- What a person enables or sends elsewhere is judged anew.
local renewed = ARGV[6] == '1' and h[4] ~= '1'
for i = 8, #ARGV, 2 do renewed = renewed or ARGV[i] == 'url' end
if renewed then redis.call('HDEL', P .. 'state:' .. id, 'fa', 'fl') end
if ARGV[6] == '1' and h[4] ~= '1' and redis.call('EXISTS', P .. 'lane:' .. id) == 1 then
  -- A person says the receiver is there again: the lane starts afresh.
  redis.call('HDEL', P .. 'state:' .. id, 'bs', 'bp', 'b', 'sl')
  redis.call('SREM', P .. 'open-lanes', id)
  redis.call('SREM', P .. 'slow-lanes', id)
  local pool, mark = wake_lane(id, now, true)
  return { 'ok', pool or '', mark or '' }
end
if ARGV[6] == '1' and redis.call('SISMEMBER', P .. 'open-lanes', id) == 1 then
  -- A new URL or secret may be what the endpoint needed: the lane probes at once.
  local pool, mark = wake_lane(id, now, true)
  return { 'ok', pool or '', mark or '' }
end
return { 'ok', '', '' }
