# Sourced by the commands in bin/: finds a Python, and makes .venv from a lock with hashes, once for each lock.

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

find_python() { # prints the first interpreter of 3.11 or later that really runs (a shim may not)
  local name
  for name in ${LESSALONE_PYTHON:-} python3.11 python3.12 python3.13 python3 /usr/bin/python3; do
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
  return 1
}

make_venv() { # folder, interpreter
  if "$2" -c 'import ensurepip' >/dev/null 2>&1; then
    "$2" -m venv "$1"
  elif "$2" -m pip --version >/dev/null 2>&1 || command -v uv >/dev/null 2>&1; then
    "$2" -m venv --without-pip "$1"
  elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Python's venv is not installed. Installing Debian's python3-venv."
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    "$2" -m venv "$1"
  else
    stop "Python's venv is not installed. On Debian: sudo apt-get install python3-venv. Then run this again."
  fi
}

install_locked() { # folder, interpreter, lock
  if "$1/bin/python" -m pip --version >/dev/null 2>&1; then
    "$1/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$3"
  elif "$2" -m pip --version >/dev/null 2>&1; then
    "$2" -m pip --python "$1/bin/python" install -qq --disable-pip-version-check --require-hashes -r "$3"
  else
    uv pip install --quiet --python "$1/bin/python" --require-hashes -r "$3"
  fi
}

need_environment() { # run or dev, folder (.venv): nothing is done when the lock did not change
  local kind=$1 folder=${2:-.venv} python=${3:-} lock=requirements/$1.txt sum
  sum=$(sha256sum "$lock" | cut -c1-16)
  [ -e "$folder/.has-$kind-$sum" ] && "$folder/bin/python" -c '' 2>/dev/null && return
  [ -n "$python" ] || python=$(find_python) || stop "Less Alone needs Python 3.11 or later. On Debian 12: sudo apt-get install python3 python3-venv"
  say "Installing what is needed into $folder ($lock). This takes a minute, once."
  if ! "$folder/bin/python" -c '' 2>/dev/null; then
    rm -rf "$folder"
    make_venv "$folder" "$python"
  fi
  install_locked "$folder" "$python" "$lock" || stop "It could not all be installed. Nothing else was changed; run this again."
  rm -f "$folder"/.has-"$kind"-*
  touch "$folder/.has-$kind-$sum"
  if [ "$kind" = dev ]; then # dev holds the same versions of everything in run; a test keeps that true
    rm -f "$folder"/.has-run-*
    touch "$folder/.has-run-$(sha256sum requirements/run.txt | cut -c1-16)"
  fi
}
