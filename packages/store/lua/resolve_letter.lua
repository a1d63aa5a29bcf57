-- resolve_letter(event_key, event_id, webhook, retention): part of a script.
-- Needs `number` and `sound`. Takes a delivery out of the open dead letters and of its group (so before its state is written anew); the event may expire again when it was the last one, but not before
-- `ku`: another delivery of it is owed until then (see settle).
local function resolve_letter(event_key, event_id, webhook, retention)
  local id = event_id .. '.' .. webhook
  if sound('ZREM', P .. 'dead', id) == 0 then return end
  leave_group(event_key, event_id, webhook)
  redis.call('PEXPIRE', P .. 'tries:' .. id, retention)
  if count_up(event_key, 'dl', -1) <= 0 then
    local keep_until = redis.call('HGET', event_key, 'ku')
    redis.call('HDEL', event_key, 'dl', 'ku')
    local t = redis.call('TIME')
    local keep_ms = number(keep_until, 0) - tonumber(t[1]) * 1000
    redis.call('PEXPIRE', event_key, math.max(retention, keep_ms))
  end
end
