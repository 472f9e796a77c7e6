import { shell } from './shell-text.ts'

/** Which process is meant, and whether it still lives. Time in centiseconds of uptime. */
export const processesScript: string = shell`
# Processes: a pid alone proves nothing, so its start time, the boot and the pid namespace go with it.
boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown; }
start_of() {
  hw_stat=
  { IFS= read -r hw_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- \${hw_stat##*) }
  case $1 in Z | X) return 1 ;; esac
  shift 19; printf '%s' "$1"
}
identity() { printf '%s:%s:%s:%s' "$1" "$(start_of "$1")" "$BOOT" "$PID_NAMESPACE"; }
is_alive() {
  a_pid=\${1%%:*}; a=\${1#*:}; a_start=\${a%%:*}; a=\${a#*:}; a_boot=\${a%%:*}; a_ns=\${a#*:}
  [ "$a_boot" = "$BOOT" ] || return 1
  [ "$a_ns" = "$PID_NAMESPACE" ] || [ -n "\${HW_FORCE:-}" ] || return 0
  [ "$a_start" = "$(start_of "$a_pid")" ] || return 1
  [ -n "$a_start" ] || kill -0 "$a_pid" 2>/dev/null
}
# Only a process that is seen for certain to be the one meant is sent a signal.
is_certain() { [ "\${1##*:}" = "$PID_NAMESPACE" ] && is_alive "$1"; }
now_cs() { n=; { IFS=' ' read -r n _ </proc/uptime; } 2>/dev/null; NOW=\${n%.*}\${n#*.}; NOW=\${NOW:-0}; }
BOOT=$(boot_id)
PID_NAMESPACE=$(readlink /proc/self/ns/pid 2>/dev/null) || PID_NAMESPACE=
PID_NAMESPACE=\${PID_NAMESPACE##*[}
PID_NAMESPACE=\${PID_NAMESPACE%]}
`

/** Where a process is: the same words again mean the same network, and the same view of files as far as can be told. */
export const placeScript: string = shell`
find_place() {
  PLACE=$(readlink /proc/self/ns/net 2>/dev/null) || PLACE=
  # A boot gives the namespaces new numbers, but those of the first process stay the host's own.
  if [ /proc/self/ns/net -ef /proc/1/ns/net ] 2>/dev/null; then PLACE=host; fi
  if [ /proc/self/ns/mnt -ef /proc/1/ns/mnt ] 2>/dev/null; then PLACE="$PLACE host"; else PLACE="$PLACE own"; fi
}
`
