-- count_minute(now, field, by): part of a script. Adds to the counters of this minute, which are kept for a day and an hour.
-- Needs `sound`. Fields: accepted, delivered, failed, dead; `o:<outcome>` for tries that did not succeed; `l:<bucket>` for deliveries by the
-- time from acceptance (see latency-bucket.ts).
local function count_minute(now, field, by)
  if by == 0 then return end
  local key = P .. 'rate:' .. math.floor(now / 60000)
  if count_up(key, field, by) == tonumber(by) then redis.call('PEXPIRE', key, 90000000) end
end
