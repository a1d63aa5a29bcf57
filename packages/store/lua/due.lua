-- place(ms, nth), ms_of(score): part of a script. Scores of a lane say when a delivery is due, as whole numbers: a millisecond has 2048
-- places, so that what is due in the same one keeps its order. Redis keeps whole numbers as such, and a short lane is a list that is
-- gone through at each write: with fractions of a millisecond it read a text as a number at each step.
local PLACES = 2048
local function place(ms, nth)
  return ms * PLACES + (nth or 0)
end

local function ms_of(score)
  return math.floor(tonumber(score) / PLACES)
end
