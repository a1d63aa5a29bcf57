-- sleep_empty(webhook): part of a script. Needs `sound`. Lets a lane in which nothing is left sleep, as `take` does; false when something is
-- left, or when the webhook was deleted: what that leaves behind is cleared away by `take`.
local function sleep_empty(webhook)
  if redis.call('EXISTS', P .. 'lane:' .. webhook) == 1 then return false end
  local h = redis.call('HMGET', P .. 'webhook:' .. webhook, 'version', 'deleted')
  if not h[1] or h[2] == '1' then return false end
  redis.call('HDEL', P .. 'state:' .. webhook, 'run', 'ru', 'aw', 'sv', 'nw')
  sound('ZREM', P .. 'lanes', webhook)
  return true
end
