using System.Diagnostics;
using System.Globalization;
using System.Text;
using SecureToken.TestSupport;

namespace SecureToken.Tool.Tests.Support;

/// <summary>The sample's worker, running in the home of a fixture.</summary>
internal sealed class LocalRunProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ToolFixture _tool;
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private LocalRunProcess(ToolFixture tool, Process process)
    {
        _tool = tool;
        _process = process;
    }

    /// <summary>All that it has said so far.</summary>
    public string Said => _said.ToString();

    public static LocalRunProcess Start(ToolFixture tool, params string[] arguments) =>
        new(tool, tool.StartOther("dotnet", [Repository.Built("LocalRun", "LocalRun.dll", "samples"), .. arguments]));

    /// <summary>Waits for its next line and expects it to contain this.</summary>
    public async Task<string> SaysAsync(string part)
    {
        string line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? "(it has ended) " + await _process.StandardError.ReadToEndAsync();
        _said.AppendLine(line);
        return line.Contains(part, StringComparison.Ordinal)
            ? line
            : throw new InvalidOperationException($"Not \"{part}\" but:\n{_said}");
    }

    /// <summary>Asks it to end, as a service manager does, and gives its exit code and last line.</summary>
    public async Task<(int ExitCode, string LastLine)> StopAsync()
    {
        (await _tool.OtherAsync("kill", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture))).Exits(0);
        string last = await SaysAsync("ended");
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _said.Append(await _process.StandardError.ReadToEndAsync());
        return (_process.ExitCode, last);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
