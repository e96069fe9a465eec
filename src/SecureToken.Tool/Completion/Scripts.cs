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

    // A candidate with a space is quoted. Without candidates bash offers files. "dotnet sectoken" is completed too, and what was there for
    // "dotnet" serves everything else.
    private const string Bash = """
        _sectoken() {
          local words=("${COMP_WORDS[@]:1:COMP_CWORD}") line
          COMPREPLY=()
          if [[ ${COMP_WORDS[0]##*/} == dotnet ]]; then
            if [[ ${COMP_WORDS[1]} != sectoken || COMP_CWORD -lt 2 ]]; then
              if [[ -n $_sectoken_dotnet ]]; then "$_sectoken_dotnet" "$@"; fi
              return
            fi
            words=("${COMP_WORDS[@]:2:COMP_CWORD-1}")
          fi
          while IFS= read -r line; do
            printf -v line '%q' "$line"
            COMPREPLY+=("$line")
          done < <(dotnet-sectoken complete -- "${words[@]}" 2>/dev/null)
        }
        _sectoken_dotnet=$(complete -p dotnet 2>/dev/null | sed -n 's/.*-F \([^ ]*\).*/\1/p')
        if [[ $_sectoken_dotnet == _sectoken ]]; then _sectoken_dotnet=; fi
        complete -o default -F _sectoken dotnet-sectoken dotnet

        """;

    private const string Zsh = """
        #compdef dotnet-sectoken
        _sectoken() {
          local -a candidates
          candidates=("${(@f)$(dotnet-sectoken complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
          candidates=("${(@)candidates:#}")
          if (( $#candidates )); then compadd -- "${(@)candidates}"; else _files; fi
        }
        compdef _sectoken dotnet-sectoken

        """;

    private const string Fish = """
        function __sectoken_candidates
          set -l words (commandline -opc)
          dotnet-sectoken complete -- $words[2..] (commandline -ct) 2>/dev/null
        end
        complete -c dotnet-sectoken -a '(__sectoken_candidates)'

        """;

    // A word that is begun in quotes is asked for without them. Before PowerShell 7.3 an empty argument got lost unless it was two quotes.
    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName dotnet-sectoken -ScriptBlock {
          param($word, $line, $position)
          $before = @($line.CommandElements | Where-Object { $_.Extent.StartOffset -lt $position })
          $words = @($before | Select-Object -Skip 1 | ForEach-Object { if ($null -ne $_.Value) { "$($_.Value)" } else { "$_" } })
          if ($before[-1].Extent.EndOffset -lt $position) { $words += if ($PSNativeCommandArgumentPassing -and $PSNativeCommandArgumentPassing -ne 'Legacy') { '' } else { '""' } }
          dotnet-sectoken complete -- @words 2>$null | ForEach-Object {
            $text = if ($_ -match '[^\w./:=@+-]') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
            [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
          }
        }

        """;
}
