import { shell } from './shell-text.ts'

/** What `undo.sh` can be asked for. */
export const commandsScript: string = shell`
# Commands of undo.sh
refuse() { emit "refused $*"; exit 3; }
awaiting() {
  last_link decision
  read_journal
  case $VALUE in
    until:*) ;;
    commit) refuse "committed" ;;
    *) refuse "$(printf '%s' "\${OUTCOME:-undoing}")" ;;
  esac
  [ -n "$APPLIED" ] || refuse applying
  rest=\${VALUE#until:}
  [ "\${rest#*:}" = "$BOOT" ] || refuse rebooted
  now_cs
  [ "\${rest%%:*}" -gt "$NOW" ] || refuse expired
  if [ -n "\${SSH_CONNECTION:-}" ] && [ "\${SSH_CONNECTION:-}" = "$HW_CONNECTION" ] && [ -z "\${HW_SAME_CONNECTION:-}" ]; then refuse same-connection; fi
}
do_confirm() {
  awaiting
  add_link decision "$LAST" commit
  case $? in 1) do_confirm; return ;; 2) refuse read-only ;; esac
  end_with committed
}
do_extend() {
  awaiting
  now_cs
  add_link decision "$LAST" "until:$((NOW + $1)):$BOOT"
  case $? in 1) do_extend "$1"; return ;; 2) refuse read-only ;; esac
  audit extended
  emit "extended $1"
}
do_abort() {
  last_link decision
  case $VALUE in commit) refuse committed ;; undo) ;; *) add_link decision "$LAST" undo; [ $? -eq 1 ] && { do_abort; return; }; journal 'reason aborted' || : ;; esac
  stop_worker
  has_ended && { emit "state $OUTCOME"; return 0; }
  do_undo
}
do_recover() {
  has_ended && { emit "state $OUTCOME"; return 0; }
  if [ -z "$STARTED" ]; then take_work 0 || { emit busy; return 0; }; end_with undone; return 0; fi
  last_link worker
  if [ "$LAST" -gt 0 ] && [ "$VALUE" != "$(identity $$)" ] && is_alive "$VALUE"; then
    last_link decision
    case $VALUE in until:*) ;; *) emit busy; return 0 ;; esac
    [ -n "$APPLIED" ] || { emit busy; return 0; }
  fi
  last_link decision
  case $VALUE in
    commit) take_work 100; has_ended || end_with committed; return 0 ;;
    undo) ;;
    until:*)
      rest=\${VALUE#until:}; now_cs
      if [ "\${rest#*:}" = "$BOOT" ] && [ "\${rest%%:*}" -gt "$NOW" ] && [ -n "$APPLIED" ]; then
        ensure_watchdog && { emit "state awaiting-confirmation"; return 0; }
      fi
      add_link decision "$LAST" undo
      [ $? -eq 1 ] && { do_recover; return; }
      journal 'reason recovered' || : ;;
    *)
      if [ -n "$APPLIED" ]; then
        add_link decision "$LAST" commit
        [ $? -eq 1 ] && { do_recover; return; }
        take_work 100; end_with committed; return 0
      fi
      add_link decision "$LAST" undo
      [ $? -eq 1 ] && { do_recover; return; }
      journal 'reason recovered' || : ;;
  esac
  take_work 500 || { emit busy; return 0; }
  has_ended && { emit "state $OUTCOME"; return 0; }
  do_undo
}
do_rollback() {
  has_ended && [ "$OUTCOME" = undone ] && { emit "state undone"; return 0; }
  take_turn
  case $? in 1) emit "locked $holder $HELD"; exit 4 ;; esac
  take_work 250 || { emit "locked $HW_ID applying"; exit 4; }
  has_ended && [ "$OUTCOME" = undone ] && { emit "state undone"; return 0; }
  if [ -z "\${HW_FORCE:-}" ] && [ "$OUTCOME" = committed ]; then
    changed=$({ attributes_after | rows_taken | compare_attributes | grep -v '^ok'; paths_after; } 2>/dev/null) || :
    if [ -n "$changed" ]; then
      printf '%s\n' "$changed" | while IFS= read -r line; do emit "changed $line"; done
      exit 5
    fi
  fi
  last_link decision
  if [ "$VALUE" != undo ]; then add_link decision "$LAST" undo; [ $? -eq 1 ] && { do_rollback; return; }; find_who; journal "reason rolled back by $WHO" || :; fi
  do_undo
}
do_status() {
  read_journal; last_link decision; d=$VALUE
  if has_ended || [ "$OUTCOME" = undo-failed ]; then emit "state $OUTCOME"; return; fi
  if [ -z "$STARTED" ]; then emit 'state prepared'; return; fi
  describe_holder
  rest=\${d#until:}; now_cs
  case $HELD in awaiting) emit "state awaiting-confirmation $(((\${rest%%:*} - NOW) * 10))" ;; *) emit "state $HELD" ;; esac
}
# Attributes below /proc/sys/net belong to a network namespace, files to a mount namespace: the script goes where it was applied.
enter_namespace() {
  [ -n "$HW_PREFIX" ] && [ -z "\${HW_ENTERED:-}" ] || return 0
  find_place
  [ "$PLACE" != "$HW_PLACE" ] || return 0
  if eval "$HW_PREFIX true" >/dev/null 2>&1; then
    HW_ENTERED=1; export HW_ENTERED
    eval "exec $HW_PREFIX /bin/sh \"\$T/undo.sh\" \"\$@\""
  fi
  OFFLINE=1
}
main() {
  trap '' PIPE
  if [ "\${1:-}" = --root ]; then R=\${2%/}; OFFLINE=1; shift 2; else enter_namespace "$@"; fi
  case \${1:-undo} in
    undo) HW_FORCE=1; do_rollback ;;
    rollback) do_rollback ;;
    abort) do_abort ;;
    recover) do_recover ;;
    confirm) do_confirm ;;
    extend) do_extend "$2" ;;
    watch) [ -z "$OFFLINE" ] || exit 1; watch "$2" ;;
    status) do_status ;;
    *) echo "usage: sh undo.sh [--root DIR] [undo|rollback|recover|abort|confirm|extend CENTISECONDS|status]" >&2; exit 2 ;;
  esac
}
`
