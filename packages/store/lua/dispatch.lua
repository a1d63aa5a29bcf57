-- dispatch: matches events to webhooks, stores them, puts each delivery into its lane. Idempotent by event id.
-- KEYS[1] key prefix of the shard, such as `{h0}:`
-- ARGV    now ('' = Redis's clock), retention ms, awake ms, then 10 per event:
--         id, type, account, kind, scope name, scope key, accepted at, occurred at, body, target webhook ('' = match; else a test send, which goes first)
-- Reply   { results, wakes }: results per event: `duplicate`, `scope_disabled`, `no_matching_webhook` or the number
--         of deliveries; wakes: webhook, pool, webhook, pool …
local P = KEYS[1]
local AWAKE_MS = tonumber(ARGV[3])
--- include clock
--- include wake_lane
local now = now_ms(ARGV[1])
local retention = tonumber(ARGV[2])
local results, wakes, seen = {}, {}, {}

local function match(scope_key, type)
  if redis.call('HGET', P .. 'scope:' .. scope_key, 'enabled') ~= '1' then return nil, 'scope_disabled' end
  local hooks = redis.call('SMEMBERS', P .. 'match:' .. type .. ':' .. scope_key)
  if #hooks == 0 then return nil, 'no_matching_webhook' end
  return hooks
end

for i = 4, #ARGV, 10 do
  local id, scope_key, target = ARGV[i], ARGV[i + 5], ARGV[i + 9]
  local event = P .. 'event:' .. id
  if redis.call('EXISTS', event) == 1 then
    results[#results + 1] = 'duplicate'
  else
    local hooks, reason
    if target ~= '' then hooks = { target } else hooks, reason = match(scope_key, ARGV[i + 1]) end
    local set = {
      't', ARGV[i + 1], 'a', ARGV[i + 2], 'k', ARGV[i + 3], 'n', ARGV[i + 4],
      'c', ARGV[i + 6], 'o', ARGV[i + 7], 'b', ARGV[i + 8],
    }
    -- Scripts fold ASCII only; a name that needs more brings its key along.
    local folded = string.match(scope_key, '^[^:]*:[^:]*:(.*)$')
    if folded ~= string.lower(ARGV[i + 4]) then set[#set + 1] = 'nk'; set[#set + 1] = folded end
    if reason then set[#set + 1] = 'r'; set[#set + 1] = reason end
    for _, webhook in ipairs(hooks or {}) do
      set[#set + 1] = 'd:' .. webhook
      set[#set + 1] = 'p'
      redis.call('ZADD', P .. 'lane:' .. webhook, target ~= '' and 1 or now, id)
      if not seen[webhook] then
        seen[webhook] = true
        local pool = wake_lane(webhook, now, target ~= '')
        if pool then wakes[#wakes + 1] = webhook; wakes[#wakes + 1] = pool end
      end
    end
    redis.call('HSET', event, unpack(set))
    redis.call('PEXPIRE', event, retention)
    redis.call('ZADD', P .. 'index', ARGV[i + 6], id)
    redis.call('ZADD', P .. 'index:' .. scope_key, ARGV[i + 6], id)
    results[#results + 1] = reason or tostring(#hooks)
  end
end
return { results, wakes }
