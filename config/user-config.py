# pywikibot's settings for this bot home. pywikibot runs this file, so keep it writable by you alone.
# Which wiki and which account stand in tropebot.toml, so that they stand in one place.
import tomllib as _tomllib
from pathlib import Path as _Path

# `base_dir`, `usernames`, `user_families_paths` and the names below are pywikibot's own.
_operator = _tomllib.loads(_Path(base_dir, "tropebot.toml").read_text("utf-8"))

family = _operator["family"]
mylang = _operator.get("code", "en")
usernames[family][mylang] = _operator["user"]
user_families_paths = [str(_Path(base_dir, "families"))]

# Lines such as ('TropeBot', BotPassword('suffix', 'password')); mode 0600.
password_file = "user-password.py"

# Namespaces and settings of the wiki are asked for, never taken from a file of the last 30 days:
# that file is kept by family and user, not by host, and outlives a wiki's changes.
API_config_expiry = 0

# Nobody sits there to answer.
solve_captcha = False

# For scripts that use pywikibot's own requests; tropebot sends its own, with its own limits.
max_retries = 3
retry_wait = 2
retry_max = 20
socket_timeout = (6.05, 45)
minthrottle = 0.1
put_throttle = 10
write_maxlag = 5
enable_GET_without_SSL = True
