using System.Text.RegularExpressions;
using SecureToken.TestSupport;
using Xunit;

namespace SecureToken.Tool.Tests.Support.Pipelines;

/// <summary>
/// A job of a pipeline system on this machine: a checkout with the samples, a <c>dotnet</c> that installs the tool of this test, and what
/// one step leaves to the next. Each system has its own way to interpolate, to keep variables and to skip a step.
/// </summary>
internal abstract class PipelineJob
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];

    protected PipelineJob(ToolFixture tool, string system)
    {
        Tool = tool;
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "samples", "Pipelines")))
        {
            tool.Write("samples/Pipelines/" + Path.GetFileName(file), File.ReadAllText(file));
        }

        // The key and the team come from the pipeline and its settings, and the service stands where the samples name the real one.
        tool.Set("SECTOKEN_API_KEY", null).Set("SECTOKEN_TEAM", null).Set(system, system == "TF_BUILD" ? "True" : "true");
        Tools = tool.At("temporary");
        Directory.CreateDirectory(Tools);
        string installed = string.Join(' ', ToolFixture.ProgramLine.Select(part => $"'{part}'"));
        Executable.Write(tool.At("bin/dotnet"), $$"""
            #!/bin/bash
            printf '%s\n' "$@" >>'{{Installations}}'
            [ "$1 $2 $3" = 'tool install dotnet-sectoken' ] && [ "$6" = --tool-path ] || exit 64
            mkdir -p "$7"
            printf '#!/bin/sh\nPATH='"'"'{{Environment.GetEnvironmentVariable("PATH")}}'"'"' exec {{installed.Replace("'", "'\"'\"'", StringComparison.Ordinal)}} "$@"\n' >"$7/dotnet-sectoken"
            chmod 700 "$7/dotnet-sectoken"
            """ + "\n");
        _paths.Add(tool.At("bin"));
    }

    /// <summary>The arguments of every <c>dotnet</c> that was started, a line each.</summary>
    public string Installations => Tool.At("installations");

    /// <summary>What the job printed.</summary>
    public string Log { get; private set; } = string.Empty;

    protected ToolFixture Tool { get; }

    /// <summary>A directory of the job that the samples' caches keep.</summary>
    protected string Tools { get; }

    /// <summary>Uses the <c>dotnet</c> of this machine, with the packages of one feed.</summary>
    public void UseRealDotnet() => _paths.Clear();

    /// <summary>Runs the sample, with some inputs of the injection changed.</summary>
    public abstract Task RunAsync(IReadOnlyDictionary<string, string> changes);

    /// <summary>Replaces every expression by what it stands for; one that is unknown stays, or fails.</summary>
    protected static string Interpolate(string text, Regex expression, Func<string, string?> lookup) =>
        expression.Replace(text, match => lookup(match.Groups["name"].Value) ?? throw new InvalidOperationException("Unknown: " + match.Value));

    protected void Keep(string name, string value) => _variables[name] = value;

    protected void Prepend(string path) => _paths.Insert(0, path);

    /// <summary>Runs a step in a shell of its own.</summary>
    protected async Task<string> StepAsync(string directory, IReadOnlyDictionary<string, string> environment, params string[] shell)
    {
        var all = _variables.Concat(environment).GroupBy(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
        all["PATH"] = string.Join(':', [.. _paths, Environment.GetEnvironmentVariable("PATH")!]);
        all["SYSDIG_SECURE_URL"] = Tool.Emulator.BaseUrl.ToString().TrimEnd('/');
        foreach ((string name, string value) in all)
        {
            Tool.Set(name, value);
        }

        string script = $"cd '{Path.Combine(Tool.Work, directory)}' && exec \"$@\"";
        CommandResult result = await Tool.OtherAsync("bash", ["-c", script, "job", .. shell]);
        foreach (string name in all.Keys)
        {
            Tool.Set(name, null);
        }

        Log += result.Output;
        Assert.True(result.ExitCode == 0, $"{shell[^1]} ended with {result.ExitCode}: {result.Error}");
        Tool.AssertNoSecret(result.Error);
        return result.Output;
    }
}
