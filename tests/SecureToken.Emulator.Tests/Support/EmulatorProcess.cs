using System.Diagnostics;
using System.Globalization;
using SecureToken.TestSupport;

namespace SecureToken.Emulator.Tests.Support;

/// <summary>The built program, run as its users run it, from a working directory that is not its own.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EmulatorProcess(Process process) => _process = process;

    public IReadOnlyDictionary<string, string> Announced { get; private set; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Lines { get; private set; } = [];

    public Uri BaseUrl => new(Announced["SECTOKEN_ENDPOINT"]);

    public string ApiKeyFile => Announced["SECTOKEN_API_KEY"].Trim('\'')[1..];

    /// <summary>Starts it and reads up to the line that says it is ready.</summary>
    public static async Task<EmulatorProcess> StartAsync(string workingDirectory, params string[] arguments)
    {
        var emulator = new EmulatorProcess(Launch(workingDirectory, arguments));
        try
        {
            await emulator.ReadAnnouncementAsync();
            return emulator;
        }
        catch
        {
            // Otherwise a broken announcement would leave a process behind for every test.
            await emulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string workingDirectory, params string[] arguments)
    {
        await using var emulator = new EmulatorProcess(Launch(workingDirectory, arguments));
        return await emulator.EndAsync();
    }

    /// <summary>Sends a signal and waits for the end; what was written after the ready line comes back.</summary>
    public async Task<(int ExitCode, string Output, string Error)> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadAnnouncementAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var lines = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            lines.Add(line);
            if (line.StartsWith("# ready:", StringComparison.Ordinal))
            {
                Lines = lines;
                Announced = lines.SkipLast(1).Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
                return;
            }
        }

        throw new InvalidOperationException("The emulator did not start: " + await _process.StandardError.ReadToEndAsync(ct));
    }

    private async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        var ct = TestContext.Current.CancellationToken;
        var output = _process.StandardOutput.ReadToEndAsync(ct);
        var error = _process.StandardError.ReadToEndAsync(ct);
        await _process.WaitForExitAsync(ct);
        return (_process.ExitCode, await output, await error);
    }

    private static Process Launch(string workingDirectory, string[] arguments)
    {
        var name = OperatingSystem.IsWindows() ? "SecureToken.Emulator.exe" : "SecureToken.Emulator";
        var start = DefaultSignals.Start(Path.Combine(AppContext.BaseDirectory, name), arguments);
        start.WorkingDirectory = workingDirectory;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        // What an ASP.NET program would obey; this one must not.
        start.Environment["ASPNETCORE_URLS"] = "http://0.0.0.0:1";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        return Process.Start(start)!;
    }
}
