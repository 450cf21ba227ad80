# Sourced by ./test and ./bench: a PostgreSQL cluster that lives as long as they do.

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
# initdb refuses root, so a root shell lends it the user postgres.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
find_pg() { for dir in /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null || true)"; do [ -x "$dir/initdb" ] && pgbin=$dir; done; [ -n "${pgbin:-}" ]; }

# Installs packages of the system: install_packages NAME…
install_packages() {
  [ $# -gt 0 ] || return 0
  echo "Installing $* …"
  local log
  log=$(mktemp)
  { as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  rm -f "$log"
}

# Starts a cluster in a folder and sets POSTGRES, a connection string without a database: start_postgres FOLDER
start_postgres() {
  local folder=$1 port
  find_pg || { echo "PostgreSQL is not installed" >&2; exit 1; }
  chmod 755 "$folder"
  if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
  port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])' 2>/dev/null || echo 54329)
  # Nothing of this cluster outlives the run: it need not survive a power cut, but it must commit as a real one does.
  (cd "$folder" && as_postgres "$pgbin/initdb" -D "$folder/data" -A trust -U xenios --no-sync --locale=C -E UTF8 >"$folder.log" 2>&1) || { cat "$folder.log" >&2; exit 1; }
  (cd "$folder" && as_postgres "$pgbin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=300" start >/dev/null) ||
    { cat "$folder/log" >&2; exit 1; }
  POSTGRES="Host=127.0.0.1;Port=$port;Username=xenios"
}

# Ends the cluster of a folder and deletes it; an empty name does nothing: stop_postgres FOLDER
stop_postgres() {
  [ -n "$1" ] || return 0
  as_postgres "$pgbin/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$1" "$1.log"
}
