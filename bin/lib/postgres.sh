# Sourced by bin/test: a PostgreSQL server of our own, on a free port, thrown away at the end.

postgres_folder=

as_postgres() { # the server refuses to run as root
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

start_postgres() { # 1 when there is none; else exports the three addresses
  local bin port
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$bin" ] && [ -x "$bin/initdb" ] || return 1
  if [ "$(id -u)" = 0 ]; then id postgres >/dev/null 2>&1 || return 1; fi
  postgres_folder=$(mktemp -d "${TMPDIR:-/tmp}/lessalone-postgres-XXXXXX")
  postgres_bin=$bin
  [ "$(id -u)" = 0 ] && chown postgres: "$postgres_folder" && chmod 711 "$(dirname "$postgres_folder")"
  port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  as_postgres "$bin/initdb" -D "$postgres_folder/data" -U lessalone -A trust -E UTF8 --locale=C.UTF-8 >"$postgres_folder.log" 2>&1 || return 1
  as_postgres "$bin/pg_ctl" -D "$postgres_folder/data" -w -l "$postgres_folder/server.log" \
    -o "-p $port -k $postgres_folder -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=200" \
    start >>"$postgres_folder.log" 2>&1 || return 1
  local name
  for name in lessalone lessalone_keys lessalone_derived; do
    as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U lessalone -O lessalone "$name"
  done
  export DATABASE_URL="postgres://lessalone@127.0.0.1:$port/lessalone"
  export LESSALONE_KEYS_DATABASE_URL="postgres://lessalone@127.0.0.1:$port/lessalone_keys"
  export LESSALONE_DERIVED_DATABASE_URL="postgres://lessalone@127.0.0.1:$port/lessalone_derived"
}

stop_postgres() {
  [ -n "$postgres_folder" ] || return 0
  [ -d "$postgres_folder/data" ] && as_postgres "$postgres_bin/pg_ctl" -D "$postgres_folder/data" -m immediate stop >/dev/null 2>&1
  rm -rf "$postgres_folder" "$postgres_folder.log"
  postgres_folder=
  unset DATABASE_URL LESSALONE_KEYS_DATABASE_URL LESSALONE_DERIVED_DATABASE_URL
}
