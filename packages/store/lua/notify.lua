-- notify(account, event, type, body, now, retention): part of a script. Puts an operational event into the lane of the account's
-- notification URL, if it has one that is enabled. `account`: key, name.
-- Reply: { } or { target, pool ('' = awake already), mark }
local function notify(account, event, type, body, now, retention)
  local target = redis.call('GET', P .. 'notify:' .. account.key)
  if not target or redis.call('HGET', P .. 'webhook:' .. target, 'enabled') ~= '1' then return {} end
  redis.call('HSET', P .. 'event:' .. event, 't', type, 'a', account.name, 'k', 'account', 'n', '',
    'c', now, 'o', now, 'b', body, 'd:' .. target, 'p')
  redis.call('PEXPIRE', P .. 'event:' .. event, retention)
  sound('ZADD', P .. 'lane:' .. target, now, event)
  local pool, mark = wake_lane(target, now, false)
  return { target, pool or '', mark or '' }
end
