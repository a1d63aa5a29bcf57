-- redeliver: puts finished deliveries back into their lanes with a fresh schedule. The one way back for
-- redeliver (a person, one) and redrive (many).
-- KEYS[1] key prefix of the shard
-- ARGV    now, retention ms, awake ms, '1' = goes first, id of the redrive that counts them or '', then 2 per delivery:
--         event id, webhook
-- Reply   { results, wakes }: results: queued | missing | in_progress | webhook_missing; wakes: webhook, pool, mark …
local P = KEYS[1]
local AWAKE_MS = tonumber(ARGV[3])
--- include clock
--- include number
--- include sound
--- include peek
--- include wake_lane
--- include dead_group
--- include resolve_letter
--- include note_changes
--- include count_done
local now, retention = now_ms(ARGV[1]), tonumber(ARGV[2])
local first = ARGV[4] == '1'
local results, wakes, changes, queued = {}, {}, {}, 0

-- A success lives in the state only; before the state is written anew it moves into the history.
local function keep_success(before, id, webhook)
  local tries, at, ms, code = string.match(before, '^v|(%d+)|%d*|%d*|(%d+)|(%d+)|(%d+)|')
  if not tries then return end
  local key = P .. 'tries:' .. id .. '.' .. webhook
  -- The success of a test send is there already, with the answer to it.
  local last = sound('LINDEX', key, -1)
  if last and string.find(last, '"number":' .. tries .. ',.-"outcome":"ok"') then return end
  redis.call('RPUSH', key, '{"number":' .. tries .. ',"startedAt":' .. at .. ',"durationMs":' .. ms ..
    ',"outcome":"ok","fault":null,"statusCode":' .. code .. ',"error":null,"response":null}')
  redis.call('PEXPIRE', key, retention)
end

local function redeliver(id, webhook)
  local event = P .. 'event:' .. id
  local before = peek('HGET', event, 'd:' .. webhook)
  if not before then return 'missing' end
  local status = string.sub(before, 1, 1)
  if status ~= 'v' and status ~= 'x' then return 'in_progress' end
  local h = peek_fields(P .. 'webhook:' .. webhook, 'version', 'deleted', 'enabled')
  if not h[1] or h[2] == '1' then return 'webhook_missing' end
  if status == 'v' then keep_success(before, id, webhook) end
  resolve_letter(event, id, webhook, retention)
  local tries = string.match(before, '^%a|(%d+)') or '0'
  redis.call('HSET', event, 'd:' .. webhook, 'p|' .. tries .. '|0|' .. now)
  sound('ZADD', P .. 'lane:' .. webhook, first and 1 or now, id)
  -- What is on its way again is kept as long as a new event.
  for _, key in ipairs({ event, P .. 'tries:' .. id .. '.' .. webhook }) do
    local ttl = redis.call('PTTL', key)
    if ttl >= 0 and ttl < retention then redis.call('PEXPIRE', key, retention) end
  end
  changes[#changes + 1] = webhook .. ' ' .. id
  queued = queued + 1
  if h[3] == '1' then
    -- A person asked for it, so an open lane probes at once.
    local pool, mark = wake_lane(webhook, now, true)
    if pool then
      wakes[#wakes + 1] = webhook
      wakes[#wakes + 1] = pool
      wakes[#wakes + 1] = mark
    end
  end
  return 'queued'
end

for i = 6, #ARGV, 2 do results[#results + 1] = redeliver(ARGV[i], ARGV[i + 1]) end
note_changes(changes)
count_done(ARGV[5], queued)
return { results, wakes }
