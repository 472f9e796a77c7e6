import { shell } from './shell-text.ts'

/**
 * The part of `undo.sh` that is the same for every transaction: POSIX shell that needs nothing but the usual file commands.
 * It is written next to the data of its transaction and has to work without Node, Hostwright and network, perhaps years later.
 *
 * Files of a transaction's directory:
 * - `undo.sh`, `meta`, `plan.json`: written once, before anything changes.
 * - `journal`: lines that end in ` .`; anything else is the tail of an interrupted write and ignored.
 * - `decision.N`: a chain of symbolic links, each made exclusively, so that of two processes that decide at the same moment
 *   one wins: `until:CENTISECONDS:BOOT`, `commit` or `undo`.
 * - `worker.N`: likewise, who works on the transaction: `PID:START:BOOT:PIDNS`.
 * - `before/N`: copies of files that step N replaces; `foreign/N`: what someone else had put there when it was undone.
 * In the state directory, `turn.N` names the transaction that holds the host: the next turn can be taken once it has ended.
 */
export const engine: string = shell`
umask 077
set -u -f
LC_ALL=C; export LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin:/usr/bin:/bin; export PATH
R=\${HW_ROOT-$HW_ROOT_DEFAULT}
if [ -n "\${HW_DIRECTORY:-}" ]; then T=$HW_DIRECTORY; else T=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1; fi
S=\${T%/*}; S=\${S%/*}
WHY= LEFT= STOP= OFFLINE=

emit() { printf 'hw %s\n' "$*" 2>/dev/null || :; }
journal() { { printf '\n%s .\n' "$*" >>"$T/journal"; } 2>/dev/null; }
to_disk() { sync "$@" 2>/dev/null || sync; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
audit() {
  { printf '{"time":"%s","transaction":"%s","event":"%s","by":"%s"}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$HW_ID" "$1" "$(who_am_i | tr -d '"\\')" >>"$S/audit.log"; } 2>/dev/null || :
}
who_am_i() {
  w=\${SUDO_USER:-}; [ -n "$w" ] || w=$(id -un 2>/dev/null || id -u)
  c=\${SSH_CONNECTION:-}; [ -z "$c" ] || w="$w from \${c%% *}"
  printf '%s' "$w"
}

# Processes: a pid alone proves nothing, so its start time, the boot and the pid namespace go with it.
boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown; }
start_of() {
  hw_stat=
  { IFS= read -r hw_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- \${hw_stat##*) }
  case $1 in Z | X) return 1 ;; esac
  shift 19; printf '%s' "$1"
}
pid_namespace() { n=$(readlink /proc/self/ns/pid 2>/dev/null) || n=; n=\${n##*[}; printf '%s' "\${n%]}"; }
identity() { printf '%s:%s:%s:%s' "$1" "$(start_of "$1")" "$BOOT" "$(pid_namespace)"; }
is_alive() {
  a_pid=\${1%%:*}; a=\${1#*:}; a_start=\${a%%:*}; a=\${a#*:}; a_boot=\${a%%:*}; a_ns=\${a#*:}
  [ "$a_boot" = "$BOOT" ] || return 1
  [ "$a_ns" = "$(pid_namespace)" ] || [ -n "\${HW_FORCE:-}" ] || return 0
  [ "$a_start" = "$(start_of "$a_pid")" ] || return 1
  [ -n "$a_start" ] || kill -0 "$a_pid" 2>/dev/null
}
now_cs() { n=; { IFS=' ' read -r n _ </proc/uptime; } 2>/dev/null; NOW=\${n%.*}\${n#*.}; NOW=\${NOW:-0}; }
BOOT=$(boot_id)

# Chains of links: the last one counts, and only one process can add the next.
last_link() {
  LAST=0 VALUE=
  while l_value=$(readlink "$T/$1.$((LAST + 1))" 2>/dev/null); do LAST=$((LAST + 1)) VALUE=$l_value; done
}
# 0: added. 1: someone else was first. 2: cannot be written.
add_link() {
  ln -s "$3" "$T/$1.$(($2 + 1))" 2>/dev/null && return 0
  [ -L "$T/$1.$(($2 + 1))" ] && return 1
  return 2
}
# Becomes the one process that works on this transaction; 1 if another lives after $1 tries of 20 ms.
take_work() {
  me=$(identity $$) tries=$1
  while :; do
    last_link worker
    if [ "$LAST" -gt 0 ] && [ "$VALUE" != "$me" ] && is_alive "$VALUE"; then
      [ "$tries" -gt 0 ] || return 1
      tries=$((tries - 1)); nap 0.02; continue
    fi
    [ "$VALUE" = "$me" ] && return 0
    add_link worker "$LAST" "$me"
    [ $? -eq 1 ] || return 0
  done
}

read_journal() {
  BEGUN= UNDONE=' ' APPLIED= OUTCOME= OUTCOME_AT=-1 STARTED=
  [ -f "$T/journal" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      'begin '*[!0-9]*' .') ;;
      'begin '?*' .') line=\${line#begin }; BEGUN="\${line% .} $BEGUN" ;;
      'undone '?*' .') line=\${line#undone }; UNDONE="$UNDONE\${line% .} " ;;
      'started .') STARTED=1 ;;
      'applied .') APPLIED=1 ;;
      'outcome '?*' '?*' .') line=\${line#outcome }; line=\${line% .}; OUTCOME_AT=\${line%% *} OUTCOME=\${line#* } ;;
    esac
  done <"$T/journal"
}
# Whether the transaction in $T has ended and nothing is left of it to do.
has_ended() {
  [ -d "$T" ] || return 0
  read_journal; last_link decision
  [ "$OUTCOME_AT" = "$LAST" ] && [ "$OUTCOME" != undo-failed ]
}
end_with() {
  last_link decision
  journal "outcome $LAST $1"
  to_disk "$T/journal"
  audit "$1"
  emit "state $1"
}

# Attributes. One awk reads them all; lines: MODE TAB STEP TAB WANT TAB PATH, with tab, newline and backslash escaped in WANT.
# Modes: e exactly, v the same words, s the bracketed word, m the same mask. Output: ok|differs|absent STEP HAVE.
compare_attributes() {
  awk -F '\t' -v root="$R" '
    function escape(t,   i, c, r) { r = ""; for (i = 1; i <= length(t); i++) { c = substr(t, i, 1); r = r (c == "\\" ? "\\\\" : c == "\t" ? "\\t" : c == "\n" ? "\\n" : c) } return r }
    function plain(t) { gsub(/[ \t\n]+/, " ", t); sub(/^ /, "", t); sub(/ $/, "", t); return t }
    function chosen(t) { return match(t, /\[[^\]]*\]/) ? substr(t, RSTART + 1, RLENGTH - 2) : t }
    function mask(t) { t = tolower(plain(t)); gsub(/,/, "", t); sub(/^0+/, "", t); return t == "" ? "0" : t }
    NF >= 4 {
      path = root $4; text = ""; count = 0
      while ((got = (getline line < path)) > 0 && count < 4096) { text = text (count++ ? "\n" : "") line }
      close(path)
      if (got < 0 && count == 0) { print ($3 == "-" && $1 == "e" ? "ok " : "absent ") $2; next }
      same = $1 == "e" ? escape(text) == substr($3, 2) : $1 == "s" ? plain(chosen(text)) == $3 : $1 == "m" ? mask(text) == mask($3) : plain(text) == $3
      print (same ? "ok " : "differs ") $2 " " escape(text)
    }'
}
put_attribute() {
  [ -e "$R$1" ] || { WHY="$1 is not there any more"; return 2; }
  if { printf '%s\n' "$2" >"$R$1"; } 2>/dev/null; then return 0; fi
  WHY=$(printf '%s\n' "$2" | tee "$R$1" 2>&1 >/dev/null) && return 0
  WHY=\${WHY#tee: }
  return 1
}

# Files.
temporary() { printf '%s/.hostwright-%s-%s' "\${1%/*}" "$HW_ID" "$2"; }
looks_of() { set -- $(ls -ldn "$1" 2>/dev/null); m=\${1:-}; case $m in ??????????[.+@]) m=\${m%?} ;; esac; printf '%s %s %s' "$m" "\${3:-}" "\${4:-}"; }
sum_of() { s=$(cksum <"$1" 2>/dev/null) && set -- $s && printf '%s %s' "$1" "$2"; }
# Whether a path holds: absent | directory | "file CRC SIZE" | "link TARGET"
holds() {
  case $2 in
    absent) [ ! -e "$1" ] && [ ! -L "$1" ] ;;
    directory) [ -d "$1" ] && [ ! -L "$1" ] ;;
    'file '*) [ -f "$1" ] && [ ! -L "$1" ] && [ "file $(sum_of "$1")" = "$2" ] ;;
    'link '*) [ -L "$1" ] && [ "link $(readlink "$1")" = "$2" ] ;;
    *) return 1 ;;
  esac
}
put_in_place() { # temporary, path
  if [ -d "$2" ] && [ ! -L "$2" ]; then
    rmdir "$2" 2>/dev/null || { rm -f "$1"; WHY="$2 is a directory that is not empty"; return 1; }
  fi
  [ -L "$1" ] || to_disk "$1"
  WHY=$(mv -f "$1" "$2" 2>&1) || { rm -f "$1"; return 1; }
  to_disk "\${2%/*}"
}
# Step, path, before, looks before, after.
restore_path() {
  p=$R$2; t=$(temporary "$p" "$1")
  rm -f "$t" 2>/dev/null
  if holds "$p" "$3"; then
    case $3 in absent | link*) return 0 ;; esac
    [ "$(looks_of "$p")" = "$4" ] && return 0
  elif ! holds "$p" "$5" && { [ -f "$p" ] || [ -L "$p" ]; }; then
    mkdir -p "$T/foreign" 2>/dev/null && cp -a "$p" "$T/foreign/$1" 2>/dev/null || :
  fi
  case $3 in
    absent)
      if [ -d "$p" ] && [ ! -L "$p" ]; then WHY="$2 is a directory now"; return 1; fi
      WHY=$(rm -f "$p" 2>&1) || return 1
      if [ -d "\${p%/*}" ]; then to_disk "\${p%/*}"; fi ;;
    directory)
      if [ ! -d "$p" ]; then WHY=$({ rm -f "$p" && mkdir "$p"; } 2>&1) || return 1; fi
      set_looks "$p" "$6" "$7" ;;
    'link '*)
      WHY=$(ln -s "\${3#link }" "$t" 2>&1) || return 1
      put_in_place "$t" "$p" ;;
    'file '*)
      holds "$T/before/$1" "$3" || { WHY="the copy $T/before/$1 is missing or damaged"; return 1; }
      ln "$T/before/$1" "$t" 2>/dev/null || WHY=$(cp -a "$T/before/$1" "$t" 2>&1) || { rm -f "$t"; return 1; }
      put_in_place "$t" "$p" ;;
  esac
}
restore_attribute() {
  [ -z "$OFFLINE" ] || return 0
  put_attribute "$1" "$2"
  [ $? -ne 1 ]
}

# What steps do. Each returns 1 with the reason in WHY.
make_directory() { [ -d "$R$1" ] || WHY=$(mkdir -m 755 "$R$1" 2>&1); }
write_file() { # name, path, mode, owner; the bytes come from the function content
  p=$R$2; t=$(temporary "$p" "$1")
  rm -f "$t"
  if [ -f "$p" ] && [ ! -L "$p" ]; then WHY=$(cp -a "$p" "$t" 2>&1) || { rm -f "$t"; return 1; }; fi
  WHY=$({ content | cat >"$t"; } 2>&1) || { rm -f "$t"; return 1; }
  if [ -n "$4" ]; then WHY=$(chown "$4" "$t" 2>&1) || { rm -f "$t"; return 1; }; fi
  WHY=$(chmod "$3" "$t" 2>&1) || { rm -f "$t"; return 1; }
  put_in_place "$t" "$p"
}
link_path() { # name, path, target
  p=$R$2; t=$(temporary "$p" "$1")
  rm -f "$t"
  WHY=$(ln -s "$3" "$t" 2>&1) || return 1
  put_in_place "$t" "$p"
}
remove_path() {
  p=$R$1
  if [ -d "$p" ] && [ ! -L "$p" ]; then WHY=$(rmdir "$p" 2>&1) || return 1; else WHY=$(rm -f "$p" 2>&1) || return 1; fi
  to_disk "\${p%/*}"
}
run_command() { # name, good exit codes, argv; standard input comes from the function content
  output=$T/output.$1 good=$2
  shift 2
  content | (trap - PIPE HUP; exec "$@") >"$output" 2>&1 &
  child=$!
  wait "$child"; code=$?
  while [ -n "$STOP" ] && kill -TERM "$child" 2>/dev/null; do wait "$child"; code=$?; done
  case " $good " in *" $code "*) return 0 ;; esac
  WHY="$1 ended with $code: $(tail -n 3 "$output" 2>/dev/null | tr '\n' ' ')"
  return 1
}
set_looks() { WHY=$({ chown "$3" "$1" && chmod "$2" "$1"; } 2>&1); }
remove_directory() { rmdir "$R$1" 2>/dev/null || :; }

# Undo, newest step first. Every part of it can be repeated.
undo_step() {
  if [ -n "$OFFLINE" ]; then case " $HW_FILE_STEPS " in *" $1 "*) ;; *) return 0 ;; esac; fi
  "undo_$1"
}
do_undo() {
  trap '' HUP INT QUIT TERM PIPE
  read_journal
  LEFT= KEPT=
  for undoing in $BEGUN; do
    case $UNDONE in *" $undoing "*) continue ;; esac
    WHY=
    if undo_step "$undoing"; then journal "undone $undoing" || :; emit "undone $undoing"
    else
      case $WHY in irreversible:*) KEPT="$KEPT $undoing" ;; *) LEFT="$LEFT $undoing" ;; esac
      journal "left $undoing $(printf '%s' "$WHY" | tr '\n\t' '  ')" || :
      emit "left $undoing $(printf '%s' "$WHY" | tr '\n\t' '  ')"
    fi
  done
  remove_temporaries
  if [ -z "$OFFLINE" ] && [ -n "$BEGUN" ]; then
    wrong=$(attributes_before | while IFS='	' read -r mode n rest; do case " $BEGUN" in *" $n "*) case " $LEFT $KEPT " in *" $n "*) ;; *) printf '%s\t%s\t%s\n' "$mode" "$n" "$rest" ;; esac ;; esac; done | compare_attributes | grep '^differs') || :
    if [ -n "$wrong" ]; then
      LEFT="$LEFT 0"
      journal "left 0 the kernel holds another value than before: $(printf '%s' "$wrong" | tr '\n' ';')" || :
      emit "left 0 the kernel holds another value than before: $(printf '%s' "$wrong" | tr '\n' ';')"
    fi
  fi
  if [ -n "$LEFT" ]; then end_with undo-failed; return 1; fi
  end_with undone
}

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

take_turn() {
  while :; do
    turn=0
    for name in $(ls "$S"); do
      case $name in turn.*[!0-9]*) ;; turn.?*) n=\${name#turn.}; [ "$n" -gt "$turn" ] && turn=$n ;; esac
    done
    if [ "$turn" -gt 0 ]; then
      holder=$(readlink "$S/turn.$turn" 2>/dev/null) || continue
      if [ "$holder" != "$HW_ID" ]; then
        own=$T; T=$S/transactions/$holder
        if has_ended; then T=$own; else describe_holder; T=$own; return 1; fi
      fi
    fi
    mine=$((turn + 1))
    if ! ln -s "$HW_ID" "$S/turn.$mine" 2>/dev/null; then [ -L "$S/turn.$mine" ] || return 2; continue; fi
    for name in $(ls "$S"); do
      case $name in turn.*[!0-9]*) ;; turn.?*)
        n=\${name#turn.}
        if [ "$n" -gt "$mine" ]; then rm -f "$S/turn.$mine"; mine=; break; fi
        if [ "$n" -lt "$mine" ]; then rm -f "$S/$name"; fi ;;
      esac
    done
    [ -n "$mine" ] && return 0
  done
}
# Says in HELD how the transaction in $T stands that holds the host.
describe_holder() {
  HELD="interrupted"
  case $OUTCOME in undo-failed) HELD=undo-failed; return ;; esac
  last_link decision; d=$VALUE
  last_link worker
  if [ "$LAST" -gt 0 ] && is_alive "$VALUE"; then HELD=applying; fi
  case $d in
    until:*)
      rest=\${d#until:}; now_cs
      if [ "\${rest#*:}" = "$BOOT" ] && [ "\${rest%%:*}" -gt $((NOW - 200)) ] && [ -n "$APPLIED" ]; then HELD=awaiting; fi ;;
  esac
}

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
do_rollback() {
  has_ended && [ "$OUTCOME" = undone ] && { emit "state undone"; return 0; }
  take_turn
  case $? in 1) emit "locked $holder $HELD"; exit 4 ;; esac
  take_work 250 || { emit "locked $HW_ID applying"; exit 4; }
  has_ended && [ "$OUTCOME" = undone ] && { emit "state undone"; return 0; }
  if [ -z "\${HW_FORCE:-}" ] && [ "$OUTCOME" = committed ]; then
    changed=$({ attributes_after | compare_attributes | grep -v '^ok'; paths_after; } 2>/dev/null) || :
    if [ -n "$changed" ]; then
      printf '%s\n' "$changed" | while IFS= read -r line; do emit "changed $line"; done
      exit 5
    fi
  fi
  last_link decision
  if [ "$VALUE" != undo ]; then add_link decision "$LAST" undo; [ $? -eq 1 ] && { do_rollback; return; }; journal "reason rolled back by $(who_am_i)" || :; fi
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
# Attributes below /proc/sys/net belong to a network namespace: the script goes where it was applied.
enter_namespace() {
  [ -n "$HW_PREFIX" ] && [ -z "\${HW_ENTERED:-}" ] || return 0
  [ "$(readlink /proc/self/ns/net 2>/dev/null)" != "$HW_NETWORK" ] || return 0
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
    watch) watch "$2" ;;
    status) do_status ;;
    *) echo "usage: sh undo.sh [--root DIR] [undo|rollback|recover|abort|confirm|extend CENTISECONDS|status]" >&2; exit 2 ;;
  esac
}
`
