-- count_minute(now, field, by): part of a script. Adds to the counters of this minute, which are kept for a day and an hour.
-- Needs `sound`. Fields: accepted, delivered, failed, dead; `o:<outcome>` for tries that did not succeed; `l:<bucket>` for deliveries by the
-- time from acceptance (see latency-bucket.ts).
local minute_key
local function count_minute(now, field, by)
  if by == 0 then return end
  if not minute_key then
    minute_key = P .. 'rate:' .. math.floor(now / 60000)
    sound('HEXISTS', minute_key, field)
  end
  local count = redis.pcall('HINCRBY', minute_key, field, by)
  if type(count) == 'table' then count = count_up(minute_key, field, by) end
  if count == by then redis.call('PEXPIRE', minute_key, 90000000) end
end
