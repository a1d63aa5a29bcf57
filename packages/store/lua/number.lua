-- number(text, otherwise): part of a script. What a field says as a finite number; `otherwise` when it says none (missing, damaged).
local function number(text, otherwise)
  local value = tonumber(text or '')
  if not value or value ~= value or math.abs(value) == math.huge then return otherwise end
  return value
end

-- A time that must lie near `now`; one that is more than a day ahead is damaged, and would hold something up for ever.
local function time_near(text, now, otherwise)
  local value = number(text, otherwise)
  if value and value > now + 86400000 then return otherwise end
  return value
end
