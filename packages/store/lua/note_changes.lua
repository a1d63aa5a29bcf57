-- note_changes(lines): part of a script. Tells those who watch which deliveries may look different now, and nothing when
-- nobody does (`watched`, which a server keeps alive). A line: webhooks joined by commas, then event ids, joined by spaces.
-- Needs `sound`. `n` counts the entries, so that a reader sees when one was trimmed before it came. `*` stands for more than fits.
local function changes_count()
  local n = redis.pcall('INCR', P .. 'changes:n')
  if type(n) ~= 'table' then return n end
  -- No number: it begins anew, far enough that whoever watches sees the gap.
  n = math.floor(now_ms('') / 1000)
  redis.call('DEL', P .. 'changes:n')
  redis.call('SET', P .. 'changes:n', n)
  return n
end

local function note_changes(lines)
  if #lines == 0 or redis.call('EXISTS', P .. 'watched') == 0 then return end
  local text = table.concat(lines, '\n')
  if #text > 16384 then text = '*' end
  local n = changes_count()
  sound('XADD', P .. 'changes', 'MAXLEN', '~', 200, '*', 'n', n, 'a', text)
end
