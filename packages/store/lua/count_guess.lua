-- count_guess: counts tries to sign in from an address, within a window that begins with the first one.
-- KEYS[1] key prefix of the shard
-- ARGV    address, window ms, 1 = one more, -1 = one was right and does not count
-- Reply   { how many in the window, ms until it ends }
local key = KEYS[1] .. 'guesses:' .. ARGV[1]
if tonumber(ARGV[3]) < 0 and redis.call('EXISTS', key) == 0 then return { 0, 0 } end
local count = redis.pcall('INCRBY', key, ARGV[3])
if type(count) == 'table' then -- no number: counting begins anew
  redis.call('DEL', key)
  count = redis.call('INCRBY', key, ARGV[3])
end
if count <= 0 then
  redis.call('DEL', key)
  return { 0, 0 }
end
-- No time, or more of it than a window has: the clock went back.
local left = redis.call('PTTL', key)
if left < 0 or left > tonumber(ARGV[2]) then redis.call('PEXPIRE', key, ARGV[2]) end
return { count, redis.call('PTTL', key) }
