import { shell } from './shell-text.ts'

/** The watchdog of a transaction that waits for its confirmation. */
export const watchdogScript: string = shell`
# The watchdog: undoes everything at the deadline unless someone decided otherwise before.
watch() {
  trap '' HUP INT QUIT TERM PIPE USR1 USR2 ALRM
  number=$1
  # systemd starts a killed watchdog anew under its old number. To end well would run the unit's ExecStop.
  until ln -s "$(identity $$)" "$T/watchdog.$number" 2>/dev/null; do
    w=$(readlink "$T/watchdog.$number" 2>/dev/null) || exit 1
    is_alive "$w" && exit 1
    number=$((number + 1))
  done
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
  is_certain "$VALUE" && kill -TERM "\${VALUE%%:*}" 2>/dev/null
  take_work 100 && return 0
  last_link worker
  is_certain "$VALUE" && kill -KILL "\${VALUE%%:*}" 2>/dev/null
  take_work 500 || :
}
# Starts a watchdog unless one lives; 1 if none could be started.
ensure_watchdog() {
  number=0
  while w=$(readlink "$T/watchdog.$((number + 1))" 2>/dev/null); do number=$((number + 1)); is_alive "$w" && return 0; done
  number=$((number + 1))
  start_watchdog_unit "$number" 2>"$T/watchdog.log" && watchdog_is_there 200 "$unit" && return 0
  start_watchdog_process "$number"
  watchdog_is_there 500 && return 0
  WHY="the watchdog did not start: $(cat "$T/watchdog.log" 2>/dev/null)"
  return 1
}
watchdog_is_there() { # tries, unit that it runs in or nothing
  tries=$1
  until [ -L "$T/watchdog.$number" ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    if [ -n "\${2:-}" ] && [ $((tries % 5)) -eq 0 ] && ! systemctl is-active --quiet "$2"; then [ -L "$T/watchdog.$number" ]; return; fi
    nap 0.01
  done
}
# A unit of its own does not end with the session that asked for it. When it is stopped, as it is at shutdown, the
# transaction is undone: nothing would guard it any more. What undoing starts is left running.
start_watchdog_unit() {
  [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null 2>&1 || return 1
  # systemd may live in another tree, as seen from a chroot.
  [ "/proc/1/root$T/undo.sh" -ef "$T/undo.sh" ] || return 1
  systemd_run "$1" --property=Conflicts=shutdown.target --property=Before=shutdown.target --property=IgnoreOnIsolate=yes \
    --property=Restart=on-abnormal --property=OOMPolicy=continue \
    --property='ExecStop=-/bin/sh undo.sh abort' || systemd_run "$1"
}
# Before systemd 243 not all of the further properties are known. The directory is not part of the command line, where $ is expanded.
systemd_run() {
  unit=hostwright-watchdog-$HW_ID-$1 watchdog=$1
  shift
  systemd-run --quiet --collect --unit="$unit" --description="Undoes Hostwright transaction $HW_ID unless it is confirmed" \
    --property=DefaultDependencies=no --property=KillMode=process --property=WorkingDirectory="$T" "$@" /bin/sh undo.sh watch "$watchdog" </dev/null >/dev/null
}
start_watchdog_process() {
  if command -v setsid >/dev/null 2>&1; then setsid /bin/sh "$T/undo.sh" watch "$1" </dev/null >/dev/null 2>>"$T/watchdog.log" &
  else set -m; /bin/sh "$T/undo.sh" watch "$1" </dev/null >/dev/null 2>>"$T/watchdog.log" & set +m; fi
}
`
