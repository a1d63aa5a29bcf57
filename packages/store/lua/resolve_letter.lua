-- resolve_letter(event_key, event_id, webhook, retention): part of a script.
-- Takes a delivery out of the open dead letters; the event may expire again when it was the last one.
local function resolve_letter(event_key, event_id, webhook, retention)
  local id = event_id .. '.' .. webhook
  if redis.call('ZREM', P .. 'dead', id) == 0 then return end
  redis.call('PEXPIRE', P .. 'tries:' .. id, retention)
  if redis.call('HINCRBY', event_key, 'dl', -1) <= 0 then
    redis.call('HDEL', event_key, 'dl')
    redis.call('PEXPIRE', event_key, retention)
  end
end
