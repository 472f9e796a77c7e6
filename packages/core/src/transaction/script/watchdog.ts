import { shell } from './shell-text.ts'

/** The watchdog of a transaction that waits for its confirmation. */
export const watchdogScript: string = shell`
# The watchdog: undoes everything at the deadline unless someone decided otherwise before.
watch() {
  trap '' HUP INT QUIT TERM PIPE USR1 USR2 ALRM
  ln -s "$(identity $$)" "$T/watchdog.$1" 2>/dev/null || exit 1
  while :; do
    last_link decision
    case $VALUE in until:*) ;; *) exit 0 ;; esac
    rest=\${VALUE#until:}; deadline=\${rest%%:*}
    now_cs; left=$((deadline - NOW)); reason=deadline
    if [ "$left" -gt 0 ]; then
      read_journal
      if [ -z "$APPLIED" ]; then
        at=$LAST; last_link worker; dead=
        if [ "$LAST" -gt 0 ] && ! is_alive "$VALUE"; then dead=1; fi
        LAST=$at
        if [ -n "$dead" ]; then left=0 reason='the process that applied it ended'; fi
      fi
    fi
    if [ "$left" -gt 0 ]; then
      if [ "$left" -gt 50 ]; then nap 0.5; else nap "0.$(printf '%02d' "$left")"; fi
      continue
    fi
    add_link decision "$LAST" undo
    [ $? -eq 1 ] && continue
    journal "reason $reason" || :
    stop_worker
    has_ended && exit 0
    do_undo
    exit $?
  done
}
stop_worker() {
  take_work 5 && return 0
  last_link worker
  is_alive "$VALUE" && kill -TERM "\${VALUE%%:*}" 2>/dev/null
  take_work 100 && return 0
  last_link worker
  is_alive "$VALUE" && kill -KILL "\${VALUE%%:*}" 2>/dev/null
  take_work 500 || :
}
# Starts a watchdog unless one lives; 1 if none could be started.
ensure_watchdog() {
  number=0
  while w=$(readlink "$T/watchdog.$((number + 1))" 2>/dev/null); do number=$((number + 1)); is_alive "$w" && return 0; done
  number=$((number + 1))
  start_watchdog "$number"
  tries=500
  while [ ! -L "$T/watchdog.$number" ]; do
    tries=$((tries - 1)); [ "$tries" -gt 0 ] || { WHY="the watchdog did not start: $(cat "$T/watchdog.log" 2>/dev/null)"; return 1; }
    nap 0.01
  done
}
start_watchdog() {
  if [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null 2>&1 &&
    eval "systemd-run --quiet --collect --unit=hostwright-watchdog-$HW_ID-$1 --property=DefaultDependencies=no $HW_PREFIX /bin/sh \"\$T/undo.sh\" watch $1" </dev/null >/dev/null 2>"$T/watchdog.log"; then return 0; fi
  if command -v setsid >/dev/null 2>&1; then setsid /bin/sh "$T/undo.sh" watch "$1" </dev/null >/dev/null 2>>"$T/watchdog.log" &
  else set -m; /bin/sh "$T/undo.sh" watch "$1" </dev/null >/dev/null 2>>"$T/watchdog.log" & set +m; fi
}
`
