-- wake_lane(webhook, now, probe): part of a script, not one itself.
-- Needs `number` and `sound`. Says whether a lane that just got work must be woken (then: the pool and the mark of the wake), and marks it so.
-- A lane is awake while a wake is on its way or a run has it (field `aw`: until when that is believed);
-- an open lane (field `bp`: when its next probe may go) sleeps until its probe, however much arrives.
-- The index `lanes` always says when somebody must look at the lane again, so a lost wake is found by the sweep.
-- `probe`: a person waits for the answer, so an open lane probes at once.
local function wake_lane(webhook, now, probe)
  local state = P .. 'state:' .. webhook
  local f = sound('HMGET', state, 'aw', 'bp', 'sl')
  if probe and f[2] then redis.call('HSET', state, 'bp', now) end
  if time_near(f[1], now, 0) > now then return nil end
  if not probe and time_near(f[2], now, 0) > now then
    -- What came now goes with the probe, though all else in the lane may be due much later, or the lane was empty.
    sound('ZADD', P .. 'lanes', 'LT', f[2], webhook)
    return nil
  end
  local mark = string.format('%.0f', now + AWAKE_MS)
  redis.call('HSET', state, 'aw', mark)
  sound('ZADD', P .. 'lanes', mark, webhook)
  return f[3] == '1' and 'slow-lanes' or 'lanes', mark
end
