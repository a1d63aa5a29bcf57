-- raise_notice: writes a notice, disables the webhook if that is what it tells, and puts the operational event into the lane of the
-- account's notification URL: all in one step, so that nothing is ever disabled silently. Repeating it is harmless.
-- KEYS[1] key prefix of the shard
-- ARGV    now, awake ms, retention ms, webhook, step (first | half | full | recovered | gone), began of the streak ('' for gone),
--         notice id, notice, kept ms, most per account, oldest id to keep, account key, account, disabled ('' = does not disable),
--         operational event: id ('' = none), type, body, most per hour and account
-- Reply   { 'stale' }: the streak is another one by now, or the webhook is gone or disabled already
--         { 'raised', target, pool, mark }: target '' = not sent
local P = KEYS[1]
local AWAKE_MS = tonumber(ARGV[2])
--- include clock
--- include number
--- include sound
--- include wake_lane
--- include notify
local now, retention, webhook, step, id = now_ms(ARGV[1]), tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[7]
local hook, state, notice = P .. 'webhook:' .. webhook, P .. 'state:' .. webhook, P .. 'notice:' .. id
local STEPS = { first = 1, half = 2, full = 3 }
local account = { key = ARGV[12], name = ARGV[13] }

if redis.call('EXISTS', notice) == 1 then return { 'raised', '' } end
local h = redis.call('HMGET', hook, 'version', 'enabled', 'deleted', 'scopeKey', 'event')
if not h[1] or h[2] ~= '1' or h[3] == '1' then return { 'stale' } end

if step ~= 'gone' then
  local began, rest, told = string.match(sound('HGET', state, 'fa') or '', '^(%d+)|(.*)|(%-?%d)$')
  if began ~= ARGV[6] then return { 'stale' } end
  told = tonumber(told)
  if step == 'recovered' then
    if told >= 0 then return { 'stale' } end
    redis.call('HDEL', state, 'fa')
  else
    if told < 0 or told >= STEPS[step] then return { 'stale' } end
    redis.call('HSET', state, 'fa', began .. '|' .. rest .. '|' .. STEPS[step])
    if step == 'first' then redis.call('HSET', state, 'fl', now) end
  end
end

if ARGV[14] ~= '' then
  if h[4] and h[5] then sound('SREM', P .. 'match:' .. h[5] .. ':' .. h[4], webhook) end
  redis.call('HSET', hook, 'enabled', '0', 'disabled', ARGV[14], 'updatedAt', now)
  count_up(hook, 'version', 1)
end

local mine = P .. 'notices:' .. account.key
redis.call('HSET', notice, 'n', ARGV[8], 'at', now)
redis.call('PEXPIRE', notice, ARGV[9])
for _, index in ipairs({ mine, P .. 'notices', P .. 'open-notices' }) do sound('ZADD', index, 0, id) end
redis.call('PEXPIRE', mine, ARGV[9])
redis.call('ZREMRANGEBYLEX', mine, '-', '(' .. ARGV[11])
for _, old in ipairs(redis.call('ZRANGE', mine, 0, -1 - tonumber(ARGV[10]))) do
  for _, index in ipairs({ mine, P .. 'notices', P .. 'open-notices' }) do sound('ZREM', index, old) end
  redis.call('DEL', P .. 'notice:' .. old)
end

if ARGV[15] == '' then return { 'raised', '' } end
-- One dead host can have a thousand webhooks: the notices are kept, but not each warning is sent. What was disabled is.
local rate = P .. 'notify-rate:' .. account.key
local sent = redis.pcall('INCR', rate)
if type(sent) == 'table' then sent = 1; redis.call('DEL', rate); redis.call('SET', rate, 1) end
if sent == 1 then redis.call('PEXPIRE', rate, 3600000) end
if sent > tonumber(ARGV[18]) and ARGV[14] == '' then return { 'raised', '' } end
local told = notify(account, ARGV[15], ARGV[16], ARGV[17], now, retention)
return { 'raised', told[1] or '', told[2] or '', told[3] or '' }
