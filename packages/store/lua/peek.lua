-- peek(command, key, …): part of a script. As redis.call for reading; false when the key has another type than it should.
local function peek(command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) == 'table' and reply.err then return false end
  return reply
end

-- HMGET; of a key of another type every field is missing.
local function peek_fields(key, ...)
  return peek('HMGET', key, ...) or {}
end
