-- dead_group(webhook, type, state): part of a script. Open dead letters that are of one kind stand in a group of their own,
-- Needs `sound`. `dead:<group>`: event ids by time of death. `dead-groups` is the set of all groups that have a member.
local function dead_group(webhook, type, state)
  local code = string.match(state, '^%a|[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|([^|]*)') or ''
  return webhook .. '|' .. type .. '|' .. (string.match(state, '|([^|]*)$') or '') .. '|' .. code
end

local function join_group(group, event_id, died_at)
  if sound('ZADD', P .. 'dead:' .. group, died_at, event_id) == 1 then sound('SADD', P .. 'dead-groups', group) end
end

-- The state still says why it died.
local function leave_group(event_key, event_id, webhook)
  local e = sound('HMGET', event_key, 'd:' .. webhook, 't')
  if not e[1] or not e[2] then return end
  local group = dead_group(webhook, e[2], e[1])
  sound('ZREM', P .. 'dead:' .. group, event_id)
  if redis.call('EXISTS', P .. 'dead:' .. group) == 0 then sound('SREM', P .. 'dead-groups', group) end
end
