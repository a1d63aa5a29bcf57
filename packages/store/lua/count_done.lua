-- count_done(id, count): part of a script, after sound. Adds to what the bulk action `id` has done ('' = none), in one with
-- the doing, so that a worker that dies in between miscounts nothing.
local function count_done(id, count)
  local key = P .. 'redrive:' .. id
  if id == '' or count == 0 or redis.call('EXISTS', key) == 0 then return end
  count_up(key, 'done', count)
end
