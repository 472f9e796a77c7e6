import { shell } from './shell-text.ts'

/** Kernel attributes: compared in one go, written and put back one by one. */
export const attributesScript: string = shell`
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
# Rows of the mode t become rows of the mode v with what the journal says that the kernel took; without such an entry they go.
rows_taken() {
  awk -F '\t' '
    FNR == NR {
      if ($0 ~ /^have [0-9]+ .*\.$/) {
        n = substr($0, 6, length($0) - 7); value = n; sub(/ .*/, "", n)
        value = substr(value, length(n) + 2)
        gsub(/\\[tn]/, " ", value); gsub(/ +/, " ", value); sub(/^ /, "", value); sub(/ $/, "", value)
        have[n] = value
      }
      next
    }
    $1 != "t" { print; next }
    ($2 in have) { print "v\t" $2 "\t" have[$2] "\t" $4 }' "$T/journal" -
}
put_attribute() {
  [ -e "$R$1" ] || { WHY="$1 is not there any more"; return 2; }
  if { printf '%s\n' "$2" >"$R$1"; } 2>/dev/null; then return 0; fi
  WHY=$(printf '%s\n' "$2" | tee "$R$1" 2>&1 >/dev/null) && return 0
  WHY=\${WHY#tee: }
  return 1
}
restore_attribute() {
  [ -z "$OFFLINE" ] || return 0
  put_attribute "$1" "$2"
  [ $? -eq 1 ] || return 0
  # It may never have changed: then there is nothing to put back.
  have=$(cat "$R$1" 2>/dev/null) || return 1
  case $have in "$2" | *"[$2]"*) return 0 ;; esac
  return 1
}
`
