/** A shell that completion scripts exist for. */
export type CompletionShell = 'bash' | 'zsh' | 'fish'

/** All shells that {@link completionScript} knows. */
export const completionShells: readonly CompletionShell[] = ['bash', 'zsh', 'fish']

/**
 * A script that makes a shell complete the program under all its names. The script asks the program itself
 * (`PROGRAM __complete -- WORDS`), so it stays valid when commands are added.
 */
export function completionScript(shell: CompletionShell, names: readonly [string, ...string[]]): string {
  const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell]
  return script(names[0].replaceAll(/[^a-z\d]/giu, '_'), names)
}

function bashScript(id: string, names: readonly string[]): string {
  // Bash splits words at `=` and `:` and replaces only the last part, so the words are joined again first.
  return String.raw`# bash completion for ${names.join(' and ')}
_${id}() {
  local rest=${'$'}{COMP_LINE:0:COMP_POINT} words=() word current lead='' breaks path='' line i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${'$'}{COMP_WORDS[i]}
    if ((i > 0)) && [[ $rest != [[:space:]]* ]]; then
      ((i == COMP_CWORD)) && word=$rest
      words[${'$'}{#words[@]}-1]+=$word
    else
      rest=${'$'}{rest#"${'$'}{rest%%[![:space:]]*}"}
      ((i == COMP_CWORD)) && word=$rest
      words+=("$word")
    fi
    rest=${'$'}{rest#"$word"}
  done
  current=${'$'}{words[${'$'}{#words[@]}-1]}
  breaks=${'$'}{COMP_WORDBREAKS//[!=:]/}
  if [[ -n $breaks && $current == *[$breaks]* ]]; then
    lead=${'$'}{current%"${'$'}{current##*[$breaks]}"}
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :file | :directory) path=$line ;;
      *)
        word=${'$'}{line%%$'\t'*}
        if [[ $word == "$current"* ]]; then
          COMPREPLY+=("$(printf '%q' "${'$'}{word#"$lead"}")")
          [[ $word == *[=:/,] ]] && compopt -o nospace 2>/dev/null
        fi
        ;;
    esac
  done < <("$1" __complete -- "${'$'}{words[@]:1}" 2>/dev/null)
  if [[ -n $path ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do
      COMPREPLY+=("$line")
    done < <(if [[ $path == :directory ]]; then compgen -d -- "${'$'}{current#"$lead"}"; else compgen -f -- "${'$'}{current#"$lead"}"; fi)
  fi
}
complete -F _${id} ${names.join(' ')}
`
}

function zshScript(id: string, names: readonly string[]): string {
  return String.raw`#compdef ${names.join(' ')}
# zsh completion for ${names.join(' and ')}
_${id}() {
  local line value help flag_path=''
  local -a plain open before
  before=("${'$'}{(@Q)words[2,CURRENT-1]}")
  for line in "${'$'}{(@f)$("${'$'}{words[1]}" __complete -- "${'$'}{before[@]}" "${'$'}{(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :file | :directory) flag_path=$line ;;
      *)
        value=${'$'}{line%%$'\t'*}
        help=''
        [[ $line == *$'\t'* ]] && help=${'$'}{line#*$'\t'}
        if [[ $value == *[=:/,] ]]; then
          open+=("${'$'}{value//:/\\:}${'$'}{help:+:$help}")
        else
          plain+=("${'$'}{value//:/\\:}${'$'}{help:+:$help}")
        fi
        ;;
    esac
  done
  local found=1
  (( $#plain )) && _describe -t values value plain && found=0
  (( $#open )) && _describe -t values value open -S '' && found=0
  if [[ $flag_path == :directory ]]; then
    _files -/ && found=0
  elif [[ $flag_path == :file ]]; then
    _files && found=0
  fi
  return found
}
if [[ $funcstack[1] == _${id} ]]; then
  _${id} "$@"
else
  compdef _${id} ${names.join(' ')}
fi
`
}

function fishScript(id: string, names: readonly string[]): string {
  return String.raw`# fish completion for ${names.join(' and ')}
function __${id}_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    for line in ($before[1] __complete -- $before[2..-1] $current 2>/dev/null)
        switch $line
            case :file
                __fish_complete_path (string replace -r -- '^--[^=]*=' '' $current)
            case :directory
                __fish_complete_directories (string replace -r -- '^--[^=]*=' '' $current)
            case '*'
                printf '%s\n' $line
        end
    end
end
${names.map((name) => `complete -c ${name} -e\ncomplete -c ${name} -f -a '(__${id}_complete)'`).join('\n')}
`
}
