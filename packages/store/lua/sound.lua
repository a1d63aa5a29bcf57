-- sound(command, key, …): part of a script. As redis.call; but a key of another type than the command needs (somebody wrote over
-- it) is moved aside to `damaged:<key>` and the command is done anew, so that one damaged key does not stop all others.
local function sound(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) ~= 'table' or not reply.err then return reply end
  if string.find(reply.err, 'WRONGTYPE', 1, true) then
    redis.call('RENAME', key, P .. 'damaged:' .. string.sub(key, #P + 1))
  end
  return redis.call(command, key, ...)
end

-- HINCRBY for a counter that may hold anything: one that is no number, or in a key of another type, begins anew.
local function count_up(key, field, by)
  local reply = redis.pcall('HINCRBY', key, field, by)
  if type(reply) ~= 'table' then return reply end
  sound('HSET', key, field, by)
  return tonumber(by)
end
