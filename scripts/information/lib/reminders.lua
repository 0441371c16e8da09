-- Moved: for scripts that still ask for it here.

return require("std/reminders")
