using System.Diagnostics;

namespace SecureToken.TestSupport;

/// <summary>What a command came to.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public string All => Output + Error;

    /// <summary>Fails with everything the command said when it did not end as expected.</summary>
    public CommandResult Exits(int expected) => ExitCode == expected
        ? this
        : throw new InvalidOperationException($"Exit status {ExitCode} instead of {expected}:\n{All}");
}

/// <summary>Runs a program with an environment of its own: nothing of the person's profile or credentials gets in.</summary>
public sealed class Command
{
    private static readonly string[] Foreign = ["SECTOKEN_", "IBMCLOUD_", "IBM_CREDENTIALS_FILE", "IC_", "SYSDIG_", "SSL_CERT_", "CI", "TF_BUILD", "APPDATA", "XDG_STATE_HOME", "ContinuousIntegrationBuild", "DOTNET_ENVIRONMENT", "NO_COLOR", "LC_", "LANGUAGE", "COLUMNS", "LINES"];
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal)
    {
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",

        // What a login shell sets and a job does not: 'script' runs its command with SHELL, and programs draw and sort by the others.
        ["SHELL"] = "/bin/sh",
        ["TERM"] = "xterm-256color",
        ["LANG"] = "C.UTF-8",
    };

    /// <summary>A command whose profile is a directory of the test, on every platform: state goes there too.</summary>
    public Command(string home) =>
        With("HOME", home).With("USERPROFILE", home).With("LOCALAPPDATA", Path.Combine(home, "AppData", "Local")).With("DOTNET_CLI_HOME", home);

    public Command With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    public Task<CommandResult> RunAsync(string directory, string file, params string[] arguments) => FeedAsync(directory, null, file, arguments);

    /// <summary>Runs it with something on its standard input. A name of its own: as an overload it would take the first argument for the input.</summary>
    public async Task<CommandResult> FeedAsync(string directory, string? input, string file, params string[] arguments)
    {
        using Process process = Start(directory, file, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended, or closed its input, before it had read all: what it said about that is the result.
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} did not end in twenty minutes.");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }

    public Process Start(string directory, string file, params string[] arguments)
    {
        ProcessStartInfo start = DefaultSignals.Start(file, arguments);
        start.WorkingDirectory = directory;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;

        // On Windows a console of its own: a key that is pressed for one program must not reach the tests and what they run beside it.
        start.CreateNoWindow = true;
        foreach (string name in start.Environment.Keys.Where(name => Array.Exists(Foreign, name.StartsWith)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // A session that the person has with the ibmcloud program is a credential too.
        start.Environment["PATH"] = string.Join(Path.PathSeparator, (start.Environment["PATH"] ?? string.Empty).Split(Path.PathSeparator)
            .Where(entry => !File.Exists(Path.Combine(entry, "ibmcloud"))));
        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
