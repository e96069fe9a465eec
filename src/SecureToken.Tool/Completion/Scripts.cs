namespace SecureToken.Tool.Completion;

/// <summary>The script of each shell. It asks the tool itself, so that it never falls behind.</summary>
internal static class Scripts
{
    /// <summary>The name of the command that prints them.</summary>
    public const string CommandName = "completion";

    /// <summary>The shells there are scripts for.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "powershell"];

    /// <summary>The script of a shell.</summary>
    public static string Of(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => PowerShell,
    };

    // All of them complete "dotnet sectoken" too, and ask the tool in the way that was typed: a local manifest puts nothing on PATH. What
    // was there for "dotnet" serves everything else.

    // Bash takes '=' and ':' for words of their own, and completes what is behind them. A candidate with a space is quoted. Without
    // candidates bash offers files.
    private const string Bash = """
        _sectoken() {
          local tool=("${COMP_WORDS[0]/#\~/$HOME}") typed=("${COMP_WORDS[@]:1:COMP_CWORD}") words=() word line cut= glue=
          COMPREPLY=()
          if [[ ${tool[0]##*/} == dotnet ]]; then
            if [[ ${COMP_WORDS[1]} != sectoken || COMP_CWORD -lt 2 ]]; then
              if [[ -n $_sectoken_dotnet ]]; then "$_sectoken_dotnet" "$@"; fi
              return
            fi
            tool+=(sectoken)
            typed=("${COMP_WORDS[@]:2:COMP_CWORD-1}")
          fi
          for word in "${typed[@]}"; do
            if [[ ${#words[@]} -gt 0 && ( -n $glue || $word == [=:] ) ]]; then
              words[${#words[@]}-1]+=$word
            else
              words+=("$word")
            fi
            glue=
            if [[ $word == [=:] ]]; then glue=1; cut=${words[${#words[@]}-1]}; elif [[ ${words[${#words[@]}-1]} == "$word" ]]; then cut=; fi
          done
          while IFS= read -r line; do
            printf -v line '%q' "${line#"$cut"}"
            COMPREPLY+=("$line")
          done < <("${tool[@]}" complete -- "${words[@]}" 2>/dev/null)
        }
        _sectoken_dotnet=$(complete -p dotnet 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
        if [[ $_sectoken_dotnet == _sectoken ]]; then _sectoken_dotnet=; fi
        complete -o default -F _sectoken dotnet-sectoken dotnet

        """;

    private const string Zsh = """
        #compdef dotnet-sectoken
        _sectoken() {
          local -a candidates tool typed
          tool=("${words[1]/#\~/$HOME}")
          typed=("${(@Q)words[2,CURRENT]}")
          if [[ ${words[1]:t} == dotnet ]]; then
            if [[ ${words[2]} != sectoken || $CURRENT -lt 3 ]]; then
              if [[ -n $_sectoken_dotnet ]]; then $_sectoken_dotnet "$@"; else _default; fi
              return
            fi
            tool+=(sectoken)
            typed=("${(@Q)words[3,CURRENT]}")
          fi
          candidates=("${(@f)$("${(@)tool}" complete -- "${(@)typed}" 2>/dev/null)}")
          candidates=("${(@)candidates:#}")
          if (( $#candidates )); then compadd -- "${(@)candidates}"; else _files; fi
        }
        typeset -g _sectoken_dotnet=${_comps[dotnet]-}
        if [[ $_sectoken_dotnet == _sectoken ]]; then _sectoken_dotnet=; fi
        compdef _sectoken dotnet-sectoken dotnet

        """;

    private const string Fish = """
        function __sectoken_candidates
          set -l words (commandline -opc)
          set -l tool (string replace -r '^~' $HOME -- $words[1])
          if string match -qr '(^|/)dotnet$' -- $tool
            $tool sectoken complete -- $words[3..] (commandline -ct) 2>/dev/null
          else
            $tool complete -- $words[2..] (commandline -ct) 2>/dev/null
          end
        end
        function __sectoken_is_meant
          set -l words (commandline -opc)
          test "$words[2]" = sectoken
        end
        complete -c dotnet-sectoken -a '(__sectoken_candidates)'
        complete -c dotnet -n __sectoken_is_meant -a '(__sectoken_candidates)'

        """;

    // A word that is begun in quotes is asked for without them. Before PowerShell 7.3 an empty argument got lost unless it was two quotes.
    // What completes "dotnet" cannot be found out, so other commands of it get what its documentation gives.
    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName dotnet-sectoken, dotnet -ScriptBlock {
          param($word, $line, $position)
          $before = @($line.CommandElements | Where-Object { $_.Extent.StartOffset -lt $position })
          $isNew = $before[-1].Extent.EndOffset -lt $position
          $program = "$($before[0].Value)"
          $own = @()
          if ((Split-Path -Leaf $program) -match '^dotnet(\.exe)?$') {
            if ($before.Count -lt 2 -or "$($before[1])" -ne 'sectoken' -or ($before.Count -eq 2 -and -not $isNew)) {
              & $program complete --position $position "$line" 2>$null |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
              return
            }
            $own = @('sectoken')
          }
          $words = @($before | Select-Object -Skip (1 + $own.Count) |
            ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { "$_" } })
          $keepsEmpty = $PSNativeCommandArgumentPassing -and $PSNativeCommandArgumentPassing -ne 'Legacy'
          if ($isNew) { $words += if ($keepsEmpty) { '' } else { '""' } }
          & $program @own complete -- @words 2>$null | ForEach-Object {
            $text = if ($_ -match '[^\w./:=@+-]') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
            [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
          }
        }

        """;
}
