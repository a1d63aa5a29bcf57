-- count_minute(now, field, by): part of a script. Adds to the counters of this minute, which are kept for two hours.
local function count_minute(now, field, by)
  if by == 0 then return end
  local key = P .. 'rate:' .. math.floor(now / 60000)
  if redis.call('HINCRBY', key, field, by) == by then redis.call('PEXPIRE', key, 7200000) end
end
