using System.Diagnostics;
using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>How a process ended.</summary>
internal sealed record Ended(int Exit, string Output, string Error)
{
    public bool SaidOk => Exit == 0 && Output == "ok\n";
}

/// <summary>Starts other programs.</summary>
internal static class Command
{
    public static async Task<Ended> Run(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using Process process = Start(program, arguments, environment);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ended(process.ExitCode, output, await error);
    }

    public static Process Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a shell script; <c>$0</c>, <c>$1</c>… are the arguments.</summary>
    public static Task<Ended> Shell(string script, params string[] arguments) => Run("sh", ["-c", script, .. arguments]);

    /// <summary>The first line that a GNU <c>stat</c> format gives for a file.</summary>
    public static async Task<string> Stat(string format, string path) => (await Run("stat", ["-c", format, path])).Output.Trim();
}
