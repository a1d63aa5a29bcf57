-- renew: prolongs the leases of all lanes that a worker runs; one call per worker and beat.
-- KEYS[1] key prefix of the shard
-- ARGV    now, run lease ms, then 2 per lane: webhook, run
-- Reply   how many lanes the worker still has
local P = KEYS[1]
--- include clock
--- include sound
--- include peek
local until_ms = now_ms(ARGV[1]) + tonumber(ARGV[2])
local kept = 0
for i = 3, #ARGV, 2 do
  local state = P .. 'state:' .. ARGV[i]
  if peek('HGET', state, 'run') == ARGV[i + 1] then
    redis.call('HSET', state, 'ru', until_ms, 'aw', until_ms)
    sound('ZADD', P .. 'lanes', until_ms, ARGV[i])
    kept = kept + 1
  end
end
return kept
