import { shell } from './shell-text.ts'

/** What the steps of a plan do. */
export const actionsScript: string = shell`
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
  { true >"$output"; } 2>/dev/null || output=/dev/null
  content | (trap - PIPE HUP; exec "$@") >"$output" 2>&1 &
  child=$!
  journal "child $(identity "$child")" || :
  wait "$child"; code=$?
  while [ -n "$STOP" ] && kill -TERM "$child" 2>/dev/null; do wait "$child"; code=$?; done
  case " $good " in *" $code "*) return 0 ;; esac
  WHY="$1 ended with $code: $(tail -n 3 "$output" 2>/dev/null | tr '\n' ' ')"
  return 1
}
`
