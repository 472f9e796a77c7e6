import { shell } from './shell-text.ts'

/** Decisions that exactly one of several processes can take. */
export const chainsScript: string = shell`
# Chains of links: the last one counts, and only one process can add the next.
last_link() {
  LAST=0 VALUE=
  while [ -L "$T/$1.$((LAST + 1))" ]; do LAST=$((LAST + 1)); done
  [ "$LAST" -eq 0 ] || VALUE=$(readlink "$T/$1.$LAST" 2>/dev/null) || :
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
`
