-- backlog: what waits in lanes, counted in one call.
-- KEYS[1] key prefix of the shard
-- ARGV    most lanes to look at
-- Reply   deliveries in lanes, score of the first due one ('' = none; test sends and redeliveries go first and do not count)
local P = KEYS[1]
local waiting, oldest = 0, nil
for _, webhook in ipairs(redis.call('ZRANGE', P .. 'lanes', 0, ARGV[1] - 1)) do
  local lane = P .. 'lane:' .. webhook
  waiting = waiting + redis.call('ZCARD', lane)
  local first = redis.call('ZRANGEBYSCORE', lane, 2, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if first[2] and (not oldest or tonumber(first[2]) < oldest) then oldest = tonumber(first[2]) end
end
return { waiting, oldest and string.format('%.0f', oldest) or '' }
