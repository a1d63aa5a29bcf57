-- settle: writes what became of tries: lane, delivery state, history, log, breaker. One call per batch.
-- KEYS[1] key prefix of the shard
-- ARGV    now, webhook, run, retention ms, log length, breaker state ('' = unchanged), ms until the probe, breaker text, slow (0/1),
--         verdict of the batch ('' | ok | number of failed tries) and ms after which failing disables, see follow_streak,
--         what is counted of the batch ('<field> <number> …', see count_minute), '1' = the run ends if nothing is left; then per delivery
--         what, event id, new state, log line ('' = none), and unless `what` is v: delay ms, attempt as JSON ('' = none)
--         what: v delivered · w delivered, with the attempt · r back into the lane · x dead · g given up without a dead letter
-- Reply   { '1' when the run still had the lane, '0' when another one has taken it; step of the streak to tell ('' = none), streak;
--           '1' when the lane sleeps now, and the run is over }
local P = KEYS[1]
--- include clock
--- include number
--- include sound
--- include peek
--- include dead_group
--- include resolve_letter
--- include note_changes
--- include count_minute
--- include follow_streak
--- include sleep_empty
local now, webhook, run, retention = now_ms(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local lane, trying, state = P .. 'lane:' .. webhook, P .. 'trying:' .. webhook, P .. 'state:' .. webhook
local known = sound('HMGET', state, 'run', 'fa', 'fl')
local owner = known[1] == run
local lines, left, done, later = {}, {}, {}, {}
local counts = { v = 0, r = 0, x = 0 }
local changed = { webhook }
local mine = 'd:' .. webhook

-- A delivery that is owed outlives retention by a day. While a dead letter is open the event does not expire; then
-- `ku` (ms of Redis's own clock) remembers until when it must be kept once the letter is resolved.
local function keep(event, tries, delay)
  local ms = delay + 86400000
  for _, key in ipairs({ event, tries }) do
    local ttl = redis.call('PTTL', key)
    if ttl >= 0 and ttl < ms then redis.call('PEXPIRE', key, ms) end
  end
  if redis.call('PTTL', event) == -1 then
    local keep_until = now_ms('') + ms
    if number(redis.call('HGET', event, 'ku'), 0) < keep_until then redis.call('HSET', event, 'ku', keep_until) end
  end
end

local function record(id, attempt)
  local tries = P .. 'tries:' .. id .. '.' .. webhook
  sound('RPUSH', tries, attempt)
  redis.call('LTRIM', tries, -100, -1)
  redis.call('PEXPIRE', tries, retention)
end

-- Without a try the state keeps what it says of the last one; only status and reason change (`~` letter `|` reason). What was never tried and comes
-- back is still pending.
local function restate(before, text)
  if string.sub(text, 1, 1) ~= '~' then return text end
  local letter, reason = string.sub(text, 2, 2), string.sub(text, 4)
  if letter == 'r' and string.sub(before, 1, 1) == 'p' then return before end
  if #before < 3 or not string.find(before, '|[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|[^|]*|') then
    local tries, from = string.match(before, '^%a|(%d+)|%d*|(%d+)')
    return letter .. '|' .. (tries or '0') .. '|0|' .. (from or '0') .. '|0|0|||' .. reason
  end
  return letter .. string.gsub(string.sub(before, 2), '|[^|]*$', '|' .. reason)
end

local function finish(id, event, what, text)
  left[#left + 1] = id
  redis.call('HSET', event, mine, text)
  if what ~= 'x' then return end
  local e = peek_fields(event, 'k', 't')
  -- An operational event leaves no dead letter: its notice is kept anyway.
  if e[1] ~= 'account' and sound('ZADD', P .. 'dead', 'NX', now, id .. '.' .. webhook) == 1 then
    join_group(dead_group(webhook, e[2] or '', text), id, now)
    count_up(event, 'dl', 1)
    redis.call('PERSIST', event)
    redis.call('PERSIST', P .. 'tries:' .. id .. '.' .. webhook)
  end
end

-- Returns false for a try that is written already: the reply got lost and the call was sent again.
local function settle(what, id, text, line, delay, attempt)
  local event = P .. 'event:' .. id
  local before = peek('HGET', event, mine)
  if not before then
    left[#left + 1] = id
    return true
  end
  if line == '' then text = restate(before, text)
  elseif before == text then return false
  else lines[#lines + 1] = id .. ' ' .. line end
  if attempt then record(id, attempt) end
  changed[#changed + 1] = id
  -- What comes back without a try failed in nothing.
  if counts[what] and (what ~= 'r' or line ~= '') then counts[what] = counts[what] + 1 end
  local status = string.sub(before, 1, 1)
  if what == 'v' then
    -- Delivered is delivered, whoever brought it, even after another run gave it up.
    if status == 'x' then resolve_letter(event, id, webhook, retention) end
    finish(id, event, what, text)
  elseif owner and status ~= 'v' and status ~= 'x' then
    if what == 'r' then
      redis.call('HSET', event, mine, text)
      later[#later + 1] = now + delay
      later[#later + 1] = id
      keep(event, P .. 'tries:' .. id .. '.' .. webhook, delay)
    else
      finish(id, event, what, text)
    end
  end
  return true
end

local i = 14
while i <= #ARGV do
  local what, id, text, line = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local delay, attempt = 0, nil
  if what == 'v' then
    i = i + 4
  else
    delay = tonumber(ARGV[i + 4])
    if ARGV[i + 5] ~= '' then attempt = ARGV[i + 5] end
    if what == 'w' then what = 'v' end
    i = i + 6
  end
  if settle(what, id, text, line, delay, attempt) and owner then done[#done + 1] = id end
end
if #later > 0 then sound('ZADD', lane, unpack(later)) end
if #left > 0 then sound('ZREM', lane, unpack(left)) end
if #done > 0 then sound('SREM', trying, unpack(done)) end
count_minute(now, 'delivered', counts.v)
count_minute(now, 'failed', counts.r)
count_minute(now, 'dead', counts.x)
if #changed > 1 then
  for field, count in string.gmatch(ARGV[12], '(%S+) (%d+)') do count_minute(now, field, count) end
  note_changes({ table.concat(changed, ' ') })
end

if #lines > 0 then
  local text = table.concat(lines, '\n')
  sound('XADD', P .. 'log:' .. webhook, 'MAXLEN', '~', ARGV[5], '*', 'a', text)
  -- A try that outlived its webhook must not leave a log for ever.
  if not owner and redis.call('EXISTS', P .. 'webhook:' .. webhook) == 0 then
    redis.call('PEXPIRE', P .. 'log:' .. webhook, 86400000)
  end
end
if owner and ARGV[6] ~= '' then
  redis.call('HSET', state, 'bs', ARGV[6], 'b', ARGV[8], 'sl', ARGV[9], 'bw', now)
  sound(ARGV[9] == '1' and 'SADD' or 'SREM', P .. 'slow-lanes', webhook)
  if ARGV[6] == 'open' then
    redis.call('HSET', state, 'bp', now + tonumber(ARGV[7]))
    sound('SADD', P .. 'open-lanes', webhook)
  else
    redis.call('HDEL', state, 'bp')
    sound('SREM', P .. 'open-lanes', webhook)
  end
end

local step, streak = '', ''
if ARGV[10] ~= '' and (known[2] or ARGV[10] ~= 'ok') then
  streak, step = follow_streak(known[2], known[3], now, ARGV[10], tonumber(ARGV[11]))
  if streak == '' then redis.call('HDEL', state, 'fa')
  elseif streak ~= known[2] then redis.call('HSET', state, 'fa', streak) end
end
local asleep = owner and ARGV[13] == '1' and sleep_empty(webhook)
return { owner and '1' or '0', step, streak, asleep and '1' or '' }
